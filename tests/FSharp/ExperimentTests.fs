module Research.FSharp.ExperimentTests

open Microsoft.Extensions.DependencyInjection
open NUnit.Framework
open Research.Cells
open Research.Datasets.Sources
open Research.Framework
open Research.Framework.Equations
open Research.Framework.Experiments
open Research.Framework.Managed
open Research.Framework.Metrics
open Research.Framework.Models
open Research.Framework.Objectives
open Research.Framework.State
open Research.Framework.Training

let private catalog =
    ServiceCollection()
        .AddResearch()
        .AddResearchCells()
        .AddCell("minimal-gated-unit", fun units -> MinimalGatedUnit units)
        .AddCell("leaky", fun units -> LeakyCell(units, 0.5))
        .AddExperiment<TwoAhead>()
        .AddExperiment<TwoAhead>("three-ahead", fun experiment -> experiment.Ahead <- 3)
        .AddExperiment<Backwards>()
        .BuildServiceProvider()
        .GetRequiredService<ExperimentCatalog>()

/// Runs the registered experiment with a cell chosen by name, and with changes to its plan.
let private run cell (settings: string list) =
    catalog.Run("two-ahead", 7, cell, List.toArray settings)

[<TestCase("lstm")>]
[<TestCase("gru")>]
[<TestCase("minimal-gated-unit")>]
let ``The experiment learns with a cell chosen by name`` cell =
    let result = run cell []
    result.Experiment |> Check.equal "two-ahead"
    result.Cell |> Check.equal cell
    result.Predictions[0] |> Check.equal (LabelledPrediction("A", "C", "C"))
    result.Metric "accuracy" |> Check.equal 1.0
    result.Generated[0].Text.Length |> Check.equal 12
    Assert.That(result.Metric "confidence", Is.GreaterThan 0.8)

[<Test>]
let ``Experiments stand in groups, and the default one runs where none is named`` () =
    let catalog =
        ServiceCollection()
            .AddResearch()
            .AddResearchCells()
            .AddExperiment<TwoAhead>()
            .AddExperimentGroup("Backwards", (fun group -> group.AddExperiment<Backwards>()), isDefault = true)
            .BuildServiceProvider()
            .GetRequiredService<ExperimentCatalog>()

    let all = catalog.Experiments(catalog.Cell "lstm")
    all |> Seq.map (fun experiment -> isNull (box experiment.Group)) |> Seq.toList |> Check.equal [ true; false ]
    ExperimentCatalog.Default all |> Seq.map _.Name |> Seq.toList |> Check.equal [ "backwards" ]
    let output = (catalog.Run("backwards", 7, settings = [| "training.epochs=1" |])).Outputs[0]
    Assert.That(output.Targets, Is.Null)

[<Test>]
let ``A program has the whole command line`` () =
    Host.main [| "show"; "two-ahead"; "--cell"; "minimal-gated-unit" |] |> Check.equal 0
    Host.main [| "run"; "two-behind" |] |> Check.equal 2

[<Test>]
let ``A probe draws its symbols, up to an end symbol, where its options say so`` () =
    let text settings = (run "lstm" ("training.epochs=5" :: settings)).Generated[0].Text
    let drawn = text [ "probes.0.temperature=2" ]
    drawn |> Check.equal (text [ "probes.0.temperature=2" ])
    Assert.That(drawn, Is.Not.EqualTo(text []))
    text [ "probes.0.temperature=2"; $"probes.0.end_symbol={drawn[3]}" ] |> Check.equal (drawn.Substring(0, drawn.IndexOf drawn[3]))
    let probe = Probe.From("A", GenerationOptions(Symbols = 5, Temperature = 0.5))
    probe.Options.Temperature |> Check.equal 0.5

[<Test>]
let ``The cell makes a difference, and the same run the same bits`` () =
    let fingerprint cell = (run cell [ "training.epochs=10" ]).Fingerprint
    fingerprint "lstm" |> Check.equal (fingerprint "lstm")
    Assert.That(fingerprint "lstm", Is.Not.EqualTo(fingerprint "minimal-gated-unit"))

[<Test>]
let ``An encoder and a decoder learn to turn letters around, and are tested on others`` () =
    let result = catalog.Run("backwards", 7, "lstm", [||])
    Assert.That(result.EpochLosses[299], Is.LessThan(result.EpochLosses[0] / 100.0))
    result.Predictions.Count |> Check.equal 6
    result.Predictions[0].Expected |> Check.equal "5 4 3"
    // Guessing would be right once in 26 letters.
    Assert.That(result.Metric "accuracy", Is.GreaterThan 0.2)

