using BenchmarkDotNet.Attributes;
using Research.Bits;
using Research.Framework.Managed;

namespace Research.Benchmarks.Micro;

/// <summary>All experiments, one seed, a few epochs: plan, compile, train, evaluate, generate.</summary>
public class MainJobBenchmarks
{
    private ExperimentJob[] _jobs = [];

    [GlobalSetup]
    public void Setup() => _jobs = [.. ExperimentJob.All().Where(job => job.Cell == "lstm" && job.IsExperiment)];

    [Benchmark]
    public int AllExperiments()
    {
        int letters = 0;
        foreach (ExperimentJob job in _jobs) letters += job.Run(new ManagedEngine()).Length;
        return letters;
    }
}
