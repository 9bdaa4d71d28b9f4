using Research.Framework.Equations;
using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Execution;

/// <summary>Runs instructions over some rows of a step, or of all steps.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal static unsafe class InstructionRunner<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Runs instructions one after the other.</summary>
    /// <param name="instructions">The instructions, linked.</param>
    /// <param name="shared">Shares the columns of large products; null for this thread alone.</param>
    /// <param name="step">The step; 0 where the rows of all steps count as one step's.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="zeroState">Whether these rows start from zero state at this step.</param>
    /// <param name="withoutStateGradient">Whether nobody wants the gradient of the state before.</param>
    public static void Execute(BoundInstruction[] instructions, SharedKernels<TSimd, TVector>? shared, int step, int first, int rows, bool zeroState, bool withoutStateGradient)
    {
        for (int i = 0; i < instructions.Length; i++)
        {
            ref BoundInstruction code = ref instructions[i];
            if (withoutStateGradient && code.OnlyForStateGradient) continue;
            if (code.Kernel != null)
            {
                code.Kernel(ref code, step, first, rows);
                continue;
            }

            switch (code.Kind)
            {
                case InstructionKind.Product:
                    Product(ref code, shared, step, first, rows, zeroState);
                    break;
                case InstructionKind.ProductTransposed:
                    ProductTransposed(ref code, shared, step, first, rows);
                    break;
                case InstructionKind.FusedForward:
                    code.Fused!.Forward(step, first, rows);
                    break;
                case InstructionKind.FusedBackward:
                    code.Fused!.Backward(step, first, rows);
                    break;
            }
        }
    }

    /// <summary>Renews the copies of weights that products read, so that several threads can run them.</summary>
    /// <param name="instructions">The instructions.</param>
    public static void RenewCopies(BoundInstruction[] instructions)
    {
        foreach (ref BoundInstruction code in instructions.AsSpan())
        {
            if (code.TransposedWeight is { } slot) RenewTransposed(slot);
            if (code.Packed is not null) code.Packed.Current<TSimd, TVector>();
        }
    }

    private static void Product(ref BoundInstruction code, SharedKernels<TSimd, TVector>? shared, int step, int first, int rows, bool zeroState)
    {
        float* init = code.C.First is null ? null : code.C.At(step, first);
        if (zeroState && code.ZeroAtZeroState)
        {
            float* d = code.Destination.At(step, first);
            nint ds = code.Destination.RowStride;
            if (init is null) ElementwiseKernels<TSimd, TVector>.Fill(d, ds, 0, rows, code.Columns);
            else ElementwiseKernels<TSimd, TVector>.Unary<LaneKernels.Copy>(d, ds, init, code.C.RowStride, 0, rows, code.Columns);
            return;
        }

        MultiplyWeight(ref code, shared, step, first, init, rows);
    }

    private static void ProductTransposed(ref BoundInstruction code, SharedKernels<TSimd, TVector>? shared, int step, int first, int rows)
    {
        float* init = code.C.First is null ? null : code.C.At(step, first);
        if (code.TransposedWeight is { } slot)
        {
            RenewTransposed(slot);
            MultiplyWeight(ref code, shared, step, first, init, rows);
            return;
        }

        MatrixKernels<TSimd, TVector>.MultiplyTransposed(
            code.Destination.At(step, first), code.Destination.RowStride, init, code.C.RowStride, code.A.At(step, first), code.A.RowStride, code.B.First, code.B.RowStride, rows, code.Inner, code.Columns);
    }

    private static void RenewTransposed(WeightSlot slot)
    {
        if (slot.TransposedVersion == slot.Version) return;
        MatrixKernels<TSimd, TVector>.Transpose(slot.Transposed, slot.Rows, slot.Values, slot.Columns, slot.Rows, slot.Columns);
        slot.TransposedVersion = slot.Version;
    }

    private static void MultiplyWeight(ref BoundInstruction code, SharedKernels<TSimd, TVector>? shared, int step, int first, float* init, int rows)
    {
        float* d = code.Destination.At(step, first), a = code.A.At(step, first);
        nint ds = code.Destination.RowStride, sa = code.A.RowStride;
        if (code.Packed is not null)
        {
            float* packed = code.Packed.Current<TSimd, TVector>();
            if (shared is null) MatrixKernels<TSimd, TVector>.MultiplyPacked(d, ds, init, code.C.RowStride, a, sa, 1, packed, rows, code.Columns, code.Inner);
            else shared.MultiplyPacked(d, ds, init, code.C.RowStride, a, sa, 1, packed, rows, code.Columns, code.Inner);
        }
        else if (shared is null)
        {
            MatrixKernels<TSimd, TVector>.Multiply(d, ds, init, code.C.RowStride, a, sa, 1, code.B.First, code.B.RowStride, rows, code.Columns, code.Inner);
        }
        else
        {
            shared.Multiply(d, ds, init, code.C.RowStride, a, sa, 1, code.B.First, code.B.RowStride, rows, code.Columns, code.Inner);
        }
    }
}
