using Research.Framework.Metrics;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>What one seed of one experiment yielded. Immutable; tables, files and snapshots are views of it.</summary>
public sealed record ExperimentResult
{
    /// <summary>The experiment's name.</summary>
    public required string Experiment { get; init => field = Required.Value(value); }

    /// <summary>The cell's registered name.</summary>
    public required string Cell { get; init => field = Required.Value(value); }

    /// <summary>The engine's name.</summary>
    public required string Engine { get; init => field = Required.Value(value); }

    /// <summary>Where it computed; null for an engine that has but one place.</summary>
    /// <value>Default null.</value>
    public string? Device { get; init; }

    /// <summary>The root seed.</summary>
    public required int Seed { get; init; }

    /// <summary>The plan that was run.</summary>
    public required ExperimentPlan Plan { get; init => field = Required.Value(value); }

    /// <summary>Numbers in all weights.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>The metrics' values, in the plan's order; then those of its forecasts.</summary>
    public required IReadOnlyList<MetricValue> Metrics { get; init => field = Required.Each(value); }

    /// <summary>What the model's outputs were for the evaluated data, in the model's order; then the plan's forecasts.</summary>
    public required IReadOnlyList<OutputResult> Outputs { get; init => field = Required.Each(value); }

    /// <summary>The first, and usually the only, output's <see cref="OutputResult.Predictions"/>.</summary>
    public IReadOnlyList<LabelledPrediction> Predictions => Outputs.Count == 0 ? [] : Outputs[0].Predictions;

    /// <summary>The probes' texts, in the plan's order.</summary>
    public required IReadOnlyList<GeneratedText> Generated { get; init => field = Required.Each(value); }

    /// <summary>The mean loss of each epoch, in order.</summary>
    public required IReadOnlyList<double> EpochLosses { get; init => field = Required.Value(value); }

    /// <summary>
    /// Losses and the validation data's figures over the epochs: <c>training/loss</c>, then e.g. <c>validation/loss</c> and
    /// <c>validation/accuracy</c>.
    /// </summary>
    public IReadOnlyList<LearningCurve> Curves { get; init => field = Required.Each(value); } = [];

    /// <summary>Whether training ended before its last epoch: by early stopping, or because an observer asked.</summary>
    public bool StoppedEarly { get; init; }

    /// <summary>The epoch, from 1, after which the figure that early stopping watches was best; null without it.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>Training steps (batches) made.</summary>
    public required long Steps { get; init; }

    /// <summary>Wall-clock seconds of training and evaluation; not part of the reproducible result.</summary>
    public required double Seconds { get; init; }

    /// <summary>A hash of the final weights' bits, 16 hexadecimal digits: equal exactly when every weight is.</summary>
    public required string Fingerprint { get; init => field = Required.Value(value); }

    /// <summary>What an output was.</summary>
    /// <param name="name">Its name, e.g. <c>output</c>.</param>
    /// <exception cref="ResearchException">The model has no such output.</exception>
    public OutputResult Output(string name) =>
        Outputs.FirstOrDefault(output => output.Name == name)
        ?? throw new ResearchException($"Experiment '{Experiment}' has no output '{name}'; it has {string.Join(", ", Outputs.Select(output => $"'{output.Name}'"))}.");

    /// <summary>A learning curve's values, one for each epoch.</summary>
    /// <param name="name">Its name, e.g. <c>validation/loss</c>.</param>
    /// <exception cref="ResearchException">There is no such curve.</exception>
    public IReadOnlyList<double> Curve(string name) => LearningCurve.Find(Curves, name);

    /// <summary>A metric's value.</summary>
    /// <param name="name">Its name, e.g. <c>accuracy</c>.</param>
    /// <exception cref="ResearchException">The plan has no such metric.</exception>
    public double Metric(string name)
    {
        foreach (MetricValue metric in Metrics)
        {
            if (metric.Name == name) return metric.Value;
        }

        throw new ResearchException($"Experiment '{Experiment}' has no metric '{name}'; it has {string.Join(", ", Metrics.Select(metric => $"'{metric.Name}'"))}.");
    }
}
