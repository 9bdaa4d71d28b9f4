using Research.Framework.Experiments;
using Research.Framework.Training;

namespace ReadersProject;

/// <summary>Shows a run's validation and stops it where that is good enough.</summary>
/// <param name="run">The run that it observes.</param>
/// <param name="log">Where it writes; shared by all runs.</param>
public sealed class GoodEnough(ExperimentRun run, TextWriter log) : ITrainingObserver
{
    public void EpochEnded(EpochEnd epoch)
    {
        log.WriteLine($"{run.Experiment}, seed {run.Seed}, epoch {epoch.Epoch}: {epoch.Metric("loss")}");
        if (epoch.Metric("root_mean_squared_error") < 0.1) epoch.Stop();
    }
}
