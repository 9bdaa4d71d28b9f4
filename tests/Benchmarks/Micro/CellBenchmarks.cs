using BenchmarkDotNet.Attributes;
using Research.Benchmarks.Steps;
using Research.Bits;
using Research.Framework.Managed;

namespace Research.Benchmarks.Micro;

/// <summary>One time step of each cell: a prediction, and a training step with everything around it.</summary>
public class CellBenchmarks
{
    private StepRun _predict = null!;
    private StepRun _train = null!;

    public static IEnumerable<string> Cells => RegisteredCells.All.Select(cell => cell.Name);

    /// <summary>The cell.</summary>
    [ParamsSource(nameof(Cells))]
    public string Cell { get; set; } = "";

    /// <summary>Units.</summary>
    [Params(32, 128)]
    public int Units { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        StepCase size = new("cell", Samples: 1, TimeSteps: 1, Features: 1, Units, Classes: 26) { CarriesState = true };
        _train = new StepRun(size, RegisteredCells.Named(Cell), size.Data(), new ManagedEngine(), seed: 0);
        size = size with { Generates = true };
        _predict = new StepRun(size, RegisteredCells.Named(Cell), size.Data(), new ManagedEngine(), seed: 0);
    }

    [Benchmark]
    public void Predict() => _predict.Steps(1);

    [Benchmark]
    public void Train() => _train.Steps(1);
}
