using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using Research.Framework.Equations;
using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;

namespace Research.Benchmarks.Micro;

/// <summary>Functions of single elements, at each width of vectors.</summary>
/// <typeparam name="TSimd">The width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
[GenericTypeArguments(typeof(Simd512), typeof(Vector512<float>))]
[GenericTypeArguments(typeof(Simd256), typeof(Vector256<float>))]
public unsafe class ElementwiseBenchmarks<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private Memory _source = null!;
    private Memory _result = null!;

    /// <summary>Elements.</summary>
    [Params(32, 4096)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _source = new Memory(Count);
        _result = new Memory(Count);
    }

    [Benchmark]
    public void Add() => ElementwiseKernels<TSimd, TVector>.Binary<LaneKernels.Add>(_result.Pointer, Count, _source.Pointer, Count, _source.Pointer, Count, 1, Count);

    [Benchmark]
    public void Sigmoid() => ElementwiseKernels<TSimd, TVector>.Unary<LaneKernels.Sigmoid>(_result.Pointer, Count, _source.Pointer, Count, 0, 1, Count);

    [Benchmark]
    public void Tanh() => ElementwiseKernels<TSimd, TVector>.Unary<LaneKernels.Tanh>(_result.Pointer, Count, _source.Pointer, Count, 0, 1, Count);

    [Benchmark]
    public void Exp() => ElementwiseKernels<TSimd, TVector>.Unary<LaneKernels.Exp>(_result.Pointer, Count, _source.Pointer, Count, 0, 1, Count);

    [Benchmark]
    public void Softmax() => ElementwiseKernels<TSimd, TVector>.Softmax(_result.Pointer, Count, _source.Pointer, Count, 1, Count);
}
