using Research.Framework.Engine;
using Research.Framework.Metrics;
using Research.Framework.Weights;

namespace Research.Framework.Training;

/// <summary>Where a training stands after an epoch.</summary>
public sealed class EpochEnd
{
    /// <summary>The epoch that ended, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>How many there will be, unless the training is stopped.</summary>
    public required int Epochs { get; init; }

    /// <summary>Training steps so far.</summary>
    public required long Steps { get; init; }

    /// <summary>The epoch's mean loss over its rows that count, before each step's update.</summary>
    public required double Loss { get; init; }

    /// <summary>The model as it is now. Its weights may be read; its learning rate may be set: <see cref="ICompiledModel.LearningRateFactor"/>.</summary>
    public required ICompiledModel Model { get; init => field = Required.Value(value); }

    /// <summary>Where the model has several outputs, each one's mean loss, under its name; otherwise empty.</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<MetricValue> OutputLosses { get; init => field = Required.Each(value); } = [];

    /// <summary>The validation data's figures, as <see cref="Evaluation.Evaluate"/> gives them: <c>loss</c>, then the metrics; empty without such data.</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<MetricValue> Validation { get; init => field = Required.Each(value); } = [];

    /// <summary>Whether somebody has asked to stop.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>The training that tells; null where an epoch's end is made by hand, to try an observer.</summary>
    internal TrainingRun? Run { get; init; }

    /// <summary>A figure of the validation data.</summary>
    /// <param name="name">Its name, e.g. <c>accuracy</c>.</param>
    /// <exception cref="ResearchException">There is no such figure.</exception>
    public double Metric(string name) =>
        Validation.FirstOrDefault(metric => metric.Name == name)?.Value
        ?? throw new ResearchException(NameSuggestions.Unknown("metric of validation data", name, [.. Validation.Select(metric => metric.Name)]));

    /// <summary>Ends the training with this epoch, once all observers have been told.</summary>
    public void Stop()
    {
        IsStopping = true;
        Run?.Stop();
    }

    /// <summary>All that is needed to go on from here: see <see cref="TrainingRun.CreateCheckpoint"/>. Only while the observer is told.</summary>
    /// <exception cref="ResearchException">No training tells.</exception>
    public Checkpoint CreateCheckpoint() => Run?.CreateCheckpoint() ?? throw new ResearchException("This epoch's end was made by hand: there is no training to keep.");
}
