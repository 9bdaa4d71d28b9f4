using Research.Cells;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using static Research.Framework.Models.Layers;

namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>All kinds of change to a plan.</summary>
internal static class PlanChanges
{
    private static readonly double[] s_odd = [0, -1, 1e-60, 1e-7, 0.5, 1, 2, 1e30, 1e300, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon, -0.0];

    private static readonly int[] s_oddCounts = [0, -1, int.MinValue, 1, 2, 3, 1025];

    private static readonly float[] s_oddNumbers = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, 1e30f, -1e30f, 0.5f, -1, 7];

    private static readonly string[] s_names = ["", " ", "input", "output", "a/b", "@a", "*", "\u001b[31m", "two\nlines", "ä", new('x', 300)];

    /// <summary>Such as a plan may have, although not with every other.</summary>
    public static IReadOnlyList<PlanChange> Right { get; } =
    [
        new(PlanRoom.Sizes, "samples", (draft, random) => draft.Samples = random.Next(1, 12)),
        new(PlanRoom.Sizes, "time steps", (draft, random) => draft.Input.TimeSteps = random.Next(1, 6)),
        new(PlanRoom.Sizes, "a target at each step", (draft, random) => draft.Target.TimeSteps = draft.Input.TimeSteps = random.Next(1, 6)),
        new(PlanRoom.Sizes, "features", (draft, random) => draft.Input.Width = random.Next(1, 5)),
        new(PlanRoom.Sizes, "width", (draft, random) => draft.Target.Width = random.Next(1, 6)),
        new(PlanRoom.Sizes, "second input", (draft, random) => draft.Second = new() { Name = "second", TimeSteps = random.Next(1, 4), Width = random.Next(1, 3) }),
        new(PlanRoom.Sizes, "symbols", (draft, random) =>
        {
            draft.Symbols = random.Next(1, 6);
            draft.Input.Width = 1;
            draft.Layers.Insert(0, Embedding(draft.Symbols, random.Next(1, 4), maskZero: Chance(random)));
        }),
        new(PlanRoom.Sizes, "classes", (draft, random) =>
        {
            draft.OfClasses = true;
            draft.Training = draft.Training with { Loss = Chance(random) ? Loss.CategoricalCrossEntropy : Loss.SparseCategoricalCrossEntropy };
            draft.Last = Dense(draft.Target.Width, Activation.Softmax);
        }),
        new(PlanRoom.Data, "mask", (draft, random) => draft.Input.Mask = Mask(random, draft.Samples, draft.Input.TimeSteps)),
        new(PlanRoom.Data, "padding", (draft, random) =>
        {
            bool[] mask = draft.Input.Mask = Mask(random, draft.Samples, draft.Input.TimeSteps);
            for (int i = 0; i < mask.Length * draft.Input.Width; i++) draft.Input.Values![i] *= mask[i / draft.Input.Width] ? 1 : 0;
            draft.Layers.Insert(0, Masking());
        }),
        new(PlanRoom.Data, "target mask", (draft, random) => draft.Target.Mask = Mask(random, draft.Samples, draft.Target.TimeSteps)),
        new(PlanRoom.Data, "weights", (draft, random) => draft.Target.Weights = [.. Enumerable.Range(0, draft.Samples * draft.Target.TimeSteps).Select(_ => random.Next(3) * random.NextSingle())]),
        new(PlanRoom.Data, "boundaries", (draft, random) => draft.Boundaries = [.. Enumerable.Range(0, draft.Samples).Select(_ => Chance(random))]),
        new(PlanRoom.Data, "labels", (draft, _) => draft.Labels = [.. Enumerable.Range(0, draft.Samples).Select(i => FormattableString.Invariant($"{i}"))]),
        new(PlanRoom.Data, "class names", (draft, _) => draft.Target.Names = [.. Enumerable.Range(0, draft.Target.Width).Select(i => FormattableString.Invariant($"class {i}"))]),
        new(PlanRoom.Model, "recurrent layer", (draft, random) => Insert(draft, random, Recurrent(Cell(random, random.Next(1, 5)), returnSequences: random.Next(4) > 0) with
        {
            GoBackwards = random.Next(4) == 0,
            ZeroOutputForMask = random.Next(4) == 0,
            Dropout = random.Next(4) == 0 ? 0.3 : 0,
            RecurrentDropout = random.Next(4) == 0 ? 0.3 : 0,
        })),
        new(PlanRoom.Model, "bidirectional layer", (draft, random) => Insert(draft, random, Bidirectional(Cell(random, 3), Cell(random, random.Next(4) == 0 ? 2 : 3), returnSequences: random.Next(4) > 0) with { Merge = (MergeMode)random.Next(5) })),
        new(PlanRoom.Model, "dense layer", (draft, random) => Insert(draft, random, Dense(random.Next(1, 5), Function(random)))),
        new(PlanRoom.Model, "layer without weights", (draft, random) => Insert(draft, random, random.Next(5) switch
        {
            0 => Dropout(random.Next(3) * 0.3),
            1 => Masking(random.Next(3)),
            2 => RepeatVector(random.Next(1, 4)),
            3 => LastStep(),
            _ => LayerNormalization(),
        })),
        new(PlanRoom.Model, "residual layer", (draft, random) => Insert(draft, random, Residual(LayerNormalization(), Dense(random.Next(1, 4), Activation.Tanh)))),
        new(PlanRoom.Model, "last activation", (draft, random) => draft.Last = Dense(draft.Target.Width, Function(random))),
        new(PlanRoom.Training, "loss", (draft, random) => draft.Training = draft.Training with { Loss = random.Next(4) == 0 ? Loss.Huber(0.3) : Pick(random, Loss.All) }),
        new(PlanRoom.Training, "loss of its own", (draft, _) => draft.Training = draft.Training with { Losses = [new OutputLoss(draft.Target.Name, Loss.MeanAbsoluteError) { Weight = 0.5 }] }),
        new(PlanRoom.Training, "optimizer", (draft, random) => draft.Training = draft.Training with { Optimizer = Pick(random, Optimizer.All) with { ClipNorm = Chance(random) ? 0.5 : null } }),
        new(PlanRoom.Training, "schedule", (draft, random) => draft.Training = draft.Training with { Optimizer = draft.Training.Optimizer.WithSchedule(random.Next(4) switch
        {
            0 => LearningRateSchedule.Exponential(3, 0.5, staircase: true),
            1 => LearningRateSchedule.Cosine(2),
            2 => LearningRateSchedule.Linear(5, 0.1),
            _ => LearningRateSchedule.Steps([2, 4], [0.5, 0.1]),
        }) }),
        new(PlanRoom.Training, "weight rule", (draft, random) => draft.Training = draft.Training with { WeightRules = [new WeightRule { Pattern = Pick(random, ["*", "*kernel", "nothing", "dense_1/bias"]), L2 = 0.01, MaxNorm = Chance(random) ? 0.5 : null }] }),
        new(PlanRoom.Training, "batch size", (draft, random) => draft.Training = draft.Training with { BatchSize = random.Next(1, 14) }),
        new(PlanRoom.Training, "epochs", (draft, random) => draft.Training = draft.Training with { Epochs = random.Next(4) }),
        new(PlanRoom.Training, "in order", (draft, _) => draft.Training = draft.Training with { Shuffle = false }),
        new(PlanRoom.Training, "threads", (draft, random) => draft.Training = draft.Training with { Threads = random.Next(1, 3) }),
        new(PlanRoom.Training, "state", (draft, random) =>
        {
            draft.State = Pick(random, StatePolicy.All);
            draft.Training = draft.Training with { Shuffle = false, EarlierBatches = random.Next(3) };
        }),
        new(PlanRoom.Training, "validation share", (draft, random) => draft.Training = draft.Training with
        {
            ValidationShare = 0.1 + 0.8 * random.NextDouble(),
            EarlyStopping = Chance(random) ? new EarlyStopping { Patience = 1, RestoreBest = Chance(random) } : null,
            ReduceOnPlateau = Chance(random) ? new ReduceOnPlateau { Patience = 1 } : null,
        }),
        new(PlanRoom.Training, "validation data", (draft, _) => draft.Validation = data => data.Part(0, 1)),
        new(PlanRoom.Training, "test data", (draft, random) => draft.Test = data => data.Part(random.Next(2), 1)),
        new(PlanRoom.Training, "metric", (draft, random) => draft.Metrics.Add(random.Next(6) == 0 ? Metric.TopK(random.Next(1, 4)) : Pick(random, Metric.All))),
    ];

    /// <summary>Such as have something wrong with them, mostly.</summary>
    public static IReadOnlyList<PlanChange> Wrong { get; } =
    [
        new(PlanRoom.Data, "other samples", (draft, random) => draft.Samples = Pick(random, s_oddCounts)),
        new(PlanRoom.Data, "other time steps", (draft, random) => draft.Input.TimeSteps = Pick(random, s_oddCounts)),
        new(PlanRoom.Data, "other features", (draft, random) => draft.Input.Width = Pick(random, s_oddCounts)),
        new(PlanRoom.Data, "other target steps", (draft, random) => draft.Target.TimeSteps = Pick(random, s_oddCounts)),
        new(PlanRoom.Data, "other width", (draft, random) => draft.Target.Width = Pick(random, s_oddCounts)),
        new(PlanRoom.Data, "odd number", (draft, random) => Spoil(random, Chance(random) ? draft.Input.Values : draft.Target.Values, Pick(random, s_oddNumbers))),
        new(PlanRoom.Data, "odd numbers everywhere", (draft, random) => Array.Fill(draft.Input.Values!, Pick(random, s_oddNumbers))),
        new(PlanRoom.Data, "odd class", (draft, random) => Spoil(random, draft.Target.Classes, Pick(random, [-1, draft.Target.Width, int.MaxValue, int.MinValue]))),
        new(PlanRoom.Data, "odd weight", (draft, random) =>
        {
            draft.Target.Weights ??= [.. Enumerable.Repeat(1f, Math.Clamp(draft.Samples * draft.Target.TimeSteps, 0, 100))];
            Spoil(random, draft.Target.Weights, Pick(random, s_oddNumbers));
        }),
        new(PlanRoom.Data, "nothing is real", (draft, random) => draft.Input.Mask = new bool[Math.Clamp(draft.Samples * draft.Input.TimeSteps, 0, 100)]),
        new(PlanRoom.Data, "nothing counts", (draft, random) => draft.Target.Mask = new bool[Math.Clamp(draft.Samples * draft.Target.TimeSteps, 0, 100)]),
        new(PlanRoom.Data, "nothing weighs", (draft, random) => draft.Target.Weights = new float[Math.Clamp(draft.Samples * draft.Target.TimeSteps, 0, 100)]),
        new(PlanRoom.Data, "another length", (draft, random) =>
        {
            switch (random.Next(8))
            {
                case 0: draft.Input.Values = Resized(random, draft.Input.Values); break;
                case 1: draft.Input.Mask = Resized(random, draft.Input.Mask); break;
                case 2: draft.Target.Values = Resized(random, draft.Target.Values); break;
                case 3: draft.Target.Classes = Resized(random, draft.Target.Classes); break;
                case 4: draft.Target.Weights = Resized(random, draft.Target.Weights); break;
                case 5: draft.Target.Mask = Resized(random, draft.Target.Mask); break;
                case 6: draft.Boundaries = Resized(random, draft.Boundaries); break;
                default: draft.Labels = ["one"]; break;
            }
        }),
        new(PlanRoom.Data, "classes and values, or neither", (draft, random) =>
        {
            if (Chance(random)) draft.Target.Values = draft.Target.Values is null ? new float[4] : null;
            else draft.Target.Classes = draft.Target.Classes is null ? [.. Enumerable.Repeat(0, Math.Clamp(draft.Samples * draft.Target.TimeSteps, 0, 100))] : null;
        }),
        new(PlanRoom.Data, "odd name", (draft, random) =>
        {
            if (draft.Second is { } second && Chance(random)) second.Name = Pick(random, s_names);
            else if (Chance(random)) draft.Input.Name = Pick(random, s_names);
            else draft.Target.Name = Pick(random, s_names);
        }),
        new(PlanRoom.Data, "class names of another number", (draft, random) => draft.Target.Names = [.. s_names.Take(random.Next(4))]),
        new(PlanRoom.Model, "odd layer", (draft, random) =>
        {
            int count = Pick(random, s_oddCounts);
            double rate = Pick(random, s_odd);
            Insert(draft, random, random.Next(8) switch
            {
                0 => Recurrent(Cell(random, count), returnSequences: true),
                1 => Dense(count),
                2 => Dropout(rate),
                3 => RepeatVector(Math.Min(count, 9)),
                4 => Embedding(count, Pick(random, s_oddCounts)),
                5 => Recurrent(Cell(random, 2)) with { Dropout = rate, RecurrentDropout = Pick(random, s_odd) },
                6 => Masking((float)rate),
                _ => Residual(),
            });
        }),
        new(PlanRoom.Model, "odd layer name", (draft, random) => Insert(draft, random, Dense(2) with { Name = Pick(random, s_names) })),
        new(PlanRoom.Model, "layer twice", (draft, random) =>
        {
            Layer layer = Dense(2) with { Name = "same" };
            Insert(draft, random, layer);
            Insert(draft, random, layer);
        }),
        new(PlanRoom.Model, "another last layer", (draft, random) => draft.Last = random.Next(4) switch
        {
            0 => Recurrent(Cell(random, draft.Target.Width), returnSequences: true),
            1 => Dense(Math.Max(1, draft.Target.Width) + 1),
            2 => LayerNormalization(),
            _ => Bidirectional(Cell(random, 2), Cell(random, 2), returnSequences: true) with { Merge = (MergeMode)random.Next(7) },
        }),
        new(PlanRoom.Training, "odd learning rate", (draft, random) => draft.Training = draft.Training with { Optimizer = draft.Training.Optimizer.WithLearningRate(Pick(random, s_odd)) }),
        new(PlanRoom.Training, "odd optimizer", (draft, random) =>
        {
            double number = Pick(random, s_odd), other = Pick(random, s_odd);
            draft.Training = draft.Training with
            {
                Optimizer = random.Next(6) switch
                {
                    0 => new Sgd { Momentum = number, Nesterov = true },
                    1 => new RmsProp { Rho = number, Epsilon = other, Centered = true },
                    2 => new AdamW { WeightDecay = number, DecayPattern = Pick(random, s_names) },
                    3 => new Adam { Epsilon = number, AmsGrad = true },
                    4 => new Adam { ClipNorm = number, ClipValue = other },
                    _ => new Sgd { GlobalClipNorm = number },
                },
            };
        }),
        new(PlanRoom.Training, "odd weight rule", (draft, random) => draft.Training = draft.Training with { WeightRules = [new WeightRule { Pattern = Pick(random, s_names), L2 = Pick(random, s_odd), MaxNorm = Pick(random, s_odd) }] }),
        new(PlanRoom.Training, "odd counts", (draft, random) =>
        {
            int count = Pick(random, s_oddCounts);
            draft.Training = random.Next(4) switch
            {
                0 => draft.Training with { BatchSize = Chance(random) ? count : int.MaxValue },
                1 => draft.Training with { Epochs = Math.Min(count, 3) },
                2 => draft.Training with { Threads = count },
                _ => draft.Training with { EarlierBatches = Chance(random) ? count : int.MaxValue },
            };
        }),
        new(PlanRoom.Training, "odd validation", (draft, random) => draft.Training = draft.Training with
        {
            ValidationShare = Pick(random, s_odd),
            EarlyStopping = new EarlyStopping { Patience = Pick(random, s_oddCounts), MinimumDelta = Pick(random, s_odd), Metric = Pick(random, ["loss", "", "accuracy", "nothing"]) },
            ReduceOnPlateau = Chance(random) ? new ReduceOnPlateau { Factor = Pick(random, s_odd), Cooldown = Pick(random, s_oddCounts), MinimumFactor = Pick(random, s_odd) } : null,
        }),
        new(PlanRoom.Training, "losses of other outputs", (draft, random) => draft.Training = draft.Training with { Losses = [new OutputLoss(Pick(random, s_names), Pick(random, Loss.All)) { Weight = Pick(random, s_odd) }] }),
        new(PlanRoom.Training, "carried state, shuffled", (draft, random) =>
        {
            draft.State = Pick(random, StatePolicy.All);
            draft.Training = draft.Training with { Shuffle = true };
        }),
        new(PlanRoom.Training, "metric of another output", (draft, random) => draft.Metrics.Add(Pick(random, Metric.All).For(Pick(random, s_names)))),
        new(PlanRoom.Training, "metric twice", (draft, random) => draft.Metrics.AddRange([Metric.MeanSquaredError, Metric.MeanSquaredError])),
        new(PlanRoom.Training, "top of none", (draft, random) => draft.Metrics.Add(Metric.TopK(Pick(random, s_oddCounts)))),
        new(PlanRoom.Training, "odd probe", (draft, random) => draft.Probes.Add(Probe.From(Pick(random, s_names), new GenerationOptions { Symbols = Pick(random, s_oddCounts), Temperature = Pick(random, s_odd) }))),
        new(PlanRoom.Training, "other test data", (draft, random) => draft.Test = data => new Dataset { Description = "other", Samples = Pick(random, [0, 1, 2]), Inputs = data.Inputs, Targets = Chance(random) ? data.Targets : [] }),
        new(PlanRoom.Training, "other validation data", (draft, random) => draft.Validation = data => new Dataset { Description = "other", Samples = data.Samples, Inputs = Chance(random) ? data.Inputs : [], Targets = data.Targets }),
    ];

    private static bool Chance(Random random) => random.Next(2) == 0;

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private static void Insert(PlanDraft draft, Random random, Layer layer) => draft.Layers.Insert(random.Next(draft.Layers.Count + 1), layer);

    private static ICell Cell(Random random, int units) => random.Next(7) switch
    {
        0 => new GruCell(units),
        1 => new GruV1Cell(units),
        2 => new SimpleRnnCell(units),
        3 => new SimpleRnnCell(units) { Activation = Activation.Relu },
        4 => new HandRolledLstmCell(units),
        5 => new HandRolledGruCell(units),
        _ => new LstmCell(units),
    };

    private static Activation Function(Random random) => Pick(random, [Activation.Linear, Activation.Tanh, Activation.Sigmoid, Activation.Relu, Activation.Softmax, Activation.Softplus, Activation.Silu]);

    private static bool[] Mask(Random random, int samples, int steps) => [.. Enumerable.Range(0, Math.Max(0, samples * steps)).Select(_ => random.Next(4) > 0)];

    private static void Spoil<T>(Random random, T[]? values, T value)
    {
        if (values is { Length: > 0 }) values[random.Next(values.Length)] = value;
    }

    private static T[] Resized<T>(Random random, T[]? values)
    {
        T[] resized = values ?? new T[3];
        Array.Resize(ref resized, Chance(random) ? resized.Length + 1 : random.Next(resized.Length + 1));
        return resized;
    }
}
