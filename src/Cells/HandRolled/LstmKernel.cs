using System.Runtime.Intrinsics;
using Research.Framework.Equations;
using Research.Framework.Numerics;

namespace Research.Cells.HandRolled;

/// <summary>
/// The point-wise part of an LSTM step. Inputs: gates before their activations <c>[rows, 4 units]</c> in the order
/// i, f, c, o, and the cell state <c>[rows, units]</c>. Outputs: cell state and hidden state, <c>[rows, units]</c> each.
/// </summary>
internal sealed unsafe class LstmKernel(int units, int lanes) : IFusedKernel
{
    public LstmKernel(int units) : this(units, KernelLanes.For(units))
    {
    }

    public IReadOnlyList<int> InputWidths { get; } = [4 * units, units];

    public IReadOnlyList<int> OutputWidths { get; } = [units, units];

    /// <summary>i, f, g, o and tanh(c'), each <c>[units]</c>.</summary>
    public int SavedWidth => 5 * units;

    public void Forward(int rows, in FusedForward blocks)
    {
        if (lanes == 16) Forward<Simd512, Vector512<float>>(rows, blocks);
        else if (lanes == 8) Forward<Simd256, Vector256<float>>(rows, blocks);
        else if (lanes == 4) Forward<Simd128, Vector128<float>>(rows, blocks);
        else Forward<SimdScalar, float>(rows, blocks);
    }

    public void Backward(int rows, in FusedBackward blocks)
    {
        if (lanes == 16) Backward<Simd512, Vector512<float>>(rows, blocks);
        else if (lanes == 8) Backward<Simd256, Vector256<float>>(rows, blocks);
        else if (lanes == 4) Backward<Simd128, Vector128<float>>(rows, blocks);
        else Backward<SimdScalar, float>(rows, blocks);
    }

    private void Forward<TSimd, TVector>(int rows, in FusedForward blocks)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        int u = units;
        fixed (float* gatesStart = blocks.Input(0), cellStart = blocks.Input(1))
        fixed (float* newCellStart = blocks.Output(0), hiddenStart = blocks.Output(1), savedStart = blocks.Saved)
        {
            for (int row = 0; row < rows; row++)
            {
                float* gates = gatesStart + row * 4 * u, saved = savedStart + row * 5 * u;
                float* cell = cellStart + row * u, newCell = newCellStart + row * u, hidden = hiddenStart + row * u;
                for (int j = 0; ; j = Math.Min(j + TSimd.Lanes, u - TSimd.Lanes))
                {
                    TVector i = VectorMath<TSimd, TVector>.Sigmoid(TSimd.Load(gates + j));
                    TVector f = VectorMath<TSimd, TVector>.Sigmoid(TSimd.Load(gates + u + j));
                    TVector g = VectorMath<TSimd, TVector>.Tanh(TSimd.Load(gates + 2 * u + j));
                    TVector o = VectorMath<TSimd, TVector>.Sigmoid(TSimd.Load(gates + 3 * u + j));
                    TVector c = TSimd.FusedMultiplyAdd(f, TSimd.Load(cell + j), TSimd.Multiply(i, g));
                    TVector t = VectorMath<TSimd, TVector>.Tanh(c);
                    TSimd.Store(newCell + j, c);
                    TSimd.Store(hidden + j, TSimd.Multiply(o, t));
                    TSimd.Store(saved + j, i);
                    TSimd.Store(saved + u + j, f);
                    TSimd.Store(saved + 2 * u + j, g);
                    TSimd.Store(saved + 3 * u + j, o);
                    TSimd.Store(saved + 4 * u + j, t);
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
        TVector one = TSimd.Broadcast(1f);
        fixed (float* cellStart = blocks.Input(1), savedStart = blocks.Saved)
        fixed (float* newCellGradientStart = blocks.OutputGradient(0), hiddenGradientStart = blocks.OutputGradient(1))
        fixed (float* gatesGradientStart = blocks.InputGradient(0), cellGradientStart = blocks.InputGradient(1))
        {
            for (int row = 0; row < rows; row++)
            {
                float* cell = cellStart + row * u, saved = savedStart + row * 5 * u;
                float* newCellGradient = newCellGradientStart + row * u, hiddenGradient = hiddenGradientStart + row * u;
                float* gatesGradient = gatesGradientStart + row * 4 * u, cellGradient = cellGradientStart + row * u;
                for (int j = 0; ; j = Math.Min(j + TSimd.Lanes, u - TSimd.Lanes))
                {
                    TVector i = TSimd.Load(saved + j), f = TSimd.Load(saved + u + j), g = TSimd.Load(saved + 2 * u + j);
                    TVector o = TSimd.Load(saved + 3 * u + j), t = TSimd.Load(saved + 4 * u + j);
                    TVector dh = TSimd.Load(hiddenGradient + j);

                    // h' = o * t with t = tanh(c'), and c' = f * c + i * g.
                    TVector dt = TSimd.Multiply(dh, o);
                    TVector dc = TSimd.Add(TSimd.Load(newCellGradient + j), TSimd.Multiply(dt, TSimd.NegatedFusedMultiplyAdd(t, t, one)));
                    TVector di = TSimd.Multiply(dc, g), df = TSimd.Multiply(dc, TSimd.Load(cell + j));
                    TVector dg = TSimd.Multiply(dc, i), @do = TSimd.Multiply(dh, t);

                    // Through the activations: σ' = σ (1 - σ), tanh' = 1 - tanh². Rounded where the equations' derivative is, so that
                    // both cells train to the same bits.
                    TSimd.Store(gatesGradient + j, TSimd.Multiply(TSimd.Multiply(di, i), TSimd.Subtract(one, i)));
                    TSimd.Store(gatesGradient + u + j, TSimd.Multiply(TSimd.Multiply(df, f), TSimd.Subtract(one, f)));
                    TSimd.Store(gatesGradient + 2 * u + j, TSimd.Multiply(dg, TSimd.NegatedFusedMultiplyAdd(g, g, one)));
                    TSimd.Store(gatesGradient + 3 * u + j, TSimd.Multiply(TSimd.Multiply(@do, o), TSimd.Subtract(one, o)));
                    TSimd.Store(cellGradient + j, TSimd.Multiply(dc, f));
                    if (j + TSimd.Lanes >= u) break;
                }
            }
        }
    }
}
