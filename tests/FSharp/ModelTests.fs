module Research.FSharp.ModelTests

open NUnit.Framework
open Research.Cells
open Research.Framework
open Research.Framework.Data
open Research.Framework.Engine
open Research.Framework.Equations
open Research.Framework.Experiments
open Research.Framework.Managed
open Research.Framework.Metrics
open Research.Framework.Models
open Research.Framework.Objectives
open Research.Framework.State
open Research.Framework.Training

open type Research.Framework.Equations.Functions

let private lstm =
    { new ICellFactory with
        member _.Name = "lstm"
        member _.Create units = LstmCell units }

/// Questions of one to three letters, padded; the answer is the question backwards, and 3 for its end.
let private questions =
    let words = [| for a in 0..2 do for b in 0..2 do for c in 0..2 do for length in 1..3 -> Array.take length [| a; b; c |] |]
    let answers = words |> Array.map (fun word -> Array.append (Array.rev word) (Array.create (4 - word.Length) 3))
    let oneHot word = [| for step in 0..2 do for letter in 0..2 -> if step < Array.length word && word[step] = letter then 1f else 0f |]

    Dataset(
        Description = "questions and answers",
        Samples = words.Length,
        Inputs = [|
            InputBlock(Name = "question", TimeSteps = 3, Features = 3, Values = Array.collect oneHot words, Mask = [| for word in words do for step in 0..2 -> step < word.Length |])
            InputBlock(Name = "before", TimeSteps = 4, Features = 1, Values = [| for answer in answers do for symbol in Array.append [| 4 |] (Array.take 3 answer) -> float32 symbol |])
        |],
        Targets = [|
            TargetBlock(Name = "answer", TimeSteps = 4, Width = 5, Classes = Array.concat answers, Mask = [| for word in words do for step in 0..3 -> step <= word.Length |])
            TargetBlock(Name = "length", Width = 1, Values = [| for word in words -> float32 word.Length / 3f |])
        |]
    )

[<Test>]
let ``A model of two inputs and two outputs learns both, each with its loss`` () =
    let options =
        TrainingOptions(
            Epochs = 60,
            BatchSize = 9,
            Losses = [| OutputLoss("answer", Loss.CategoricalCrossEntropy); OutputLoss("length", Loss.MeanSquaredError, Weight = 0.5) |],
            Optimizer = Adam(LearningRate = 0.01)
        )

    questions.Validate()
    let graph = (OwnLayers.answering lstm 5).Graph questions
    let model = ManagedEngine().Compile(graph, options.Objective, Seeds 7)
    let losses = TrainingRun(model, options, StatePolicy.Stateless, Seeds 7).Train(questions).EpochLosses
    Assert.That(losses[59], Is.LessThan(losses[0] / 20.0))

    let batch = Batch(questions, questions.Samples, Rows = questions.Samples)
    for sample in 0 .. questions.Samples - 1 do batch.Samples[sample] <- sample
    let outputs = model.PredictBatch(batch, model.CreateState())
    let answers = outputs["answer"].Values |> Array.chunkBySize 5 |> Array.map (fun row -> Array.findIndex ((=) (Array.max row)) row)
    let target = questions.FindTarget "answer"
    let wrong = Array.zip3 answers (nonNull target.Classes) (nonNull target.Mask) |> Array.filter (fun (answer, expected, counts) -> counts && answer <> expected)
    Assert.That(wrong.Length, Is.LessThan 5)
    Assert.That(outputs["length"].Values, Is.EqualTo(box (questions.FindTarget "length").Values).Within 0.1)

[<Test>]
let ``A layer of one's own is named, checked and printed like any other`` () =
    let graph = (Model.Of [| OwnLayers.gatedSkip (Layers.Dense(3, Activation.Tanh)); (OwnLayers.gatedSkip (Layers.Dense 3)).WithName "second" |]).Graph 3
    [ for weight in graph.Weights -> weight.Name ]
    |> List.filter (fun name -> name.EndsWith "kernel")
    |> Check.equal [ "gated_skip_1/dense_1/kernel"; "gated_skip_1/gate/kernel"; "second/dense_1/kernel"; "second/gate/kernel" ]

    Check.refused "Layer 'gated_skip_1/gate': * on [batch, 4] and [batch, 3]" (fun () -> (Model.Of [| OwnLayers.gatedSkip (Layers.Dense 4) |]).Graph 3)

    graph.ToString().Split '\n'
    |> Array.truncate 3
    |> Check.equal [|
        "%0 input: input -> [batch, steps of 'input', 3]"
        "%1 gated_skip_1/dense_1: rows of %0 -> [batch, steps of 'input', 3]"
        "%2 gated_skip_1/gate: rows of %0, %1 -> [batch, steps of 'input', 3]"
    |]

