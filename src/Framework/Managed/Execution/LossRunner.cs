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
    /// <summary>An output's mean loss over the rows that count; its gradient, times the output's weight, is left where the stage that yields it reads it.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="target">The output's target.</param>
    /// <param name="bound">The output after the forward pass, with the batch's targets.</param>
    public static double Run(Batch batch, TargetBlock target, BoundOutput bound)
    {
        bound.ClearGradient();
        double loss = Compute(batch, target, bound);

        // 0 times a gradient that is not finite is none.
        if (bound.Plan.Weight == 0) Clear(bound);
        bound.AddGradient();
        return loss;
    }

    private static double Compute(Batch batch, TargetBlock target, BoundOutput bound)
    {
        int all = bound.Flow.AllRows, rows = bound.Flow.Rows, steps = bound.Flow.Steps, width = bound.Flow.Columns;
        if (bound.CountedRows == 0)
        {
            Clear(bound);
            return 0;
        }

        if (bound.Function is { } function) return function.Run(bound);
        LossShortcut shortcut = bound.Plan.Shortcut;
        Operand gradient = bound.Flow.Gradient, logits = bound.Logits;
        float* arriving = gradient.At(0);
        float* output = bound.Flow.Values.At(0);
        float* logit = logits.First is null ? null : logits.At(0);
        nint stride = bound.Flow.Values.RowStride;
        fixed (int* classes = target.HasClasses ? bound.Classes : null)
        {
            if (shortcut == LossShortcut.Softmax && classes != null && !bound.SomeMayNotCount && target.Weights is null)
            {
                float share = bound.Plan.Weight == 1 ? 1f / bound.CountedRows : (float)(bound.Plan.Weight / bound.CountedRows);
                LossKernels<TSimd, TVector>.CrossEntropyGradient(arriving, gradient.RowStride, output, stride, classes, share, all, width);
                return LossKernels<TSimd, TVector>.CrossEntropyLoss(output, stride, classes, all, width) / bound.CountedRows;
            }

            double sum = 0;
            for (int row = 0; row < all; row++, arriving += gradient.RowStride, output += stride, logit += logits.RowStride)
            {
                double weight = bound.SomeMayNotCount && !bound.Counts[row] ? 0 : target.Weights?[batch.Samples[row % rows] * steps + row / rows] ?? 1;
                if (weight == 0)
                {
                    new Span<float>(arriving, width).Clear();
                    continue;
                }

                double scale = weight * bound.Plan.Weight / bound.CountedRows;
                sum += weight * (classes != null
                    ? OfClass(shortcut, batch.Data, arriving, output, classes + row, width, scale)
                    : OfValues(bound.Plan.Loss, shortcut, batch.Data, arriving, output, logit, bound.Targets + (nint)row * width, width, scale));
            }

            return sum / bound.CountedRows;
        }
    }

    private static void Clear(BoundOutput bound)
    {
        for (int row = 0; row < bound.Flow.AllRows; row++)
            new Span<float>(bound.Flow.Gradient.At(0) + row * bound.Flow.Gradient.RowStride, bound.Flow.Columns).Clear();
    }

    private static double OfClass(LossShortcut shortcut, Dataset data, float* gradient, float* output, int* target, int width, double scale)
    {
        if (shortcut != LossShortcut.Softmax) return LossRows.CrossEntropy(data, gradient, output, null, *target, width, scale);
        LossKernels<TSimd, TVector>.CrossEntropyGradient(gradient, width, output, width, target, (float)scale, 1, width);
        return LossKernels<TSimd, TVector>.CrossEntropyLoss(output, width, target, 1, width);
    }

    private static double OfValues(Loss loss, LossShortcut shortcut, Dataset data, float* gradient, float* output, float* logit, float* target, int width, double scale) => loss.Kind switch
    {
        LossKind.BinaryCrossEntropy when shortcut == LossShortcut.Sigmoid => LossRows.SigmoidCrossEntropy(gradient, output, logit, target, width, scale),
        LossKind.BinaryCrossEntropy => LossRows.BinaryCrossEntropy(gradient, output, target, width, scale),
        LossKind.MeanSquaredError => LossRows.SquaredError(gradient, output, target, width, scale),
        LossKind.MeanAbsoluteError => LossRows.AbsoluteError(gradient, output, target, width, scale),
        LossKind.Huber => LossRows.Huber(gradient, output, target, width, scale, loss.Delta),
        _ when shortcut == LossShortcut.Softmax => LossRows.SoftmaxCrossEntropy(gradient, output, target, width, scale),
        _ => LossRows.CrossEntropy(data, gradient, output, target, -1, width, scale),
    };
}
