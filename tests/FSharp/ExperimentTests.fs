module Research.FSharp.ExperimentTests

open Microsoft.Extensions.DependencyInjection
open NUnit.Framework
open Research.Cells
open Research.Framework
open Research.Framework.Experiments

let private catalog =
    ServiceCollection()
        .AddResearch()
        .AddResearchCells()
        .AddCell("minimal-gated-unit", fun units -> MinimalGatedUnit units)
        .AddExperiment<TwoAhead>()
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
let ``The cell makes a difference, and the same run the same bits`` () =
    let fingerprint cell = (run cell [ "training.epochs=10" ]).Fingerprint
    fingerprint "lstm" |> Check.equal (fingerprint "lstm")
    Assert.That(fingerprint "lstm", Is.Not.EqualTo(fingerprint "minimal-gated-unit"))

[<Test>]
let ``An encoder and a decoder learn to turn letters around, and are tested on others`` () =
    let result = catalog.Run("backwards", 7, "lstm", [||])
    Assert.That(result.EpochLosses[299], Is.LessThan(result.EpochLosses[0] / 100.0))
    result.Predictions.Count |> Check.equal 12
    result.Predictions[0].Expected |> Check.equal "3 2 1"
    // Guessing would be right once in 26 letters.
    Assert.That(result.Metric "accuracy", Is.GreaterThan 0.3)
