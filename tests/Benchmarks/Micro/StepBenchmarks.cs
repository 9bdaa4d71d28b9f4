using BenchmarkDotNet.Attributes;
using Research.Benchmarks.Steps;
using Research.Bits;
using Research.Framework.Managed;

namespace Research.Benchmarks.Micro;

/// <summary>The cases of the verb <c>steps</c>, under BenchmarkDotNet's statistics.</summary>
public class StepBenchmarks
{
    private StepRun _run = null!;

    public static IEnumerable<string> Cases => StepCase.All.Select(known => known.Name);

    /// <summary>The case.</summary>
    [ParamsSource(nameof(Cases))]
    public string Case { get; set; } = "";

    /// <summary>The cell.</summary>
    [Params("lstm", "gru")]
    public string Cell { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        StepCase size = StepCase.All.Single(known => known.Name == Case);
        _run = new StepRun(size, RegisteredCells.Named(Cell), size.Data(), new ManagedEngine(), seed: 0);
    }

    [Benchmark]
    public void Step() => _run.Steps(1);
}