[<Test>]
let ``An observer sees validation and stops its run`` () =
    let diary = Diary()

    let catalog =
        ServiceCollection()
            .AddResearch()
            .AddResearchCells()
            .AddExperiment<Backwards>()
            .AddSingleton(diary)
            .AddObserver<StopWhenGood>()
            .AddObserver(fun _ ->
                { new ITrainingObserver with
                    member _.EpochEnded epoch = if epoch.Epoch = 100 then epoch.Model.LearningRateFactor <- 0.5 })
            .BuildServiceProvider()
            .GetRequiredService<ExperimentCatalog>()

    let result = catalog.Run("backwards", 7, "lstm", [||])
    let accuracies = [ for _, _, _, accuracy in diary.Entries -> accuracy ]
    result.StoppedEarly |> Check.equal true
    accuracies |> Check.equal (List.ofSeq (result.Curve "validation/accuracy"))
    Assert.That(List.last accuracies, Is.GreaterThan 0.25)
    Assert.That(accuracies |> List.take (accuracies.Length - 1), Is.All.LessThanOrEqualTo 0.25)
    diary.Entries[0] |> fun (experiment, seed, epoch, _) -> (experiment, seed, epoch) |> Check.equal ("backwards", 7, 1)

[<Test>]
let ``A training is validated and stopped without an experiment`` () =
    let data = (Framers.ahead 1).Frame(Alphabet.Latin)
    let options =
        TrainingOptions(Epochs = 500, BatchSize = 5, EarlyStopping = EarlyStopping(Metric = "accuracy", Patience = 5, RestoreBest = true))

    let seeds = Seeds 7
    let model = Model.Of [| Layers.Recurrent(LstmCell 8); Layers.Dense(26, Activation.Softmax) |]
    use compiled = ManagedEngine().Compile(model.Graph data, options.Objective, seeds)

    let run =
        TrainingRun(compiled, options, StatePolicy.Stateless, seeds, Validation = data.Part(0, 10), Metrics = [| Metric.Accuracy; Metrics.confidence |])

    let summary = run.Train data
    let figures = Evaluation.Evaluate(compiled, data.Part(0, 10), StatePolicy.Stateless, 5, [| Metric.Accuracy |])
    figures[1].Value |> Check.equal (Seq.max (summary.Curve "validation/accuracy"))
    summary.BestEpoch.HasValue |> Check.equal true

let private plan name cell settings =
    let experiments = catalog.Experiments(catalog.Cell cell)
    let experiment = ExperimentCatalog.Pick(experiments, [| name |])[0]
    experiment.Plan(7, List.toArray settings)

let private shown plan =
    [ for field in PlanFields.Of plan -> $"{field.Name}={field}" ]

[<Test>]
let ``An experiment's mutable properties are its settings, shown first and set before its plan is made`` () =
    let expected settings = catalog.Run("two-ahead", 7, "lstm", List.toArray ("training.epochs=0" :: settings)).Predictions[0].Expected
    expected [] |> Check.equal "C"
    expected [ "ahead=5" ] |> Check.equal "F"
    plan "two-ahead" "lstm" [ "Ahead=4" ] |> shown |> List.head |> Check.equal "ahead=4"
    Check.refused "Settings of two-ahead: Setting 'ahead': expected a whole number, got 'x'." (fun () -> expected [ "ahead=x" ])
    Check.refused "did you mean 'ahead'?" (fun () -> expected [ "ahed=3" ])

[<Test>]
let ``An experiment is registered again under another name, with other settings`` () =
    let result = catalog.Run("three-ahead", 7, "lstm", [| "training.epochs=0" |])
    result.Experiment |> Check.equal "three-ahead"
    result.Predictions[0].Expected |> Check.equal "D"

[<Test>]
let ``A cell's own settings are its layer's`` () =
    let plan = plan "two-ahead" "leaky" [ "model.layers.0.cell.leak=0.25"; "model.layers.leaky_1.units=8" ]
    let fields = shown plan
    Assert.That(fields, Does.Contain "model.layers.0.cell.leak=0.25")
    Assert.That(fields, Does.Contain "model.layers.0.state=hidden[8]")
    Check.refused "Setting 'model.layers.0.cell.leak': expected a number, above 0 and at most 1, got '2'." (fun () -> PlanOverrides.Apply(plan, [| "model.layers.0.cell.leak=2" |]))

[<Test>]
let ``Settings are set on what has them, in a copy`` () =
    let find name (settings: Setting<'T> seq) = settings |> Seq.find (fun setting -> setting.Name = name)
    let adam = Adam(ClipNorm = 0.5)
    (find "beta1" adam.Settings).Set("0.5") |> Check.equal (Adam(ClipNorm = 0.5, Beta1 = 0.5) :> Optimizer)
    let dense = Layers.Dense(3, Activation.Softmax)
    let wider = (find "units" dense.Settings).Set("5") :?> DenseLayer
    wider.Units |> Check.equal 5
    dense.Units |> Check.equal 3
