namespace Research.Framework.Equations;

/// <summary>Reads the equations of a gradient, too.</summary>
/// <typeparam name="T">A value.</typeparam>
internal interface IGradientOperations<T> : IStepOperations<T>
{
    /// <summary>block · matrixᵀ.</summary>
    T DotTransposed(T block, T matrix);

    /// <summary>y · (g - Σ g · y), with y the softmax.</summary>
    T SoftmaxGradient(T gradient, T result);

    /// <summary><c>[batch, columns]</c> of zeros.</summary>
    T Zero(int columns);
}
