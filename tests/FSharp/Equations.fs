module Research.FSharp.Equations

open NUnit.Framework
open Research.Framework
open Research.Framework.Equations

/// Reads a step as text: what any reader of equations is, with other values.
type Written() =
    interface IStepOperations<string> with
        member _.Weight view = view.Weight.Name.Substring(view.Weight.Name.IndexOf '/' + 1)
        member _.Repeat row = row
        member _.Dot(block, matrix) = $"{block}·{matrix}"
        member _.Elementwise(operation, operands, scalar) =
            if operation = Operations.Add then $"({operands[0]} + {operands[1]})"
            elif operation = Operations.Multiply then $"{operands[0]} * {operands[1]}"
            elif operation = Operations.SubtractFromScalar then $"({scalar} - {operands[0]})"
            else $"""{operation.Name}({String.concat ", " operands})"""
        member _.Softmax block = $"Softmax({block})"
        member _.Sum block = $"Sum({block})"
        member _.Broadcast(column, _) = column
        member _.Slice(block, start, columns) = $"{block}[{start}..{start + columns - 1}]"
        member _.Concat blocks = $"""[{String.concat ", " blocks}]"""

[<Test>]
let ``A step can be read by a reader of one's own`` () =
    let step = StepEquations.OfCell(MinimalGatedUnit 2, "layer", 3)
    let values = step.Evaluate(Written(), [| "x" |], [| "h" |])
    let forget = "Sigmoid(((x·kernel + bias)[0..1] + h·recurrent_kernel))"
    let candidate = $"Tanh(((x·kernel + bias)[2..3] + {forget} * h·recurrent_kernel))"
    values.Output |> Check.equal $"((1 - {forget}) * h + {forget} * {candidate})"

[<Test>]
let ``A gradient can be checked in double`` () =
    let step = DoubleStep(StepEquations.OfCell(MinimalGatedUnit 2, "layer", 3))
    let random = Seeds(7).Stream "check"
    let block columns = Array2D.init 2 columns (fun _ _ -> random.NextDouble() - 0.5)
    let weights = dict [ for weight in step.Equations.Weights -> weight.Name, Array.init weight.Count (fun _ -> random.NextDouble() - 0.5) ]
    let weights = System.Collections.Generic.Dictionary weights
    let x, h, ones = block 3, block 2, Array2D.create 2 2 1.0
    let loss () = step.Forward(weights, [| x |], [| h |]).Output |> Seq.cast<float> |> Seq.sum
    let gradients = step.Backward(step.Forward(weights, [| x |], [| h |]), ones, [| Array2D.zeroCreate 2 2 |])

    for entry in weights do
        for i in 0 .. entry.Value.Length - 1 do
            let value = entry.Value[i]
            entry.Value[i] <- value + 1e-5
            let above = loss ()
            entry.Value[i] <- value - 1e-5
            let below = loss ()
            entry.Value[i] <- value
            Assert.That(gradients.Weights[entry.Key][i], Is.EqualTo(box ((above - below) / 2e-5)).Within 1e-9)

[<Test>]
let ``Equations over several inputs are one lambda`` () =
    let residual = StepEquations.OfRows("residual", [| 2; 2 |], fun _ inputs -> inputs[0] + Functions.Tanh inputs[1])
    residual.Evaluate(Written(), [| "x"; "y" |], [||]).Output |> Check.equal "(x + Tanh(y))"
