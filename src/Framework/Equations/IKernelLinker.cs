namespace Research.Framework.Equations;

/// <summary>
/// Makes code of an operation's kernel: the operation calls the member that fits with its kernel as type argument, so that
/// generic code is found without reflection.
/// </summary>
internal interface IKernelLinker
{
    nint Unary<TKernel>()
        where TKernel : struct, IUnaryKernel;

    nint Binary<TKernel>()
        where TKernel : struct, IBinaryKernel;

    nint Ternary<TKernel>()
        where TKernel : struct, ITernaryKernel;

    nint Softmax();

    nint SoftmaxGradient();

    nint Sum();

    nint Broadcast();
}
