using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;

namespace Research.Benchmarks.Micro;

/// <summary>An update of all weights, at each width of vectors.</summary>
/// <typeparam name="TSimd">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
[GenericTypeArguments(typeof(Simd512), typeof(Vector512<float>))]
[GenericTypeArguments(typeof(Simd256), typeof(Vector256<float>))]
public unsafe class AdamBenchmarks<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private Memory _memory = null!;

    /// <summary>Weights; a multiple of 16.</summary>
    [Params(5_216, 1_048_576)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _memory = new Memory(4 * Count);
        new Span<float>(_memory.Pointer + 2 * Count, 2 * Count).Clear(); // moments start at zero
    }

    [Benchmark]
    public void Adam() => OptimizerKernels<TSimd, TVector>.Adam(
        _memory.Pointer, _memory.Pointer + Count, _memory.Pointer + 2 * Count, _memory.Pointer + 3 * Count, Count, 0.001f, 0.1f, 0.001f, 1e-7f);
}
