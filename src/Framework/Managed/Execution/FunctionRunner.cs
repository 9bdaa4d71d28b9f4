using Research.Framework.Equations;
using Research.Framework.Managed.Kernels;
using Research.Framework.Managed.Planning;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Execution;

/// <summary>Runs the equations of a loss, which yield each row's loss from its output, target and weight.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal sealed unsafe class FunctionRunner<TSimd, TVector> : BoundFunction
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly BoundLayer _layer;
    private readonly LayerRunner<TSimd, TVector> _runner;

    /// <summary>Binds the equations.</summary>
    /// <param name="plan">The planned equations.</param>
    /// <param name="output">The output that they judge.</param>
    public FunctionRunner(StepPlan plan, BoundOutput output)
    {
        _layer = new BoundLayer(plan, output.Flow.Rows, output.Flow.Steps, output.FunctionInputs, new Dictionary<WeightDescription, WeightSlot>(), holdsOutput: false, zeroesOutput: false);
        _runner = new LayerRunner<TSimd, TVector>(_layer, team: null);
    }

    /// <inheritdoc/>
    public override double Run(BoundOutput output)
    {
        _runner.Forward(zeroState: true, mask: null, resets: null);
        float share = (float)(output.Plan.Weight / output.CountedRows);
        double sum = 0;
        bool left = false;
        for (int row = 0; row < output.Flow.AllRows; row++)
        {
            bool counts = Weighs(output, row);
            left |= !counts;
            if (counts) sum += *(_layer.Output.At(0) + row * _layer.Output.RowStride);
            *(_layer.OutputGradient.At(0) + row * _layer.OutputGradient.RowStride) = counts ? share : 0f;
        }

        _runner.Backward(zeroState: true, mask: null, resets: null, finalGradientArrives: false, wantInitialGradient: false);
        Operand source = _layer.InputGradients[0], target = output.Flow.Gradient;
        if (source.First is null) ElementwiseKernels<TSimd, TVector>.Fill(target.At(0), target.RowStride, 0, output.Flow.AllRows, output.Flow.Columns);
        else ElementwiseKernels<TSimd, TVector>.Unary<LaneKernels.Copy>(target.At(0), target.RowStride, source.At(0), source.RowStride, 0, output.Flow.AllRows, output.Flow.Columns);
        if (left) ClearOthers(output);
        return sum / output.CountedRows;
    }

    // Whatever the equations make of its weight, a row of weight 0 is not learnt.
    private static bool Weighs(BoundOutput output, int row) => (!output.SomeMayNotCount || output.Counts[row]) && output.Weights[row] != 0;

    // Where the loss is infinite, as a logarithm is at the zeros of a masked step, nothing times its gradient is not a number.
    private static void ClearOthers(BoundOutput output)
    {
        for (int row = 0; row < output.Flow.AllRows; row++)
        {
            if (!Weighs(output, row)) new Span<float>(output.Flow.Gradient.At(0) + row * output.Flow.Gradient.RowStride, output.Flow.Columns).Clear();
        }
    }
}
