module Research.FSharp.DataTests

open NUnit.Framework
open Research.Cells
open Research.Datasets
open Research.Datasets.Baselines
open Research.Datasets.Encoders
open Research.Datasets.Framers
open Research.Datasets.Sources
open Research.Framework
open Research.Framework.Data
open Research.Framework.Managed
open Research.Framework.Equations
open Research.Framework.Metrics
open Research.Framework.Models
open Research.Framework.State
open Research.Framework.Objectives
open Research.Framework.Training

[<Test>]
let ``The framer pairs each symbol with a later one`` () =
    let data = (Framers.ahead 2).Frame(TextSource.From("ABCDE").With Encoder.IntegerOverLast)
    data.Validate()
    data.Input.Values |> Check.equal [| 0f; 0.25f; 0.5f |]
    data.Target.Classes |> Check.equal [| 2; 3; 4 |]
    data.InputLabels |> Check.equal [| "A"; "B"; "C" |]

/// What an untrained model predicts, batch after batch, where every input is the same.
let private predictions policy =
    let data = (Framers.ahead 1).Frame(TextSource.From("BBBBBBB", Vocabulary.Of "AB"))
    let options = TrainingOptions(BatchSize = 1, Shuffle = false)
    let seeds = Seeds 7
    let model = Model.Of [| Layers.Recurrent(LstmCell 8); Layers.Dense(2, Activation.Softmax) |]
    let compiled = ManagedEngine().Compile(model.Graph data, options.Objective, seeds)
    (Evaluation.Predict(compiled, data, policy, options.BatchSize)[0]).Values |> Array.chunkBySize 2

[<Test>]
let ``The policy's resets make predictions repeat`` () =
    let rows = predictions (Policies.resetEvery 3)
    rows[0..2] |> Array.distinct |> Array.length |> Check.equal 3 // the state is carried over three batches
    rows[3..5] |> Check.equal rows[0..2] // and begins again
    predictions (Policies.resetEveryAsFunction 3) |> Check.equal rows

[<Test>]
let ``The policy without a carry resets at every batch`` () =
    predictions (Policies.resetEvery 1) |> Array.distinct |> Array.length |> Check.equal 1

[<Test>]
let ``A policy asks another one`` () =
    let policy = StatePolicy.ResetEachEpoch |> Policies.resettingRow 1
    let before batch = [ for row in 0..2 -> policy.Before(BatchContext(Phase.Train, 0, batch, 3, [| true; false; false |]), row) ]
    before 0 |> Check.equal [ RowState.Reset; RowState.Reset; RowState.Reset ]
    before 1 |> Check.equal [ RowState.Carry; RowState.Reset; RowState.Carry ]

[<Test>]
let ``A policy without a name is refused like any other bad input`` () =
    Check.refused "expected a name" (fun () -> StatePolicy.Of("", false, fun _ _ -> RowState.Reset))

[<Test>]
let ``Sequences of different lengths are padded`` () =
    let sequences = [| for length in 1..3 -> Array.init length float32 |]
    let padded = PaddedSequences.Of(sequences, padding = PaddingSide.After, value = -1f)
    padded.Values |> Array.chunkBySize 3 |> Check.equal [| [| 0f; -1f; -1f |]; [| 0f; 1f; -1f |]; [| 0f; 1f; 2f |] |]
    padded.Mask |> Array.chunkBySize 3 |> Array.map (Seq.filter id >> Seq.length) |> Check.equal [| 1; 2; 3 |]

[<Test>]
let ``The metric's value on known predictions`` () =
    let data =
        Dataset(
            Description = "two samples, three classes",
            Samples = 2,
            Input = InputBlock(TimeSteps = 1, Features = 1, Values = [| 0f; 1f |]),
            Target = TargetBlock(Width = 3, Classes = [| 0; 1 |])
        )

    let predictions = Predictions(data, data.Target, [| 0.5f; 0.25f; 0.25f; 0.75f; 0.125f; 0.125f |])
    Metrics.confidence.Evaluate predictions |> Check.equal 0.625
    Metrics.surest.Evaluate predictions |> Check.equal 0.625
    (Metrics.Peak() :> IMetric).Evaluate predictions |> Check.equal 0.75
    ClassMetric.F1Of(0).Evaluate predictions |> Check.equal (2.0 / 3.0)

[<Test>]
let ``Streamed metrics of one's own give the same figures batch by batch`` () =
    let data = (Framers.ahead 1).Frame(Alphabet.Latin)
    let model = Model.Of [| Layers.Recurrent(LstmCell 8); Layers.Dense(26, Activation.Softmax) |]
    use compiled = ManagedEngine().Compile(model.Graph data, TrainingOptions().Objective, Seeds 7)
    let whole = Evaluation.Predict(compiled, data, StatePolicy.Stateless, 4)[0]
    let own: IMetric[] = [| Metrics.surest; Metrics.Peak() |]
    let sums = own |> Array.map (fun metric -> (metric :?> IStreamedMetric).Begin())

    for outputs in Evaluation.PredictInPieces(compiled, data, StatePolicy.Stateless, 4) do
        for sum in sums do
            sum.Add outputs[0]

    sums |> Array.map _.Result() |> Check.equal (own |> Array.map _.Evaluate(whole))

[<Test>]
let ``A grammar writes a text, of which words are counted`` () =
    let grammar = StochasticGrammar.Parse "text -> 3 the bird sings. |1 the cat waits. "
    let text = grammar.Write(Seeds(1).Stream "text", 200)
    let words = TextSource.From(text, Vocabulary.FromWords text).With Encoder.Index
    let model = NGramModel.Fit(words.Symbols, words.Symbols, words.Vocabulary.Count, order = 2)
    words.Encode 1 |> Check.equal [| 1f |]
    model.BitsPerSymbol words.Symbols < 1.0 |> Check.equal true
