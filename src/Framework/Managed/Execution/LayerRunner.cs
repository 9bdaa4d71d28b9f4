using Research.Framework.Managed.Kernels;
using Research.Framework.Managed.Planning;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Execution;

/// <summary>Choices of the runner that do not depend on the machine.</summary>
internal static class LayerRunner
{
    /// <summary>
    /// From this many rows (times steps) on, x·Wᵀ goes over a transposed copy of W, renewed once per update; below, the
    /// copy costs more than it saves. Part of the arithmetic: the two ways round differently.
    /// </summary>
    public const int RowsThatPayForTransposing = 16;

    /// <summary>Up to this many rows a kernel's gradient is formed inside the optimizer's loop, whose divisions hide it. The bits are the same.</summary>
    public const int RowsToDefer = 8;

    /// <summary>Below this many multiplications, waking a helper costs more than it does.</summary>
    public const long CostWorthSharing = 4_000_000;

    /// <summary>Element-wise work on a number, in multiplications of a matrix product.</summary>
    public const int CostOfElement = 8;
}

/// <summary>
/// Runs a bound layer at one SIMD width. Every width gives the same bits, and so does every number of threads: they
/// divide the rows of a batch, each running through time with its own, and the columns of a weight's gradient.
/// </summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal sealed unsafe class LayerRunner<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    // Fewer rows leave a product's tiles half empty; its columns are divided instead.
    private const int LeastRows = 8;

    private readonly BoundLayer _layer;
    private readonly Team? _team;
    private readonly SharedKernels<TSimd, TVector>? _shared;
    private readonly Action<int, int> _runPass;
    private readonly Action<int, int> _runForward;
    private readonly Action<int, int> _runBackward;
    private SharedKernels<TSimd, TVector>? _sharedColumns;
    private BoundPass _pass;
    private bool _zeroState;
    private bool _wantInitialGradient;
    private bool* _mask;
    private bool* _resets;

    /// <summary>A runner of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="team">Its threads; null for the caller's alone.</param>
    public LayerRunner(BoundLayer layer, Team? team)
    {
        _layer = layer;
        _team = team;
        _shared = team is null ? null : new SharedKernels<TSimd, TVector>(team);
        _pass = layer[Pass.ForwardBefore];
        _runPass = (first, rows) => InstructionRunner<TSimd, TVector>.Execute(_pass.Instructions, _sharedColumns, 0, first, rows, false, false);
        _runForward = (first, rows) => TimeLoop<TSimd, TVector>.Forward(_layer, _sharedColumns, first, rows, _zeroState, _mask, _resets);
        _runBackward = (first, rows) => TimeLoop<TSimd, TVector>.Backward(_layer, _sharedColumns, first, rows, _mask, _resets, _wantInitialGradient);
        foreach (BoundPass pass in layer.Passes) InstructionKernels<TSimd, TVector>.Link(pass.Instructions);
    }

    /// <summary>Runs the layer over all steps. The state before the first step is in place.</summary>
    /// <param name="zeroState">Whether every row starts from zero state.</param>
    /// <param name="mask">Which rows' steps count, <c>[T, B]</c>; null for all.</param>
    /// <param name="resets">Which rows start fresh at which step, <c>[T, B]</c>; null for none after the first.</param>
    public void Forward(bool zeroState, bool* mask, bool* resets)
    {
        _zeroState = zeroState;
        _mask = mask;
        _resets = resets;
        RunPass(_layer[Pass.ForwardBefore]);
        if (_layer.State.Length > 0) Run(_layer[Pass.ForwardLoop], _layer.Rows, _runForward);
        RunPass(_layer[Pass.ForwardAfter]);
        if (_layer.HoldsOutput) HeldOutput.Hold(_layer, mask);
    }

    /// <summary>Runs the layer backwards over all steps. The output's gradient is in place.</summary>
    /// <param name="zeroState">As in the forward pass.</param>
    /// <param name="mask">As in the forward pass.</param>
    /// <param name="resets">As in the forward pass.</param>
    /// <param name="finalGradientArrives">Whether the gradient of the final state is in place already, rather than zero.</param>
    /// <param name="wantInitialGradient">Whether the gradient of the initial state is wanted.</param>
    public void Backward(bool zeroState, bool* mask, bool* resets, bool finalGradientArrives, bool wantInitialGradient)
    {
        _mask = mask;
        _resets = resets;
        _wantInitialGradient = wantInitialGradient;
        if (_layer.HoldsOutput) HeldOutput.PassGradients(_layer, mask);
        RunPass(_layer[Pass.BackwardBefore]);
        if (_layer.State.Length > 0)
        {
            if (!finalGradientArrives)
            {
                foreach (Operand gradient in _layer.StateGradients) new Span<float>(gradient.At(_layer.Steps), _layer.Rows * (int)gradient.RowStride).Clear();
            }

            Run(_layer[Pass.BackwardLoop], _layer.Rows, _runBackward);
        }

        RunPass(_layer[Pass.BackwardAfter]);
        AccumulateWeights(zeroState);
    }

    // What is outside the time loop runs over the rows of all steps at once.
    private void RunPass(BoundPass pass)
    {
        if (pass.Instructions.Length == 0) return;
        _pass = pass;
        Run(pass, _layer.Rows * _layer.Steps, _runPass);
    }

    private void Run(BoundPass pass, int rows, Action<int, int> work)
    {
        int parts = Parts(pass, rows);
        _sharedColumns = parts < 2 ? _shared : null;
        if (parts < 2)
        {
            work(0, rows);
            return;
        }

        InstructionRunner<TSimd, TVector>.RenewCopies(pass.Instructions);
        _team!.Share(rows, parts, work);
    }

    private int Parts(BoundPass pass, int rows) =>
        _team is null || pass.Cost < LayerRunner.CostWorthSharing ? 1 : Math.Min(_team.Threads, rows / LeastRows);

    private void AccumulateWeights(bool zeroState)
    {
        int all = _layer.Rows * _layer.Steps;
        BoundWeightGradient[] gradients = _layer.WeightGradients;
        for (int i = 0; i < gradients.Length; i++)
        {
            ref BoundWeightGradient gradient = ref gradients[i];
            float* arriving = gradient.Gradient.At(0);
            if (gradient.Clears) new Span<float>(gradient.Slot.Gradient, gradient.Slot.Count).Clear();
            if (!gradient.HasLeft)
            {
                SumColumns(ref gradient, arriving, all);
                continue;
            }

            // Rows whose left side is exactly zero add nothing.
            int skip = zeroState && gradient.ZeroAtZeroState ? _layer.Rows : 0;
            if (skip == all)
            {
                if (!gradient.Slot.Touched) continue;
                if (!gradient.Accumulate) ElementwiseKernels<TSimd, TVector>.Fill(gradient.Target, gradient.TargetStride, 0, gradient.Rows, gradient.Columns);
                gradient.Slot.Written = true;
                continue;
            }

            float* left = gradient.Left.At(0, skip);
            arriving += skip * gradient.Gradient.RowStride;
            if (gradient.IsWhole && gradient.Slot.MayDefer && all - skip <= LayerRunner.RowsToDefer)
            {
                gradient.Slot.Defer(left, gradient.Left.RowStride, arriving, gradient.Gradient.RowStride, all - skip);
                continue;
            }

            float* init = gradient.Accumulate ? gradient.Target : null;
            if (_shared is null)
                MatrixKernels<TSimd, TVector>.Multiply(gradient.Target, gradient.TargetStride, init, gradient.TargetStride, left, 1, gradient.Left.RowStride, arriving, gradient.Gradient.RowStride, gradient.Rows, gradient.Columns, all - skip);
            else
                _shared.Multiply(gradient.Target, gradient.TargetStride, init, gradient.TargetStride, left, 1, gradient.Left.RowStride, arriving, gradient.Gradient.RowStride, gradient.Rows, gradient.Columns, all - skip);
            gradient.Slot.Written = true;
        }
    }

    private void SumColumns(ref BoundWeightGradient gradient, float* arriving, int rows)
    {
        if (gradient.Accumulate) MatrixKernels<TSimd, TVector>.AddColumnSums(gradient.Target, arriving, gradient.Gradient.RowStride, rows, gradient.Columns);
        else if (_shared is null) MatrixKernels<TSimd, TVector>.ColumnSums(gradient.Target, arriving, gradient.Gradient.RowStride, rows, gradient.Columns);
        else _shared.ColumnSums(gradient.Target, arriving, gradient.Gradient.RowStride, rows, gradient.Columns);
        gradient.Slot.Written = true;
    }
}
