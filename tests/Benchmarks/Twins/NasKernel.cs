using System.Runtime.Intrinsics;
using Research.Framework.Equations;
using Research.Framework.Numerics;

namespace Research.Benchmarks.Twins;

/// <summary>
/// The point-wise part of a <see cref="NasCell"/>'s step. Inputs: the input's and the state's sums
/// <c>[rows, 8 units]</c> and the memory <c>[rows, units]</c>. Outputs: memory and hidden state, <c>[rows, units]</c> each.
/// </summary>
internal sealed unsafe class NasKernel(int units) : IFusedKernel
{
    // The eight gates, then the six values of the second and third level.
    private const int Kept = 14;

    public IReadOnlyList<int> InputWidths { get; } = [8 * units, 8 * units, units];

    public IReadOnlyList<int> OutputWidths { get; } = [units, units];

    public int SavedWidth => Kept * units;

    public void Forward(int rows, in FusedForward blocks)
    {
        if (Fits(16)) Forward<Simd512, Vector512<float>>(rows, blocks);
        else if (Fits(8)) Forward<Simd256, Vector256<float>>(rows, blocks);
        else if (Fits(4)) Forward<Simd128, Vector128<float>>(rows, blocks);
        else Forward<SimdScalar, float>(rows, blocks);
    }

    public void Backward(int rows, in FusedBackward blocks)
    {
        if (Fits(16)) Backward<Simd512, Vector512<float>>(rows, blocks);
        else if (Fits(8)) Backward<Simd256, Vector256<float>>(rows, blocks);
        else if (Fits(4)) Backward<Simd128, Vector128<float>>(rows, blocks);
        else Backward<SimdScalar, float>(rows, blocks);
    }

    private bool Fits(int lanes) => lanes <= SimdWidth.Lanes && lanes <= units;

