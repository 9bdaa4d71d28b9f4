module Research.FSharp.CellTests

open System
open NUnit.Framework
open Research.Cells
open Research.Datasets.Framers
open Research.Datasets.Sources
open Research.Framework
open Research.Framework.Engine
open Research.Framework.Managed
open Research.Framework.Equations
open Research.Framework.Models
open Research.Framework.State
open Research.Framework.Objectives
open Research.Framework.Training

let private data = TimeStepsFramer(3).Frame(Alphabet.Latin)

/// The model after training, and the mean loss of each epoch.
let private train epochs (cell: ICell) =
    let seeds = Seeds 7
    let options = TrainingOptions(Epochs = epochs, BatchSize = 4, Optimizer = Adam(LearningRate = 0.01))
    let model = Model.Of [| Layers.Recurrent cell; Layers.Dense(26, Activation.Softmax) |]
    let compiled = ManagedEngine().Compile(model.Graph data, options.Objective, seeds)
    compiled, TrainingRun(compiled, options, StatePolicy.Stateless, seeds).Train(data).EpochLosses

let private predict model =
    (Evaluation.Predict(model, data, StatePolicy.Stateless, 32)[0]).Values

[<Test>]
let ``A cell written as a class is named for its type, and learns`` () =
    let model, losses = train 300 (MinimalGatedUnit 16)

    List.ofSeq model.Graph.Weights
    |> List.map _.Name
    |> Check.equal [
        "minimal_gated_unit_1/kernel"
        "minimal_gated_unit_1/bias"
        "minimal_gated_unit_1/recurrent_kernel"
        "dense_1/kernel"
        "dense_1/bias"
    ]

    Assert.That(losses[299], Is.LessThan(losses[0] / 2.0))

[<Test>]
let ``A cell written as an object expression is named for what makes it, wherever that stands`` () =
    let model, _ = train 0 (Cells.elman 16)
    model.Graph.Weights[0].Name |> Check.equal "elman_1/kernel"

[<Test>]
let ``The same equations in F# and in C# give the same bits`` () =
    let fsharp, fsharpLosses = train 20 (Cells.lstm 16)
    let csharp, csharpLosses = train 20 (LstmCell 16)
    List.ofSeq fsharpLosses |> Check.equal (List.ofSeq csharpLosses)

    for weight in csharp.Graph.Weights do
        fsharp.GetWeight weight.Name |> Check.equal (csharp.GetWeight weight.Name)

[<Test>]
let ``Whole numbers in equations are numbers like others`` () =
    let cell (next: Expr -> Expr -> Expr) =
        FunctionCell(
            "leaky",
            [| StateSlot("hidden", 8) |],
            fun cell input state ->
                let value = next state["hidden"] (input.Dot(cell.Kernel("kernel", 8)))
                CellStep(value, [| value |])
        )

    let whole, _ = train 5 (cell (fun h x -> (1 - h) / 2 + 2 * Functions.Tanh(x * 3 - 1) / (1 + 1 / (h * h + 4))))
    let real, _ = train 5 (cell (fun h x -> (1.0 - h) / 2.0 + 2.0 * Functions.Tanh(x * 3.0 - 1.0) / (1.0 + 1.0 / (h * h + 4.0))))

    for weight in real.Graph.Weights do
        whole.GetWeight weight.Name |> Check.equal (real.GetWeight weight.Name)

[<Test>]
let ``A hand-written kernel learns what its equations learn`` () =
    let fused = LeakyCell(16, 0.5) :> ICell
    let _, losses = train 20 fused
    let _, expected = train 20 (FunctionCell(fused.Name, fused.State, fun cell input state -> fused.Step(cell, input, state)))
    Assert.That(losses, Is.EqualTo(box expected).Within 1e-5)

/// A kernel that reads and writes as far as its blocks go, and one number further.
let private overrunning units =
    { new IFusedKernel with
        member _.InputWidths = [| units |]
        member _.OutputWidths = [| units |]
        member _.SavedWidth = 0
        member _.Forward(rows, blocks) =
            let output = blocks.Output 0
            for i in 0 .. rows * units do output[i] <- 1f
        member _.Backward(_, _) = () }

