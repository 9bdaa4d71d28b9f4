using Research.Framework.Experiments;
using Research.Framework.Training;

namespace Research.Framework.Hosting;

/// <summary>Runs one seed with the framework's runner.</summary>
internal sealed class SeedRunner(ExperimentRunner runner) : ISeedRunner
{
    public void Check(string experiment, ExperimentPlan plan, int seed) => runner.Check(experiment, plan, new Seeds(seed));

    public ExperimentResult Run(string experiment, string cell, ExperimentPlan plan, int seed, ITrainingObserver observer, CancellationToken cancellation) =>
        runner.Run(experiment, cell, plan, new Seeds(seed), observer, cancellation);
}
