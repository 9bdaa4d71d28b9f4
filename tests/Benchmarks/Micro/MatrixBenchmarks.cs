using System.Globalization;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;

namespace Research.Benchmarks.Micro;

/// <summary>The three products of a layer, at each width of vectors: forward, gradient of the input, of the kernel.</summary>
/// <typeparam name="TSimd">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
[GenericTypeArguments(typeof(Simd512), typeof(Vector512<float>))]
[GenericTypeArguments(typeof(Simd256), typeof(Vector256<float>))]
[GenericTypeArguments(typeof(Simd128), typeof(Vector128<float>))]
public unsafe class MatrixBenchmarks<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private int _rows;
    private int _inputs;
    private int _outputs;
    private Memory _input = null!;
    private Memory _kernel = null!;
    private Memory _transposed = null!;
    private Memory _output = null!;

    /// <summary>Rows, inputs and outputs of the layer.</summary>
    [Params("1x32x128", "25x16x64", "32x128x512", "1600x64x512", "64x256x1024", "64x512x2048", "4096x512x512")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        int[] sizes = [.. Shape.Split('x').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        (_rows, _inputs, _outputs) = (sizes[0], sizes[1], sizes[2]);
        _input = new Memory(_rows * _inputs);
        _kernel = new Memory(_inputs * _outputs);
        _transposed = new Memory(_inputs * _outputs);
        _output = new Memory(_rows * _outputs);
    }

    [Benchmark]
    public void Forward() =>
        MatrixKernels<TSimd, TVector>.Multiply(_output.Pointer, _outputs, null, 0, _input.Pointer, _inputs, 1, _kernel.Pointer, _outputs, _rows, _outputs, _inputs);

    // As in training: few rows are multiplied with the kernel's rows, more of them with a transposed copy of it.
    [Benchmark]
    public void InputGradient()
    {
        if (_rows <= 8)
        {
            MatrixKernels<TSimd, TVector>.MultiplyTransposed(_input.Pointer, _inputs, null, 0, _output.Pointer, _outputs, _kernel.Pointer, _outputs, _rows, _outputs, _inputs);
            return;
        }

        MatrixKernels<TSimd, TVector>.Transpose(_transposed.Pointer, _inputs, _kernel.Pointer, _outputs, _inputs, _outputs);
        MatrixKernels<TSimd, TVector>.Multiply(_input.Pointer, _inputs, null, 0, _output.Pointer, _outputs, 1, _transposed.Pointer, _inputs, _rows, _inputs, _outputs);
    }

    [Benchmark]
    public void KernelGradient() =>
        MatrixKernels<TSimd, TVector>.Multiply(_kernel.Pointer, _outputs, null, 0, _input.Pointer, 1, _inputs, _output.Pointer, _outputs, _inputs, _outputs, _rows);
}