[<Test>]
let ``A hand-written kernel cannot leave its blocks`` () =
    let step (cell: CellScope) (_: Expr) (state: CellState) =
        let next = cell.Fused(overrunning 16, state["hidden"])[0]
        CellStep(next, [| next |])

    let cell = FunctionCell("overrunning", [| StateSlot("hidden", 16) |], step)
    Assert.Throws<IndexOutOfRangeException>(Action(fun () -> train 1 cell |> ignore)) |> ignore

[<Test>]
let ``Weights move from one model to another by name`` () =
    let trained, _ = train 20 (Cells.lstm 16)
    let fresh, _ = train 0 (LstmCell 16)

    for weight in trained.Graph.Weights do
        fresh.SetWeight(weight.Name, trained.GetWeight weight.Name)

    predict fresh |> Check.equal (predict trained)

[<Test>]
let ``Weights are computed`` () =
    let model, _ = train 0 (LstmCell 16)
    let doubled = model.GetWeight "dense_1/kernel" |> Array.map (fun weight -> 2f * weight)
    model.SetWeight("dense_1/kernel", model.GetWeight "dense_1/kernel" |> Array.map (fun weight -> 2f * weight))
    model.GetWeight "dense_1/kernel" |> Check.equal doubled
    model.SetWeight("dense_1/bias", [ for letter in 0..25 -> float32 letter ])
    model.GetWeight "dense_1/bias" |> Check.equal (Array.init 26 float32)

[<Test>]
let ``State is read and written by layer, part and row`` () =
    let model, _ = train 0 (LstmCell 2)
    let state = model.CreateState()
    let batch = Batch(data, 2, Rows = 2)

    let predict () =
        (model.PredictBatch(batch, state)).["output"].Values |> Array.chunkBySize 26

    let fresh = predict ()
    let hidden, cell = state.Slot("lstm_1", "hidden"), state.Slot("lstm_1", "cell")
    Assert.That(hidden.Get 1, Has.Some.Not.Zero)
    hidden.Set(1, [ 0.5f; -0.5f ])
    cell.Set(1, [| 0f; 0f |])
    batch.RowStates[1] <- RowState.Carry
    let carried = predict ()
    carried[0] |> Check.equal fresh[0]
    Assert.That(carried[1], Is.Not.EqualTo(box fresh[1]))

[<Test>]
let ``Layers made by their constructors, to give them names, are checked`` () =
    Check.refused "at least 1 unit, got 0" (fun () -> DenseLayer(0, Name = "scores"))
    Check.refused "at least 0 and below 1, got 1" (fun () -> (Model.Of [| DropoutLayer(1.0, Name = "noise") |]).Graph 1)
    Check.refused "at least 1 step, got 0" (fun () -> RepeatVectorLayer(0, Name = "copies"))
    Check.refused "at least 1 symbol, got 0" (fun () -> EmbeddingLayer(0, 3, Name = "letters"))
    Check.refused "at least 1 number in each vector, got 0" (fun () -> EmbeddingLayer(3, 0, Name = "letters"))

/// A cell without weights of its own shows the operators' values: its output is a function of the input alone.
let private output (equation: Expr -> Expr) value =
    let cell = FunctionCell("equation", [| StateSlot("hidden", 1) |], fun _ input _ -> CellStep(equation input, [| equation input |]))
    let input = Data.Dataset(Description = "one number", Samples = 1, Input = Data.InputBlock(TimeSteps = 1, Features = 1, Values = [| value |]))
    let options = TrainingOptions(Loss = Loss.MeanSquaredError)
    let model = ManagedEngine().Compile((Model.Of [| Layers.Recurrent cell |]).Graph 1, options.Objective, Seeds 7)
    (Evaluation.Predict(model, input, StatePolicy.Stateless, 1)[0]).Values[0]

[<Test>]
let ``Operators work between expressions and with numbers on either side`` () =
    output (fun x -> 1.0 - x) 4f |> Check.equal -3f
    output (fun x -> x - 1.0) 4f |> Check.equal 3f
    output (fun x -> 1.0 + x + 2.0) 4f |> Check.equal 7f
    output (fun x -> 2.0 * x * 0.5) 4f |> Check.equal 4f
    output (fun x -> 1.0 / x) 4f |> Check.equal 0.25f
    output (fun x -> x / 2.0) 4f |> Check.equal 2f
    output (fun x -> -x) 4f |> Check.equal -4f
    output (fun x -> (x + x) * x / x - x) 4f |> Check.equal 4f
