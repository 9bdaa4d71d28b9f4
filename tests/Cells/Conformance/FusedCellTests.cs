using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.State;

namespace Research.Cells.Tests.Conformance;

/// <summary>Hand-written kernels against the equations they stand for.</summary>
[TestFixtureSource(nameof(FusedCells))]
public sealed class FusedCellTests(CellDescriptor descriptor)
{
    public static IEnumerable<CellDescriptor> FusedCells => CellsUnderTest.All.Where(cell => cell.Create(2) is IFusedCell);

    [Test]
    public void HundredTrainingSteps_EqualTheEquations([ValueSource(typeof(ModelShape), nameof(ModelShape.All))] ModelShape shape)
    {
        EngineRun fused = new(shape, descriptor.Create), equations = new(shape, units => EquationsOf(descriptor.Create(units)));
        Assert.That(equations.Model.Graph.Weights.Select(weight => weight.Name), Is.EqualTo(fused.Model.Graph.Weights.Select(weight => weight.Name)));
        Dataset data = fused.Data(12, 3);
        for (int step = 0; step < 100; step++)
        {
            int first = step % 4 * 3;
            RowState state = first == 0 ? RowState.Reset : RowState.Carry;
            foreach (EngineRun run in new[] { fused, equations })
                run.Model.TrainBatch(EngineRun.Batch(data, [first, first + 1, first + 2], [state, state, state]), run.State);
        }

        Assert.That(fused.CurrentWeights(), Is.EqualTo(equations.CurrentWeights()).Within(1e-5f));
    }

    [Test]
    public void UntrainedWeights_EqualTheEquations()
    {
        ICell cell = descriptor.Create(4), equations = EquationsOf(cell);
        Assert.That(Described(cell, preferFused: true), Is.EqualTo(Described(equations, preferFused: false)));

        static IEnumerable<string> Described(ICell cell, bool preferFused) =>
            (preferFused ? Traced(cell).WithKernels : Traced(cell)).Weights.Select(weight => $"{weight.Name} [{string.Join(", ", weight.Shape)}] {weight.Initializer}");

        static StepEquations Traced(ICell cell) => StepEquations.OfCell(cell, $"{cell.Name}_1", 3);
    }

    private static FunctionCell EquationsOf(ICell cell) => new(cell.Name, cell.State, cell.Step);
}