[<Test>]
let ``Layers made from functions have settings, those that join flows too`` () =
    let plan =
        ExperimentPlan(
            Data = Dataset(Description = "one", Samples = 1, Input = InputBlock(TimeSteps = 1, Features = 2, Values = [| 1f; 3f |]), Target = TargetBlock(Width = 2, Values = [| 0f; 0f |])),
            Model =
                Model.Build(fun model ->
                    let x = model.Input()
                    let made = model.Add(OwnLayers.sloped 2 1.0, x)
                    model.Output("output", model.Join(OwnLayers.mixture 0.5, [| x; made |]))),
            Training = TrainingOptions(Loss = Loss.MeanSquaredError)
        )

    let settable (plan: ExperimentPlan) =
        [ for field in PlanFields.Of plan do if field.Name.StartsWith "model." && not (isNull field.Allowed) then $"{field.Name}={field}" ]

    settable plan |> Check.equal [ "model.layers.0.units=2"; "model.layers.0.slope=1"; "model.layers.1.share=0.5" ]
    let changed = PlanOverrides.Apply(plan, [| "model.layers.sloped_1.slope=2.5"; "model.layers.mixture_1.share=0.25" |])
    settable changed |> Check.equal [ "model.layers.0.units=2"; "model.layers.0.slope=2.5"; "model.layers.1.share=0.25" ]
    Check.refused "above 0, got '0'" (fun () -> PlanOverrides.Apply(plan, [| "model.layers.0.slope=0" |]))

    // tanh of nothing is nothing: a quarter of the input is left.
    let model = ManagedEngine().Compile(changed.Model.Graph changed.Data, changed.Training.Objective, Seeds 7)
    model.SetWeight("sloped_1/kernel", Array.zeroCreate 4)
    (Evaluation.Predict(model, changed.Data, StatePolicy.Stateless, 1)[0]).Values |> Check.equal [| 0.25f; 0.75f |]

/// Which primitive each node is: what any reader of a graph does.
let private primitives =
    { new IGraphVisitor<string> with
        member _.Input node = $"input {node.Name}"
        member _.Scan node = $"scan of {node.Step}"
        member _.Rows node = $"rows of {node.Step}"
        member _.Lookup node = $"lookup of {node.Symbols}"
        member _.Repeat node = $"repeat {node.Steps}"
        member _.Reverse _ = "reverse"
        member _.Select node = $"select {node.Count}"
        member _.Mask node = $"mask {node.Value}"
        member _.Noise node = $"noise {node.Rate}" }

[<Test>]
let ``A graph is read by a visitor of one's own`` () =
    let model = Model.Of [| Layers.Masking(); Layers.Bidirectional(lstm, 2); Layers.Dropout 0.5; Layers.RepeatVector 3; Layers.Dense 1 |]

    [ for node in (model.Graph 4).Nodes -> node.Accept primitives ]
    |> Check.equal [
        "input input"
        "mask 0"
        "scan of [batch, 4] -> [batch, 2]"
        "reverse"
        "scan of [batch, 4] -> [batch, 2]"
        "select 1"
        "select 1"
        "rows of [batch, 2], [batch, 2] -> [batch, 4]"
        "noise 0.5"
        "repeat 3"
        "rows of [batch, 4] -> [batch, 1]"
    ]

/// The loss of a forecast that is to lie above the truth in so many cases.
let private quantile share =
    FunctionLoss($"quantile({share})", fun output target weight -> weight * Mean(share * Relu(target - output) + (1.0 - share) * Relu(output - target)))

[<Test>]
let ``A loss of one's own is a lambda over output, target and weight`` () =
    let targets = [| for i in 1..10 -> float32 i |]

    let data =
        Dataset(
            Description = "one to ten",
            Samples = 10,
            Input = InputBlock(TimeSteps = 1, Features = 1, Values = Array.create 10 1f),
            Target = TargetBlock(Width = 1, Values = targets)
        )

    let options = TrainingOptions(Epochs = 2000, BatchSize = 10, Loss = quantile 0.75, Optimizer = Adam(LearningRate = 0.02))
    let model = ManagedEngine().Compile((Model.Of [| Layers.Dense 1 |]).Graph data, options.Objective, Seeds 7)
    TrainingRun(model, options, StatePolicy.Stateless, Seeds 7).Train data |> ignore
    // Three quarters of ten lie below 8, from 7.
    let predictions = Evaluation.Predict(model, data, StatePolicy.Stateless, 10)
    Assert.That(predictions[0].Values[0], Is.EqualTo(box 8f).Within 0.6)
    options.Loss.ToString() |> Check.equal "quantile(0.75)"

[<Test>]
let ``Plans, options and optimizers are copied with another setting`` () =
    let plan =
        ExperimentPlan(
            Data = questions,
            Model = Model.Of [| Layers.Dense 1 |],
            Training = TrainingOptions(Epochs = 5, Optimizer = Adam(ClipNorm = 1.0))
        )

    let training = plan.Training.WithEpochs(9).WithBatchSize(2).WithLoss(Loss.Huber 0.5)
    let adam = training.Optimizer.WithLearningRate(0.5).WithSchedule(LearningRateSchedule.Linear 10)
    let other = plan.WithTraining(training.WithOptimizer adam).WithState(StatePolicy.Never).WithMetrics [| Metric.Accuracy |]
    let third = other.WithModel(Model.Of [| Layers.Dense 2 |]).WithData plan.Data
    (third.Training.Epochs, third.Training.BatchSize, third.Training.Loss.Name) |> Check.equal (9, 2, "huber(0.5)")
    (third.Training.Optimizer.LearningRate, third.Training.Optimizer.ClipNorm) |> Check.equal (0.5, System.Nullable 1.0)
    third.Training.Optimizer.Schedule.Name |> Check.equal "linear(10, 0)"
    (third.State.Name, third.Metrics.Count) |> Check.equal ("never", 1)
    (plan.Training.Epochs, plan.State.Name, plan.Metrics.Count) |> Check.equal (5, "stateless", 0)

