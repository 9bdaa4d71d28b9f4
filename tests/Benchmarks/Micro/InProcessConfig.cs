using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Perfolizer.Horology;

namespace Research.Benchmarks.Micro;

/// <summary>Benchmarks run in this process, whose settings for the just-in-time compiler are the framework's own.</summary>
internal sealed class InProcessConfig : ManualConfig
{
    public InProcessConfig()
    {
        Add(DefaultConfig.Instance);
        AddJob(Job.Default
            .WithToolchain(InProcessNoEmitToolchain.Instance)
            .WithIterationTime(TimeInterval.FromMilliseconds(100))
            .WithMaxIterationCount(20)
            .AsMutator());
        AddDiagnoser(MemoryDiagnoser.Default);
    }
}