    private void Forward<TSimd, TVector>(int rows, in FusedForward blocks)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        int u = units;
        fixed (float* inputStart = blocks.Input(0), stateStart = blocks.Input(1), memoryStart = blocks.Input(2))
        fixed (float* newMemoryStart = blocks.Output(0), hiddenStart = blocks.Output(1), keptStart = blocks.Saved)
        {
            for (int row = 0; row < rows; row++)
            {
                float* x = inputStart + row * 8 * u, h = stateStart + row * 8 * u, memory = memoryStart + row * u;
                float* newMemory = newMemoryStart + row * u, hidden = hiddenStart + row * u, kept = keptStart + row * Kept * u;
                for (int j = 0; ; j = Math.Min(j + TSimd.Lanes, u - TSimd.Lanes))
                {
                    TVector g0 = VectorMath<TSimd, TVector>.Sigmoid(TSimd.Add(TSimd.Load(x + j), TSimd.Load(h + j)));
                    TVector g1 = Relu<TSimd, TVector>(TSimd.Add(TSimd.Load(x + u + j), TSimd.Load(h + u + j)));
                    TVector product = VectorMath<TSimd, TVector>.Tanh(TSimd.Multiply(g0, g1));
                    TVector injected = VectorMath<TSimd, TVector>.Tanh(TSimd.Add(product, TSimd.Load(memory + j)));
                    TSimd.Store(kept + j, g0);
                    TSimd.Store(kept + u + j, g1);
                    TSimd.Store(kept + 8 * u + j, product);
                    TSimd.Store(kept + 9 * u + j, injected);

                    TVector g2 = VectorMath<TSimd, TVector>.Sigmoid(TSimd.Add(TSimd.Load(x + 2 * u + j), TSimd.Load(h + 2 * u + j)));
                    TVector g3 = Relu<TSimd, TVector>(TSimd.Multiply(TSimd.Load(x + 3 * u + j), TSimd.Load(h + 3 * u + j)));
                    TVector first = VectorMath<TSimd, TVector>.Tanh(TSimd.Add(g2, g3));
                    TVector c = TSimd.Multiply(injected, first);
                    TSimd.Store(newMemory + j, c);
                    TSimd.Store(kept + 2 * u + j, g2);
                    TSimd.Store(kept + 3 * u + j, g3);
                    TSimd.Store(kept + 10 * u + j, first);

                    TVector g4 = VectorMath<TSimd, TVector>.Tanh(TSimd.Add(TSimd.Load(x + 4 * u + j), TSimd.Load(h + 4 * u + j)));
                    TVector g5 = VectorMath<TSimd, TVector>.Sigmoid(TSimd.Add(TSimd.Load(x + 5 * u + j), TSimd.Load(h + 5 * u + j)));
                    TVector second = VectorMath<TSimd, TVector>.Tanh(TSimd.Multiply(g4, g5));
                    TSimd.Store(kept + 4 * u + j, g4);
                    TSimd.Store(kept + 5 * u + j, g5);
                    TSimd.Store(kept + 11 * u + j, second);

                    TVector g6 = VectorMath<TSimd, TVector>.Tanh(TSimd.Add(TSimd.Load(x + 6 * u + j), TSimd.Load(h + 6 * u + j)));
                    TVector g7 = VectorMath<TSimd, TVector>.Sigmoid(TSimd.Add(TSimd.Load(x + 7 * u + j), TSimd.Load(h + 7 * u + j)));
                    TVector third = VectorMath<TSimd, TVector>.Sigmoid(TSimd.Add(g6, g7));
                    TVector mixed = VectorMath<TSimd, TVector>.Tanh(TSimd.Add(second, third));
                    TSimd.Store(kept + 6 * u + j, g6);
                    TSimd.Store(kept + 7 * u + j, g7);
                    TSimd.Store(kept + 12 * u + j, third);
                    TSimd.Store(kept + 13 * u + j, mixed);

                    TSimd.Store(hidden + j, VectorMath<TSimd, TVector>.Tanh(TSimd.Multiply(c, mixed)));
                    if (j + TSimd.Lanes >= u) break;
                }
            }
        }
    }

    private void Backward<TSimd, TVector>(int rows, in FusedBackward blocks)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        int u = units;
        fixed (float* inputStart = blocks.Input(0), stateStart = blocks.Input(1), keptStart = blocks.Saved)
        fixed (float* newMemoryStart = blocks.Output(0), hiddenStart = blocks.Output(1))
        fixed (float* newMemoryGradientStart = blocks.OutputGradient(0), hiddenGradientStart = blocks.OutputGradient(1))
        fixed (float* inputGradientStart = blocks.InputGradient(0), stateGradientStart = blocks.InputGradient(1), memoryGradientStart = blocks.InputGradient(2))
        {
            for (int row = 0; row < rows; row++)
            {
                float* x = inputStart + row * 8 * u, h = stateStart + row * 8 * u, kept = keptStart + row * Kept * u;
                float* newMemory = newMemoryStart + row * u, hidden = hiddenStart + row * u;
                float* newMemoryGradient = newMemoryGradientStart + row * u, hiddenGradient = hiddenGradientStart + row * u;
                float* dx = inputGradientStart + row * 8 * u, dh = stateGradientStart + row * 8 * u, memoryGradient = memoryGradientStart + row * u;
                for (int j = 0; ; j = Math.Min(j + TSimd.Lanes, u - TSimd.Lanes))
                {
                    TVector mixed = TSimd.Load(kept + 13 * u + j), c = TSimd.Load(newMemory + j);
                    TVector dProduct = TanhGradient<TSimd, TVector>(TSimd.Load(hiddenGradient + j), TSimd.Load(hidden + j));
                    TVector dc = TSimd.FusedMultiplyAdd(dProduct, mixed, TSimd.Load(newMemoryGradient + j));
                    TVector dMixed = TanhGradient<TSimd, TVector>(TSimd.Multiply(dProduct, c), mixed);

                    TVector injected = TSimd.Load(kept + 9 * u + j), first = TSimd.Load(kept + 10 * u + j);
                    TVector dInjected = TanhGradient<TSimd, TVector>(TSimd.Multiply(dc, first), injected);
                    TVector dFirst = TanhGradient<TSimd, TVector>(TSimd.Multiply(dc, injected), first);
                    TSimd.Store(memoryGradient + j, dInjected);

                    TVector g0 = TSimd.Load(kept + j), g1 = TSimd.Load(kept + u + j);
                    TVector d = TanhGradient<TSimd, TVector>(dInjected, TSimd.Load(kept + 8 * u + j));
                    TVector d0 = SigmoidGradient<TSimd, TVector>(TSimd.Multiply(d, g1), g0);
                    TVector d1 = ReluGradient<TSimd, TVector>(TSimd.Multiply(d, g0), g1);
                    TSimd.Store(dx + j, d0);
                    TSimd.Store(dh + j, d0);
                    TSimd.Store(dx + u + j, d1);
                    TSimd.Store(dh + u + j, d1);

                    TVector d2 = SigmoidGradient<TSimd, TVector>(dFirst, TSimd.Load(kept + 2 * u + j));
                    TVector d3 = ReluGradient<TSimd, TVector>(dFirst, TSimd.Load(kept + 3 * u + j));
                    TSimd.Store(dx + 2 * u + j, d2);
                    TSimd.Store(dh + 2 * u + j, d2);
                    TSimd.Store(dx + 3 * u + j, TSimd.Multiply(d3, TSimd.Load(h + 3 * u + j)));
                    TSimd.Store(dh + 3 * u + j, TSimd.Multiply(d3, TSimd.Load(x + 3 * u + j)));

                    TVector g4 = TSimd.Load(kept + 4 * u + j), g5 = TSimd.Load(kept + 5 * u + j);
                    d = TanhGradient<TSimd, TVector>(dMixed, TSimd.Load(kept + 11 * u + j));
                    TVector d4 = TanhGradient<TSimd, TVector>(TSimd.Multiply(d, g5), g4);
                    TVector d5 = SigmoidGradient<TSimd, TVector>(TSimd.Multiply(d, g4), g5);
                    TSimd.Store(dx + 4 * u + j, d4);
                    TSimd.Store(dh + 4 * u + j, d4);
                    TSimd.Store(dx + 5 * u + j, d5);
                    TSimd.Store(dh + 5 * u + j, d5);

                    d = SigmoidGradient<TSimd, TVector>(dMixed, TSimd.Load(kept + 12 * u + j));
                    TVector d6 = TanhGradient<TSimd, TVector>(d, TSimd.Load(kept + 6 * u + j));
                    TVector d7 = SigmoidGradient<TSimd, TVector>(d, TSimd.Load(kept + 7 * u + j));
                    TSimd.Store(dx + 6 * u + j, d6);
                    TSimd.Store(dh + 6 * u + j, d6);
                    TSimd.Store(dx + 7 * u + j, d7);
                    TSimd.Store(dh + 7 * u + j, d7);
                    if (j + TSimd.Lanes >= u) break;
                }
            }
        }
    }

    private static TVector Relu<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Select(TSimd.LessThan(TSimd.Zero, x), x, TSimd.Zero);

    private static TVector ReluGradient<TSimd, TVector>(TVector gradient, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Select(TSimd.LessThan(TSimd.Zero, y), gradient, TSimd.Zero);

    private static TVector SigmoidGradient<TSimd, TVector>(TVector gradient, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Multiply(TSimd.Multiply(gradient, y), TSimd.Subtract(TSimd.Broadcast(1f), y));

    private static TVector TanhGradient<TSimd, TVector>(TVector gradient, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Multiply(gradient, TSimd.NegatedFusedMultiplyAdd(y, y, TSimd.Broadcast(1f)));
}
