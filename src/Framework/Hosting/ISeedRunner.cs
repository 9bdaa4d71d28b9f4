using Research.Framework.Experiments;
using Research.Framework.Training;

namespace Research.Framework.Hosting;

/// <summary>Runs one seed; called from several threads at once.</summary>
internal interface ISeedRunner
{
    ExperimentResult Run(string experiment, string cell, ExperimentPlan plan, int seed, ITrainingObserver observer, CancellationToken cancellation);
}
