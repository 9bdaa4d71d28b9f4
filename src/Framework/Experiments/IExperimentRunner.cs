using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>Runs single seeds of experiments; called from several threads at once.</summary>
public interface IExperimentRunner
{
    /// <summary>Checks, without training anything, that a run can be made: its plan, and the shapes between layers and targets.</summary>
    /// <param name="run">The run.</param>
    /// <returns>Numbers in all weights: with the plan, they tell how long a run will take compared with others.</returns>
    /// <exception cref="ResearchException">It cannot be made: the message says why.</exception>
    long Check(ExperimentRun run);

    /// <summary>Makes a run: trains, evaluates, generates.</summary>
    /// <param name="run">The run; checked before anything is trained.</param>
    /// <param name="observer">Told about each epoch, before those that are registered; null for nobody.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <exception cref="ResearchException">It cannot be made: the message lists every finding.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    ExperimentResult Run(ExperimentRun run, ITrainingObserver? observer = null, CancellationToken cancellation = default);
}
