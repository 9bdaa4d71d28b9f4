using Research.Framework.Experiments;
using Research.Framework.Training;

namespace Research.Framework.Hosting;

/// <summary>Runs one seed; called from several threads at once.</summary>
internal interface ISeedRunner
{
    /// <summary>Checks, before any seed runs, that a plan can be run.</summary>
    /// <exception cref="ResearchException">It cannot.</exception>
    void Check(string experiment, ExperimentPlan plan, int seed);

    ExperimentResult Run(string experiment, string cell, ExperimentPlan plan, int seed, ITrainingObserver observer, CancellationToken cancellation);
}
