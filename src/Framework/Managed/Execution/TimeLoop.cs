using Research.Framework.Managed.Planning;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Execution;

/// <summary>A recurrent layer's steps, for some rows of the batch: what happens to one row never shows in another.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal static unsafe class TimeLoop<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>All steps forward. The state before the first one is in place.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="shared">Shares the columns of large products; null for this thread alone.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="zeroState">Whether every row starts from zero state.</param>
    /// <param name="mask">Which rows' steps count, <c>[T, B]</c>; null for all.</param>
    /// <param name="resets">Which rows start fresh at which step, <c>[T, B]</c>; null for none after the first.</param>
    public static void Forward(BoundLayer layer, SharedKernels<TSimd, TVector>? shared, int first, int rows, bool zeroState, bool* mask, bool* resets)
    {
        BoundInstruction[] instructions = layer[Pass.ForwardLoop].Instructions;
        for (int step = 0; step < layer.Steps; step++)
        {
            if (resets is not null) ClearRows(layer.State, step, first, rows, resets + (nint)step * layer.Rows);
            InstructionRunner<TSimd, TVector>.Execute(instructions, shared, step, first, rows, zeroState && step == 0, false);
            if (mask is not null) HoldState(layer, step, first, rows, mask + (nint)step * layer.Rows);
        }
    }

    /// <summary>All steps backward. The gradient of the state after the last one is in place.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="shared">As forward.</param>
    /// <param name="first">As forward.</param>
    /// <param name="rows">As forward.</param>
    /// <param name="mask">As forward.</param>
    /// <param name="resets">As forward.</param>
    /// <param name="wantInitialGradient">Whether the gradient of the initial state is wanted.</param>
    public static void Backward(BoundLayer layer, SharedKernels<TSimd, TVector>? shared, int first, int rows, bool* mask, bool* resets, bool wantInitialGradient)
    {
        BoundInstruction[] instructions = layer[Pass.BackwardLoop].Instructions;
        for (int step = layer.Steps - 1; step >= 0; step--)
        {
            // No gradient crosses a batch boundary: at the first step the state's is computed only for an encoder.
            if (mask is not null && AnyMasked(first, rows, mask + (nint)step * layer.Rows)) MaskedStep(layer, shared, step, first, rows, mask + (nint)step * layer.Rows);
            else InstructionRunner<TSimd, TVector>.Execute(instructions, shared, step, first, rows, false, step == 0 && !wantInitialGradient);
            if (resets is not null) ClearRows(layer.StateGradients, step, first, rows, resets + (nint)step * layer.Rows);
        }
    }

    // A row that starts fresh at a step has no state before it, and passes no gradient to what was there.
    private static void ClearRows(Operand[] slots, int step, int first, int rows, bool* resets)
    {
        for (int row = first; row < first + rows; row++)
        {
            if (!resets[row]) continue;
            foreach (Operand slot in slots) new Span<float>(slot.At(step, row), (int)slot.RowStride).Clear();
        }
    }

    // A masked row keeps its state.
    private static void HoldState(BoundLayer layer, int step, int first, int rows, bool* mask)
    {
        foreach (Operand state in layer.State)
        {
            for (int row = first; row < first + rows; row++)
            {
                if (mask[row]) continue;
                Copy(state.At(step, row), state.At(step + 1, row), state.RowStride);
            }
        }
    }

    private static bool AnyMasked(int first, int rows, bool* mask)
    {
        for (int row = first; row < first + rows; row++)
        {
            if (!mask[row]) return true;
        }

        return false;
    }

    // A masked row's step did not happen: its state's gradient passes by, and nothing flows into the step. Every gradient
    // is linear in what arrives, so zeros in give zeros out.
    private static void MaskedStep(BoundLayer layer, SharedKernels<TSimd, TVector>? shared, int step, int first, int rows, bool* mask)
    {
        for (int i = 0; i < layer.StateGradients.Length; i++)
        {
            Operand gradient = layer.StateGradients[i];
            float* saved = layer.PassingGradients(i);
            for (int row = first; row < first + rows; row++)
            {
                if (mask[row]) continue;
                float* arriving = gradient.At(step + 1, row);
                Copy(arriving, saved + row * gradient.RowStride, gradient.RowStride);
                new Span<float>(arriving, (int)gradient.RowStride).Clear();
            }
        }

        InstructionRunner<TSimd, TVector>.Execute(layer[Pass.BackwardLoop].Instructions, shared, step, first, rows, false, false);
        for (int i = 0; i < layer.StateGradients.Length; i++)
        {
            Operand gradient = layer.StateGradients[i];
            float* saved = layer.PassingGradients(i);
            for (int row = first; row < first + rows; row++)
            {
                if (mask[row]) continue;
                Copy(saved + row * gradient.RowStride, gradient.At(step, row), gradient.RowStride);
            }
        }
    }

    private static void Copy(float* source, float* target, nint count) =>
        Buffer.MemoryCopy(source, target, count * sizeof(float), count * sizeof(float));
}
