using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests;

internal abstract class FakeExperiment(string name, ICellFactory cells) : IExperiment
{
    protected ICellFactory Cells => cells;

    public string Name => name;

    public string Summary => $"What {name} shows.";

    public virtual ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = new Dataset
        {
            Description = "ABCD",
            Samples = 4,
            Input = new() { TimeSteps = 1, Features = 1, Values = [0, 1, 2, 3] },
            Target = new() { Width = 5, Classes = [1, 2, 3, 4] },
            Text = new FakeText(),
        },
        Model = Model.Of(Layers.Recurrent(cells, 8), Layers.Dense(5, Activation.Softmax)),
        State = StatePolicy.ResetEachEpoch,
        Training = new TrainingOptions { Epochs = 10, BatchSize = 1, Shuffle = false },
        Metrics = [new FakeMetric("accuracy"), new FakeMetric("cross_entropy")],
        Probes = [Probe.From("A", 4)],
        Published = new PublishedFigure("tutorial", 0.84),
    };
}

internal sealed class FakeText : ITextFraming
{
    public int MinimumHistory => 1;

    public float[] Encode(string history) =>
        history[^1] is >= 'A' and <= 'D' ? [history[^1] - 'A'] : throw new ResearchException($"Unknown symbol '{history[^1]}'.");

    public string Decode(int targetClass) => ((char)('A' + targetClass)).ToString();
}

internal sealed class FakeMetric(string name) : IMetric
{
    public string Name => name;

    public double Evaluate(Predictions predictions) => 0; // tried when a plan is checked; what is shown comes from the fake runner
}

internal sealed class OneChar(ICellFactory cells) : FakeExperiment("one-char", cells);

internal sealed class TimeSteps(ICellFactory cells) : FakeExperiment("time-steps", cells);

internal sealed class StatefulOneChar(ICellFactory cells) : FakeExperiment("stateful-one-char", cells);

internal sealed class AgainOneChar(ICellFactory cells) : FakeExperiment("one-char", cells);

/// <summary>Has settings of its own, of every kind, and shows in the plan's published figure what it was made with.</summary>
internal sealed class Adjustable(ICellFactory cells) : FakeExperiment("adjustable", cells)
{
    public int Window { get; set; } = 24;

    public double Noise { get; init; } = 0.1;

    public float Gain { get; set; } = 0.1f;

    public long Offset { get; set; } = 1L << 40;

    public bool Reversed { get; set; }

    public string Letters { get; set; } = "ABC";

    public string? Suffix { get; set; }

    public MergeMode HowToMerge { get; set; } = MergeMode.Average;

    public int? Limit { get; set; }

    public double? Threshold { get; set; } = 0.5;

    public MergeMode? Other { get; set; }

    public int Even
    {
        get;
        set => field = value % 2 == 0 ? value : throw new ArgumentException($"expected an even number, got {value}.");
    }

    // No settings:
    public int Fixed => 3;

    public int Counted { get; private set; }

    public IReadOnlyList<int> Sizes { get; set; } = [];

    public static int Shared { get; set; }

    public override ExperimentPlan Plan(Seeds seeds)
    {
        Counted++;
        ExperimentPlan plan = base.Plan(seeds);
        string made = FormattableString.Invariant($"{Window} {Noise} {Gain} {Offset} {Reversed} {Letters} {Suffix ?? "null"} {HowToMerge} {Limit} {Threshold} {Other} {Even}");
        return plan with { Published = new PublishedFigure(made, 1) };
    }
}

/// <summary>Asks for a service that nobody registers.</summary>
internal sealed class Lonely(ICellFactory cells, IFormatProvider missing) : FakeExperiment("lonely" + missing, cells);
