using Research.Framework.Engine.Kernels;
using Research.Framework.Engine.Planning;
using Research.Framework.Numerics;

namespace Research.Framework.Engine.Execution;

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
}

/// <summary>Runs a bound layer at one SIMD width. Every width gives the same bits.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal static unsafe class LayerRunner<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Runs the layer over all steps. The state before the first step is in place.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="team">Shares large products; null for one thread.</param>
    /// <param name="zeroState">Whether every row starts from zero state.</param>
    /// <param name="mask">Which rows' steps count, <c>[T, B]</c>; null for all.</param>
    /// <param name="resets">Which rows start fresh at which step, <c>[T, B]</c>; null for none after the first.</param>
    public static void Forward(BoundLayer layer, Team<TSimd, TVector>? team, bool zeroState, bool* mask, bool* resets)
    {
        int all = layer.Rows * layer.Steps;
        Execute(layer.ForwardBefore, team, 0, all, false, false);
        BoundInstruction[] loop = layer.ForwardLoop;
        if (layer.State.Length > 0)
        {
            for (int step = 0; step < layer.Steps; step++)
            {
                if (resets is not null) ClearRows(layer, layer.State, step, resets + (nint)step * layer.Rows);
                Execute(loop, team, step, layer.Rows, zeroState && step == 0, false);
                if (mask is not null) HoldState(layer, step, mask + (nint)step * layer.Rows);
            }
        }

        Execute(layer.ForwardAfter, team, 0, all, false, false);
        if (layer.HoldsOutput) HoldOutput(layer, mask);
    }

    /// <summary>Runs the layer backwards over all steps. The output's gradient is in place.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="team">As in the forward pass.</param>
    /// <param name="zeroState">As in the forward pass.</param>
    /// <param name="mask">As in the forward pass.</param>
    /// <param name="resets">As in the forward pass.</param>
    /// <param name="finalGradientArrives">Whether the gradient of the final state is in place already, rather than zero.</param>
    /// <param name="wantInitialGradient">Whether the gradient of the initial state is wanted.</param>
    public static void Backward(BoundLayer layer, Team<TSimd, TVector>? team, bool zeroState, bool* mask, bool* resets, bool finalGradientArrives, bool wantInitialGradient)
    {
        int all = layer.Rows * layer.Steps;
        if (layer.HoldsOutput) PassHeldGradients(layer, mask);
        Execute(layer.BackwardBefore, team, 0, all, false, false);
        if (layer.State.Length > 0)
        {
            foreach (Operand gradient in layer.StateGradients)
            {
                if (!finalGradientArrives) Clear(gradient.At(layer.Steps), (nint)layer.Rows * gradient.RowStride);
            }

            for (int step = layer.Steps - 1; step >= 0; step--)
            {
                // No gradient crosses a batch boundary: at the first step the state's is computed only for an encoder.
                if (mask is not null && AnyMasked(layer, mask + (nint)step * layer.Rows)) MaskedStep(layer, team, step, mask + (nint)step * layer.Rows);
                else Execute(layer.BackwardLoop, team, step, layer.Rows, false, step == 0 && !wantInitialGradient);
                if (resets is not null) ClearRows(layer, layer.StateGradients, step, resets + (nint)step * layer.Rows);
            }
        }

        Execute(layer.BackwardAfter, team, 0, all, false, false);
        AccumulateWeights(layer, team, zeroState);
    }

    private static void AccumulateWeights(BoundLayer layer, Team<TSimd, TVector>? team, bool zeroState)
    {
        int all = layer.Rows * layer.Steps;
        BoundWeightGradient[] gradients = layer.WeightGradients;
        for (int i = 0; i < gradients.Length; i++)
        {
            ref BoundWeightGradient gradient = ref gradients[i];
            float* init = gradient.Accumulate ? gradient.Target : null;
            float* arriving = gradient.Gradient.At(0);
            if (!gradient.HasLeft)
            {
                if (gradient.Accumulate) MatrixKernels<TSimd, TVector>.AddColumnSums(gradient.Target, arriving, gradient.Gradient.RowStride, all, gradient.Columns);
                else MatrixKernels<TSimd, TVector>.ColumnSums(gradient.Target, arriving, gradient.Gradient.RowStride, all, gradient.Columns);
                gradient.Slot.Written = true;
                continue;
            }

            // Rows whose left side is exactly zero add nothing.
            int skip = zeroState && gradient.ZeroAtZeroState ? layer.Rows : 0;
            if (skip == all)
            {
                if (!gradient.Slot.Touched) continue;
                if (!gradient.Accumulate) ElementwiseKernels<TSimd, TVector>.Fill(gradient.Target, gradient.TargetStride, 0, gradient.Rows, gradient.Columns);
                gradient.Slot.Written = true;
                continue;
            }

            float* left = gradient.Left.At(0) + skip * gradient.Left.RowStride;
            arriving += skip * gradient.Gradient.RowStride;
            if (gradient.IsWhole && gradient.Slot.MayDefer && all - skip <= LayerRunner.RowsToDefer)
            {
                gradient.Slot.Defer(left, gradient.Left.RowStride, arriving, gradient.Gradient.RowStride, all - skip);
                continue;
            }

            Multiply(
                team,
                gradient.Target,
                gradient.TargetStride,
                init,
                gradient.TargetStride,
                left,
                1,
                gradient.Left.RowStride,
                arriving,
                gradient.Gradient.RowStride,
                gradient.Rows,
                gradient.Columns,
                all - skip);
            gradient.Slot.Written = true;
        }
    }

    private static void Multiply(Team<TSimd, TVector>? team, float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* b, nint bStride, int m, int n, int k)
    {
        if (team is null) MatrixKernels<TSimd, TVector>.Multiply(c, cStride, init, initStride, a, aRowStride, aColumnStride, b, bStride, m, n, k);
        else team.Multiply(c, cStride, init, initStride, a, aRowStride, aColumnStride, b, bStride, m, n, k);
    }

    // A row that starts fresh at a step has no state before it, and passes no gradient to what was there.
    private static void ClearRows(BoundLayer layer, Operand[] slots, int step, bool* resets)
    {
        for (int row = 0; row < layer.Rows; row++)
        {
            if (!resets[row]) continue;
            foreach (Operand slot in slots) Clear(slot.At(step) + row * slot.RowStride, slot.RowStride);
        }
    }

    // A masked row keeps its state.
    private static void HoldState(BoundLayer layer, int step, bool* mask)
    {
        foreach (Operand state in layer.State)
        {
            for (int row = 0; row < layer.Rows; row++)
            {
                if (mask[row]) continue;
                nint width = state.RowStride;
                new ReadOnlySpan<float>(state.At(step) + row * width, (int)width).CopyTo(new Span<float>(state.At(step + 1) + row * width, (int)width));
            }
        }
    }

    // A masked step repeats the output before it; before the first step that counts there is none, and it is zero.
    private static void HoldOutput(BoundLayer layer, bool* mask)
    {
        int width = layer.OutputColumns;
        for (int step = 0; step < layer.Steps; step++)
        {
            for (int row = 0; row < layer.Rows; row++)
            {
                Span<float> held = new(layer.Output.At(step) + row * layer.Output.RowStride, width);
                if (mask is null || mask[(nint)step * layer.Rows + row])
                    new ReadOnlySpan<float>(layer.StepOutput.At(step) + row * layer.StepOutput.RowStride, width).CopyTo(held);
                else if (step == 0 || layer.ZeroesOutput) held.Clear();
                else new ReadOnlySpan<float>(layer.Output.At(step - 1) + row * layer.Output.RowStride, width).CopyTo(held);
            }
        }
    }

    // The gradient of a repeated output belongs to the step that yielded it.
    private static void PassHeldGradients(BoundLayer layer, bool* mask)
    {
        if (mask is null) return;
        Operand gradient = layer.OutputGradient;
        int width = (int)gradient.RowStride;
        for (int step = layer.Steps - 1; step >= 0; step--)
        {
            for (int row = 0; row < layer.Rows; row++)
            {
                if (mask[(nint)step * layer.Rows + row]) continue;
                float* masked = gradient.At(step) + row * width;
                if (step > 0 && !layer.ZeroesOutput)
                {
                    float* before = gradient.At(step - 1) + row * width;
                    for (int i = 0; i < width; i++) before[i] += masked[i];
                }

                Clear(masked, width);
            }
        }
    }

    private static bool AnyMasked(BoundLayer layer, bool* mask)
    {
        for (int row = 0; row < layer.Rows; row++)
        {
            if (!mask[row]) return true;
        }

        return false;
    }

    // A masked row's step did not happen: its state's gradient passes by, and nothing flows into the step. Every gradient
    // is linear in what arrives, so zeros in give zeros out.
    private static void MaskedStep(BoundLayer layer, Team<TSimd, TVector>? team, int step, bool* mask)
    {
        for (int i = 0; i < layer.StateGradients.Length; i++)
        {
            Operand gradient = layer.StateGradients[i];
            float* saved = layer.PassingGradients(i);
            for (int row = 0; row < layer.Rows; row++)
            {
                if (mask[row]) continue;
                float* arriving = gradient.At(step + 1) + row * gradient.RowStride;
                Buffer.MemoryCopy(arriving, saved + row * gradient.RowStride, gradient.RowStride * sizeof(float), gradient.RowStride * sizeof(float));
                Clear(arriving, gradient.RowStride);
            }
        }

        Execute(layer.BackwardLoop, team, step, layer.Rows, false, false);
        for (int i = 0; i < layer.StateGradients.Length; i++)
        {
            Operand gradient = layer.StateGradients[i];
            float* saved = layer.PassingGradients(i);
            for (int row = 0; row < layer.Rows; row++)
            {
                if (mask[row]) continue;
                Buffer.MemoryCopy(saved + row * gradient.RowStride, gradient.At(step) + row * gradient.RowStride, gradient.RowStride * sizeof(float), gradient.RowStride * sizeof(float));
            }
        }
    }

    private static void Clear(float* first, nint count) => new Span<float>(first, (int)count).Clear();

    private static void Execute(BoundInstruction[] instructions, Team<TSimd, TVector>? team, int step, int rows, bool zeroState, bool withoutStateGradient)
    {
        for (int i = 0; i < instructions.Length; i++)
        {
            ref BoundInstruction code = ref instructions[i];
            if (withoutStateGradient && code.OnlyForStateGradient) continue;
            if (code.Kernel != null)
            {
                code.Kernel(ref code, step, rows);
                continue;
            }

            switch (code.Instruction)
            {
                case Instruction.Product:
                    Product(ref code, team, step, rows, zeroState);
                    break;
                case Instruction.ProductTransposed:
                    ProductTransposed(ref code, team, step, rows);
                    break;
                case Instruction.FusedForward:
                    code.Fused!.Forward(step, rows);
                    break;
                case Instruction.FusedBackward:
                    code.Fused!.Backward(step, rows);
                    break;
            }
        }
    }

    private static void Product(ref BoundInstruction code, Team<TSimd, TVector>? team, int step, int rows, bool zeroState)
    {
        float* init = code.C.First is null ? null : code.C.At(step);
        if (zeroState && code.ZeroAtZeroState)
        {
            float* d = code.Destination.At(step);
            nint ds = code.Destination.RowStride;
            if (init is null) ElementwiseKernels<TSimd, TVector>.Fill(d, ds, 0, rows, code.Columns);
            else ElementwiseKernels<TSimd, TVector>.Unary<ElementwiseOperations.Copy>(d, ds, init, code.C.RowStride, 0, rows, code.Columns);
            return;
        }

        MultiplyWeight(ref code, team, step, init, rows);
    }

    private static void ProductTransposed(ref BoundInstruction code, Team<TSimd, TVector>? team, int step, int rows)
    {
        float* init = code.C.First is null ? null : code.C.At(step);
        WeightSlot? slot = code.TransposedWeight;
        if (slot is null)
        {
            MatrixKernels<TSimd, TVector>.MultiplyTransposed(code.Destination.At(step), code.Destination.RowStride, init, code.C.RowStride, code.A.At(step), code.A.RowStride, code.B.First, code.B.RowStride, rows, code.Inner, code.Columns);
            return;
        }

        if (slot.TransposedVersion != slot.Version)
        {
            MatrixKernels<TSimd, TVector>.Transpose(slot.Transposed, slot.Rows, slot.Values, slot.Columns, slot.Rows, slot.Columns);
            slot.TransposedVersion = slot.Version;
        }

        MultiplyWeight(ref code, team, step, init, rows);
    }

    private static void MultiplyWeight(ref BoundInstruction code, Team<TSimd, TVector>? team, int step, float* init, int rows)
    {
        float* d = code.Destination.At(step), a = code.A.At(step);
        nint ds = code.Destination.RowStride, sa = code.A.RowStride;
        if (code.Packed is null)
        {
            Multiply(team, d, ds, init, code.C.RowStride, a, sa, 1, code.B.First, code.B.RowStride, rows, code.Columns, code.Inner);
            return;
        }

        float* packed = code.Packed.Current<TSimd, TVector>();
        if (team is null) MatrixKernels<TSimd, TVector>.MultiplyPacked(d, ds, init, code.C.RowStride, a, sa, 1, packed, rows, code.Columns, code.Inner);
        else team.MultiplyPacked(d, ds, init, code.C.RowStride, a, sa, 1, packed, rows, code.Columns, code.Inner);
    }
}
