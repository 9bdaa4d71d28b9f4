using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;
using Research.Framework.Objectives;

namespace Research.Framework.Managed.Execution;

/// <summary>Losses and their gradients.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal static unsafe class LossRunner<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>The batch's mean loss; its gradient with respect to the model's output (or logits) is left in the last layer.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="fusedSoftmax">Whether the gradient is wanted with respect to the last softmax's input.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="bound">The model after its forward pass, with the batch's targets.</param>
    public static double Run(Loss loss, bool fusedSoftmax, Batch batch, BoundModel bound)
    {
        Dataset data = batch.Data;
        TargetBlock target = data.Target;
        int all = bound.Output.AllRows, width = bound.Output.Columns;
        Operand gradient = bound.Output.Gradient;
        float* arriving = gradient.At(0);
        float* output = bound.Output.Values.At(0);
        nint stride = bound.Output.Values.RowStride;
        fixed (int* classes = target.Classes is null ? null : bound.Classes)
        {
            if (fusedSoftmax && classes != null && !bound.SomeMayNotCount && target.Weights is null)
            {
                LossKernels<TSimd, TVector>.CrossEntropyGradient(arriving, gradient.RowStride, output, stride, classes, 1f / bound.CountedRows, all, width);
                return LossKernels<TSimd, TVector>.CrossEntropyLoss(output, stride, classes, all, width) / bound.CountedRows;
            }

            double sum = 0;
            for (int row = 0; row < all; row++, arriving += gradient.RowStride, output += stride)
            {
                double weight = bound.SomeMayNotCount && !bound.Counts[row] ? 0 : target.Weights?[batch.Samples[row % bound.Rows] * bound.OutputSteps + row / bound.Rows] ?? 1;
                if (weight == 0)
                {
                    new Span<float>(arriving, width).Clear();
                    continue;
                }

                double scale = weight / bound.CountedRows;
                sum += weight * (classes != null
                    ? OfClass(fusedSoftmax, data, arriving, output, classes + row, width, scale)
                    : OfValues(loss, fusedSoftmax, data, arriving, output, bound.Targets.Pointer + (nint)row * width, width, scale));
            }

            return sum / bound.CountedRows;
        }
    }

    private static double OfClass(bool fusedSoftmax, Dataset data, float* gradient, float* output, int* target, int width, double scale)
    {
        if (!fusedSoftmax) return LossRows.CrossEntropy(data, gradient, output, null, *target, width, scale);
        LossKernels<TSimd, TVector>.CrossEntropyGradient(gradient, width, output, width, target, (float)scale, 1, width);
        return LossKernels<TSimd, TVector>.CrossEntropyLoss(output, width, target, 1, width);
    }

    private static double OfValues(Loss loss, bool fusedSoftmax, Dataset data, float* gradient, float* output, float* target, int width, double scale) => loss.Kind switch
    {
        LossKind.BinaryCrossEntropy => LossRows.BinaryCrossEntropy(gradient, output, target, width, scale),
        LossKind.MeanSquaredError => LossRows.SquaredError(gradient, output, target, width, scale),
        LossKind.MeanAbsoluteError => LossRows.AbsoluteError(gradient, output, target, width, scale),
        LossKind.Huber => LossRows.Huber(gradient, output, target, width, scale, loss.Delta),
        _ when fusedSoftmax => LossRows.SoftmaxCrossEntropy(gradient, output, target, width, scale),
        _ => LossRows.CrossEntropy(data, gradient, output, target, -1, width, scale),
    };
}
