using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>A small plan with something of everything that can be set, and settings of its own of every type.</summary>
internal sealed class FuzzedExperiment(ICellFactory cells) : IExperiment
{
    public string Name => "fuzzed";

    public string Summary => "What may be set.";

    public int Ahead { get; set; } = 1;

    public long Large { get; set; } = 5;

    public double Rate { get; set; } = 0.1;

    public float Share { get; set; } = 0.25f;

    public bool Sequences { get; set; }

    public string Letters { get; set; } = "ABCDEFG";

    public MergeMode Merge { get; set; } = MergeMode.Sum;

    public int? Limit { get; set; }

    public ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = new OneStepFramer().Frame(Alphabet.Latin),
        Model = Model.Of(
            Layers.LayerNormalization(),
            Layers.Bidirectional(cells, 3, returnSequences: true) with { Merge = Merge },
            Layers.Residual(Layers.Dense(3, Activation.Tanh)) with { Name = "around" },
            Layers.Dropout(0.1),
            Layers.Recurrent(cells, 4, returnSequences: Sequences),
            Layers.Dense(26, Activation.Softmax)),
        State = StatePolicy.Stateless,
        Training = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 5,
            ValidationShare = Share,
            EarlyStopping = new EarlyStopping { Patience = 3 },
            ReduceOnPlateau = new ReduceOnPlateau { Patience = 2 },
            Optimizer = new Adam { LearningRate = Rate },
            WeightRules = [new WeightRule { Pattern = "*kernel", L2 = 0.01, MaxNorm = 2 }],
        },
        Metrics = [Metric.Accuracy, Metric.CrossEntropy],
        Probes = [Probe.From(Letters, 3)],
    };
}
