using Research.Framework.Engine;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>Runs one plan with one seed: compile, train, evaluate, generate.</summary>
/// <param name="engine">What trains.</param>
/// <param name="time">The clock that measures <see cref="ExperimentResult.Seconds"/>.</param>
public sealed class ExperimentRunner(IEngine engine, TimeProvider time)
{
    /// <summary>Runs a plan.</summary>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="cell">The cell's registered name.</param>
    /// <param name="plan">The plan; checked before anything runs.</param>
    /// <param name="seeds">The seed's streams.</param>
    /// <param name="observer">Told about each epoch; null for nobody.</param>
    /// <param name="cancellation">Checked after each batch.</param>
    /// <exception cref="ResearchException">The plan cannot be run: the message lists every finding.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ExperimentResult Run(string experiment, string cell, ExperimentPlan plan, Seeds seeds, ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        _ = engine;
        _ = time;
        throw new InvalidOperationException("not written yet");
    }
}