[<Test>]
let ``What is nested in plans and layers is copied with another setting too`` () =
    let stopping = EarlyStopping(Patience = 3).WithMetric("accuracy").WithMinimumDelta(0.5).WithRestoreBest true
    stopping |> Check.equal (EarlyStopping(Patience = 3, Metric = "accuracy", MinimumDelta = 0.5, RestoreBest = true))
    let plateau = ReduceOnPlateau(Patience = 3).WithFactor(0.5).WithCooldown(2).WithMinimumFactor 0.01
    plateau |> Check.equal (ReduceOnPlateau(Patience = 3, Factor = 0.5, Cooldown = 2, MinimumFactor = 0.01))
    let losses = [| OutputLoss("answer", Loss.CategoricalCrossEntropy) |]
    let training = TrainingOptions().WithEarlyStopping(stopping).WithReduceOnPlateau(plateau).WithLosses(losses).WithValidationShare(0.25).WithShuffle false
    (training.EarlyStopping, training.ReduceOnPlateau, training.ValidationShare, training.Shuffle) |> Check.equal (stopping, plateau, System.Nullable 0.25, false)
    training.Objective |> Check.equal (Objective(Losses = losses))
    let rules = [| WeightRule(Pattern = "*", L2 = 0.5) |]
    Objective().WithLoss(Loss.Huber 1).WithOptimizer(Sgd()).WithWeightRules(rules).WithEarlierBatches 2
    |> Check.equal (Objective(Loss = Loss.Huber 1, Optimizer = Sgd(), WeightRules = rules, EarlierBatches = 2))

    GenerationOptions(Symbols = 5).WithTemperature(0.5).WithTopK(3).WithEndSymbol "." |> Check.equal (GenerationOptions(Symbols = 5, Temperature = 0.5, TopK = 3, EndSymbol = "."))
    ScanOptions().WithDropout(0.5).WithZeroOutputForMask true |> Check.equal (ScanOptions(Dropout = 0.5, ZeroOutputForMask = true))

    let plan =
        ExperimentPlan(Data = questions, Model = Model.Of [| Layers.Dense 1 |])
            .WithTestData(questions).WithValidationData(questions).WithProbes [| Probe.From("A", 2) |]

    Assert.That(plan.TestData, Is.SameAs questions)
    Assert.That(plan.ValidationData, Is.SameAs questions)
    plan.Probes.Count |> Check.equal 1
    let recurrent = Layers.Recurrent(lstm, 2).WithDropout(0.5).WithRecurrentDropout(0.25).GoingBackwards()
    (recurrent.Dropout, recurrent.RecurrentDropout, recurrent.GoBackwards, recurrent.Units) |> Check.equal (0.5, 0.25, true, System.Nullable 2)
    let both = Layers.Bidirectional(lstm, 2).WithDropout(0.5).WithMerge MergeMode.Sum
    (both.Dropout, both.Merge, both.Units) |> Check.equal (0.5, MergeMode.Sum, System.Nullable 2)
    (Layers.Dense 3).WithActivation(Activation.Tanh).Activation.Name |> Check.equal "tanh"

[<Test>]
let ``Lists and arrays are taken where C# takes any number of arguments`` () =
    let layers: Layer list = [ Layers.Dense 3; Layers.LastStep() ]
    (Model.Of layers).Graph(2).Weights.Count |> Check.equal 2
    (Layers.Residual [| Layers.Dense 2 |]).Inner.Count |> Check.equal 1
    (Layers.Residual layers).Inner.Count |> Check.equal 2
    StatePolicy.ResetWhenAny(StatePolicy.Never, StatePolicy.ResetAtBoundaries).Name |> Check.equal "never or reset-at-boundaries"
    StatePolicy.ResetWhenAny([| StatePolicy.Never |]).Name |> Check.equal "never"
    let joined = Model.Build(fun model -> model.Output("output", model.Join(Layers.Concatenate(), [ model.Input(); model.Input() ])))
    (joined.Graph 2).Output("output").Node.Width |> Check.equal 4
    let concat = StepEquations.OfRows("concat", [ 2; 3 ], fun _ inputs -> Concat(inputs[0], inputs[1], inputs[0]))
    concat.Output.Columns |> Check.equal 7
    let concat = StepEquations.OfRows("concat", [ 2; 3 ], fun _ inputs -> Concat(Seq.toArray inputs))
    concat.Output.Columns |> Check.equal 5
