using System.Globalization;
using Research.Framework.Objectives;

namespace Research.Framework.Training;

/// <summary>How long and how a model is trained. Immutable.</summary>
public sealed record TrainingOptions
{
    /// <summary>The largest number of <see cref="Threads"/>.</summary>
    public const int MostThreads = 1024;

    /// <summary>Passes over the data.</summary>
    /// <value>0 or more (0 leaves the start weights). Default 1.</value>
    public int Epochs { get; init; } = 1;

    /// <summary>Samples trained at once; the last batch of an epoch may have fewer.</summary>
    /// <value>At least 1. Default 32.</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>Whether samples are drawn in a new seeded order each epoch.</summary>
    /// <value>Default true. Must be false where the state policy carries state between batches.</value>
    public bool Shuffle { get; init; } = true;

    /// <summary>
    /// How much of the data, at their end, is not learnt, but judges the model after each epoch: as many samples as it comes to,
    /// rounded. Refused where state is carried over the cut, or a sequence would be cut in two.
    /// </summary>
    /// <value>Above 0 and below 1, or null for nothing. Default null. Refused beside validation data of their own.</value>
    public double? ValidationShare { get; init; }

    /// <summary>When training ends before its last epoch, by the validation data.</summary>
    /// <value>Default null: never. Refused without validation data.</value>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>When the learning rate falls, by the validation data.</summary>
    /// <value>Default null: never. Refused without validation data.</value>
    public ReduceOnPlateau? ReduceOnPlateau { get; init; }

    /// <summary>
    /// What is made small, and how: what the model is compiled for. Made of <see cref="Loss"/>, <see cref="Losses"/>, <see cref="Optimizer"/>,
    /// <see cref="EarlierBatches"/> and <see cref="WeightRules"/>, whatever their order.
    /// </summary>
    /// <value>Default categorical cross-entropy with Adam.</value>
    public Objective Objective { get; private init; } = new();

    /// <summary>The objective's <see cref="Objective.Loss"/>.</summary>
    public Loss Loss
    {
        get => Objective.Loss;
        init => Objective = Objective with { Loss = value };
    }

    /// <summary>The objective's <see cref="Objective.Losses"/> of single outputs.</summary>
    public IReadOnlyList<OutputLoss> Losses
    {
        get => Objective.Losses;
        init => Objective = Objective with { Losses = value };
    }

    /// <summary>The objective's <see cref="Objective.Optimizer"/>.</summary>
    public Optimizer Optimizer
    {
        get => Objective.Optimizer;
        init => Objective = Objective with { Optimizer = value };
    }

    /// <summary>The objective's <see cref="Objective.EarlierBatches"/>.</summary>
    public int EarlierBatches
    {
        get => Objective.EarlierBatches;
        init => Objective = Objective with { EarlierBatches = value };
    }

    /// <summary>The objective's <see cref="Objective.WeightRules"/>.</summary>
    public IReadOnlyList<WeightRule> WeightRules
    {
        get => Objective.WeightRules;
        init => Objective = Objective with { WeightRules = value };
    }

    /// <summary>
    /// The most threads that one training may use, from 1 to <see cref="MostThreads"/>: what an experiment's model is compiled with. Never
    /// changes a result. A <see cref="TrainingRun"/> of one's own uses those that were given to the engine's Compile.
    /// </summary>
    /// <value>At least 1. Default 1: many seeds at once use the cores better.</value>
    public int Threads { get; init; } = 1;

    /// <summary>A copy that trains for another number of epochs.</summary>
    /// <param name="epochs">0 or more.</param>
    public TrainingOptions WithEpochs(int epochs) => this with { Epochs = epochs };

    /// <summary>A copy with another batch size.</summary>
    /// <param name="size">At least 1.</param>
    public TrainingOptions WithBatchSize(int size) => this with { BatchSize = size };

    /// <summary>A copy with another loss.</summary>
    /// <param name="loss">The loss.</param>
    public TrainingOptions WithLoss(Loss loss) => this with { Loss = loss };

    /// <summary>A copy with another optimizer.</summary>
    /// <param name="optimizer">The optimizer.</param>
    public TrainingOptions WithOptimizer(Optimizer optimizer) => this with { Optimizer = optimizer };

    /// <summary>A copy with other losses of single outputs.</summary>
    /// <param name="losses">The losses; none for <see cref="Loss"/> for every output.</param>
    public TrainingOptions WithLosses(params IReadOnlyList<OutputLoss> losses) => this with { Losses = losses };

    /// <summary>A copy that shuffles, or does not.</summary>
    /// <param name="shuffle">Whether samples are drawn in a new order each epoch.</param>
    public TrainingOptions WithShuffle(bool shuffle) => this with { Shuffle = shuffle };

    /// <summary>A copy that holds back another share of the data.</summary>
    /// <param name="share">Above 0 and below 1; null for nothing.</param>
    public TrainingOptions WithValidationShare(double? share) => this with { ValidationShare = share };

    /// <summary>A copy that ends early in another way.</summary>
    /// <param name="stopping">When; null for never.</param>
    public TrainingOptions WithEarlyStopping(EarlyStopping? stopping) => this with { EarlyStopping = stopping };

    /// <summary>A copy whose learning rate falls in another way.</summary>
    /// <param name="plateau">When; null for never.</param>
    public TrainingOptions WithReduceOnPlateau(ReduceOnPlateau? plateau) => this with { ReduceOnPlateau = plateau };

    /// <summary>Findings about settings out of range, but for the objective's own; empty when all is well.</summary>
    internal IEnumerable<string> Findings()
    {
        if (Epochs < 0) yield return $"epochs: expected 0 or more, got {Epochs}";
        if (Epochs > Array.MaxLength / sizeof(double)) yield return $"epochs: expected at most {Array.MaxLength / sizeof(double)}, whose losses a learning curve holds, got {Epochs}";
        if (Threads is < 1 or > MostThreads) yield return $"threads: expected 1 to {MostThreads}, got {Threads}";
        if (BatchSize < 1) yield return $"batch size: expected at least 1, got {BatchSize}";
        if (ValidationShare is not (null or (> 0 and < 1))) yield return string.Create(CultureInfo.InvariantCulture, $"validation share: expected a number above 0 and below 1, or none, got {ValidationShare}");
        foreach (string finding in (string[])[.. EarlyStopping?.Findings() ?? [], .. ReduceOnPlateau?.Findings() ?? []]) yield return finding;
    }

    /// <summary>Why what watches the validation data cannot.</summary>
    /// <param name="validates">Whether there are such data.</param>
    /// <param name="figures">The names of their figures.</param>
    internal IEnumerable<string> WatchFindings(bool validates, IReadOnlyList<string> figures)
    {
        foreach ((string watch, string? metric) in new[] { ("early stopping", EarlyStopping?.Metric), ("reduce on plateau", ReduceOnPlateau?.Metric) })
        {
            if (metric is null) continue;
            if (!validates) yield return $"{watch}: it watches '{metric}' of validation data, and there are none; set a validation share, or give validation data";
            else if (!figures.Contains(metric)) yield return $"{watch}: {NameSuggestions.Unknown("metric", metric, [.. figures]).TrimEnd('.')}";
        }
    }
}
