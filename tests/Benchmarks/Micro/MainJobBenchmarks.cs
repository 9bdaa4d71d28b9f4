using BenchmarkDotNet.Attributes;
using Research.Benchmarks.Bits;
using Research.Framework.Managed;

namespace Research.Benchmarks.Micro;

/// <summary>All experiments, one seed, a few epochs: plan, compile, train, evaluate, generate.</summary>
public class MainJobBenchmarks
{
    private FingerprintJob[] _jobs = [];

    [GlobalSetup]
    public void Setup() => _jobs = [.. FingerprintJob.All().Where(job => job.Cell == "lstm" && job.IsExperiment)];

    [Benchmark]
    public int AllExperiments()
    {
        int letters = 0;
        foreach (FingerprintJob job in _jobs) letters += job.Run(new ManagedEngine()).Length;
        return letters;
    }
}
