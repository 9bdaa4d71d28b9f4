using TorchSharp;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>
/// Tensors and numbers. TorchSharp's own operators make a native number of every operand that is one, and of the factor 1 in a + b, that
/// the garbage collector may free while torch still reads it; here each lives until the call is over.
/// </summary>
internal static class Arithmetic
{
    private static readonly Scalar s_one = 1f, s_minusOne = -1f;

    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, s_one);

    public static Tensor Minus(this Tensor left, Tensor right) => left.add(right, s_minusOne);

    public static Tensor Plus(this Tensor tensor, double number) => With(number, scalar => tensor.add(scalar, s_one));

    public static Tensor Times(this Tensor tensor, double number) => With(number, scalar => tensor.mul(scalar));

    public static Tensor Over(this Tensor tensor, double number) => With(number, scalar => tensor.div(scalar));

    /// <summary>TorchSharp's own is a power, whose exponent is such a number.</summary>
    public static Tensor Squared(this Tensor tensor) => tensor * tensor;

    /// <summary>number - tensor.</summary>
    public static Tensor TakenFrom(this Tensor tensor, double number) => tensor.neg().Plus(number);

    /// <summary>number / tensor.</summary>
    public static Tensor Dividing(this Tensor divisor, double number) => tensor((float)number, device: divisor.device) / divisor;

    public static Tensor Clamped(this Tensor tensor, double least, double most) => With(least, from => With(most, to => tensor.clamp(from, to)));

    public static Tensor IsAbove(this Tensor tensor, double number) => With(number, scalar => tensor.gt(scalar));

    public static Tensor IsBelow(this Tensor tensor, double number) => With(number, scalar => tensor.lt(scalar));

    public static Tensor Is(this Tensor tensor, double number) => With(number, scalar => tensor.eq(scalar));

    /// <summary>The tensor where a flag is set, a number elsewhere; no gradient flows there.</summary>
    public static Tensor Or(this Tensor tensor, Tensor flags, double number) => With(number, scalar => tensor.masked_fill(flags.logical_not(), scalar));

    /// <summary>Adds a multiple of another in place.</summary>
    public static void Add(this Tensor tensor, Tensor other, double factor) => With(factor, scalar => tensor.add_(other, scalar));

    /// <summary>A copy of the numbers on this computer, row-major.</summary>
    public static T[] ToArray<T>(this Tensor values)
        where T : unmanaged
    {
        using DisposeScope scope = NewDisposeScope();
        T[] copy = new T[values.numel()];
        if (copy.Length > 0) values.detach().contiguous().cpu().data<T>().CopyTo(copy);
        return copy;
    }

    private static Tensor With(double number, Func<Scalar, Tensor> call)
    {
        using Scalar scalar = (float)number; // which keeps it alive until it is disposed of
        return call(scalar);
    }
}
