using System.Runtime.CompilerServices;
using Research.Framework.Equations;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Kernels;

/// <summary>Cross-entropy after a softmax, with classes as targets.</summary>
internal static unsafe class LossKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    // Keras' bounds of a probability.
    private const float Smallest = 1e-7f;
    private const float Largest = 1f - 1e-7f;

    /// <summary>d = p · scale, less scale at each row's class: the gradient of the softmax's input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CrossEntropyGradient(float* d, nint ds, float* p, nint sp, int* classes, float scale, int rows, int columns)
    {
        ElementwiseKernels<TSimd, TVector>.Unary<LaneKernels.MultiplyScalar>(d, ds, p, sp, scale, rows, columns);
        for (int row = 0; row < rows; row++)
            d[(row * ds) + classes[row]] -= scale;
    }

    /// <summary>The sum over rows, in order, of -ln p at the row's class, with p clipped to [1e-7, 1 - 1e-7].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double CrossEntropyLoss(float* p, nint sp, int* classes, int rows, int columns)
    {
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            float probability = p[(row * sp) + classes[row]];
            if (float.IsNaN(probability)) return double.NaN;
            if (probability < Smallest) probability = Smallest;
            if (probability > Largest) probability = Largest;
            sum -= FloatMath.Log(probability);
        }
        return sum;
    }
}
