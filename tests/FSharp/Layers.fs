namespace Research.FSharp

open Research.Framework
open Research.Framework.Equations
open Research.Framework.Models

open type Research.Framework.Equations.Functions

/// Layers of one's own, and a model of two inputs and two outputs.
module OwnLayers =

    /// g f(x) + (1 - g) x with a gate g of x (Srivastava et al., 2015).
    let gatedSkip (inner: Layer) =
        FunctionLayer("gated_skip", fun model x ->
            let made = model.Add(inner, x)
            model.Rows("gate", [| x; made |], fun scope rows ->
                let gate = Sigmoid(rows[0].Dot(scope.Kernel("kernel", made.Features)) + scope.Bias("bias", made.Features))
                gate * rows[1] + (1 - gate) * rows[0]))

    /// A tanh layer whose size and slope --set may change: each setting makes the layer anew.
    let rec sloped units slope : FunctionLayer =
        FunctionLayer(
            "sloped",
            (fun model x -> model.Map("", x, fun scope row -> Tanh(slope * row.Dot(scope.Kernel("kernel", units))))),
            [|
                Setting.Whole<Layer>("units", units, (fun value -> sloped value slope), atLeast = 1)
                Setting.Number<Layer>("slope", slope, (fun value -> sloped units value), above = 0.0)
            |]
        )

    /// a x + (1 - a) y, with a share that --set may change.
    let rec mixture (share: float) : FunctionJoinLayer =
        FunctionJoinLayer(
            "mixture",
            (fun model flows -> model.Rows("", flows, fun _ rows -> share * rows[0] + (1.0 - share) * rows[1])),
            [| Setting.Number<Layer>("share", share, (fun value -> mixture value), atLeast = 0.0, atMost = 1.0) |]
        )

    /// Reads a question, writes an answer with the symbols before each at hand, and says how long the question was.
    let answering (cells: ICellFactory) symbols =
        Model.Build(fun model ->
            let read = model.Add(Layers.Recurrent(cells, 16).WithName "reader", model.Input "question")
            let before = model.Add(Layers.Embedding(symbols, 8), model.Input "before")
            let written = model.Add(Layers.Recurrent(cells, 16).ReturningSequences().WithName "writer", before, startsFrom = read)
            let both = model.Join(Layers.Concatenate(), [| written; model.RepeatTo(read, written) |])
            model.Output("answer", model.Chain([| gatedSkip (Layers.Dense(32, Activation.Tanh)); Layers.Dense(symbols, Activation.Softmax) |], both))
            model.Output("length", model.Add(Layers.Dense 1, read)))
