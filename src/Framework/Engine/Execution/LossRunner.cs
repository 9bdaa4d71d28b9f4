using Research.Framework.Data;
using Research.Framework.Engine.Kernels;
using Research.Framework.Numerics;
using Research.Framework.Training;

namespace Research.Framework.Engine.Execution;

/// <summary>Losses and their gradients.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal static unsafe class LossRunner<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>The batch's mean loss; its gradient with respect to the model's output (or logits) is left in the last layer.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="data">The batch's dataset.</param>
    /// <param name="bound">The model after its forward pass, with the batch's targets.</param>
    public static double Run(Loss loss, FramedDataset data, BoundModel bound)
    {
        int all = bound.Output.AllRows, width = bound.Output.Columns;
        Operand gradient = bound.Output.Gradient;
        float* arriving = gradient.At(0);
        float* output = bound.Output.Values.At(0);
        nint stride = bound.Output.Values.RowStride;
        double sum;
        if (loss == Loss.CategoricalCrossEntropy)
        {
            fixed (int* classes = bound.Classes)
            {
                LossKernels<TSimd, TVector>.CrossEntropyGradient(arriving, gradient.RowStride, output, stride, classes, 1f / bound.CountedRows, all, width);
                sum = bound.CountsPerStep ? 0 : LossKernels<TSimd, TVector>.CrossEntropyLoss(output, stride, classes, all, width);
                for (int row = 0; row < all && bound.CountsPerStep; row++)
                {
                    if (bound.Output.Mask![row]) sum += LossKernels<TSimd, TVector>.CrossEntropyLoss(output + row * stride, stride, classes + row, 1, width);
                }
            }
        }
        else
        {
            ElementwiseKernels<TSimd, TVector>.Subtract(arriving, gradient.RowStride, output, stride, bound.Targets.Pointer, width, all, width);
            sum = 0;
            for (int row = 0; row < all; row++)
            {
                if (bound.CountsPerStep && !bound.Output.Mask![row]) continue;
                double squares = 0;
                for (int i = 0; i < width; i++)
                {
                    double difference = arriving[row * gradient.RowStride + i];
                    squares += difference * difference;
                }

                sum += squares / width;
            }

            ElementwiseKernels<TSimd, TVector>.MultiplyScalar(arriving, gradient.RowStride, arriving, gradient.RowStride, 2f / (width * (float)bound.CountedRows), all, width);
        }

        if (bound.CountsPerStep)
        {
            for (int row = 0; row < all; row++)
            {
                if (!bound.Output.Mask![row]) new Span<float>(arriving + row * gradient.RowStride, width).Clear();
            }
        }

        return sum / bound.CountedRows;
    }
}
