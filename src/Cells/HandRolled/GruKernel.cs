using System.Runtime.Intrinsics;
using Research.Framework.Equations;
using Research.Framework.Numerics;

namespace Research.Cells.HandRolled;

/// <summary>
/// The point-wise part of a GRU step with the reset gate after the product. Inputs: the input's and the state's part of
/// the gates, <c>[rows, 3 units]</c> each in the order z, r, h and with their biases, and the hidden state
/// <c>[rows, units]</c>. Output: the new hidden state, <c>[rows, units]</c>.
/// </summary>
internal sealed unsafe class GruKernel(int units, int lanes) : IFusedKernel
{
    public GruKernel(int units) : this(units, KernelLanes.For(units))
    {
    }

    public IReadOnlyList<int> InputWidths { get; } = [3 * units, 3 * units, units];

    public IReadOnlyList<int> OutputWidths { get; } = [units];

    /// <summary>z, r and g, each <c>[units]</c>.</summary>
    public int SavedWidth => 3 * units;

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
        fixed (float* fromInputStart = blocks.Input(0), fromStateStart = blocks.Input(1), hiddenStart = blocks.Input(2))
        fixed (float* newHiddenStart = blocks.Output(0), savedStart = blocks.Saved)
        {
            for (int row = 0; row < rows; row++)
            {
                float* fromInput = fromInputStart + row * 3 * u, fromState = fromStateStart + row * 3 * u, saved = savedStart + row * 3 * u;
                float* hidden = hiddenStart + row * u, newHidden = newHiddenStart + row * u;
                for (int j = 0; ; j = Math.Min(j + TSimd.Lanes, u - TSimd.Lanes))
                {
                    TVector z = VectorMath<TSimd, TVector>.Sigmoid(TSimd.Add(TSimd.Load(fromInput + j), TSimd.Load(fromState + j)));
                    TVector r = VectorMath<TSimd, TVector>.Sigmoid(TSimd.Add(TSimd.Load(fromInput + u + j), TSimd.Load(fromState + u + j)));
                    TVector g = VectorMath<TSimd, TVector>.Tanh(TSimd.FusedMultiplyAdd(r, TSimd.Load(fromState + 2 * u + j), TSimd.Load(fromInput + 2 * u + j)));

                    // z * h + (1 - z) * g = g + z * (h - g)
                    TSimd.Store(newHidden + j, TSimd.FusedMultiplyAdd(z, TSimd.Subtract(TSimd.Load(hidden + j), g), g));
                    TSimd.Store(saved + j, z);
                    TSimd.Store(saved + u + j, r);
                    TSimd.Store(saved + 2 * u + j, g);
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
        fixed (float* fromStateStart = blocks.Input(1), hiddenStart = blocks.Input(2), savedStart = blocks.Saved)
        fixed (float* newHiddenGradientStart = blocks.OutputGradient(0), hiddenGradientStart = blocks.InputGradient(2))
        fixed (float* fromInputGradientStart = blocks.InputGradient(0), fromStateGradientStart = blocks.InputGradient(1))
        {
            for (int row = 0; row < rows; row++)
            {
                float* fromState = fromStateStart + row * 3 * u, saved = savedStart + row * 3 * u, hidden = hiddenStart + row * u;
                float* newHiddenGradient = newHiddenGradientStart + row * u, hiddenGradient = hiddenGradientStart + row * u;
                float* fromInputGradient = fromInputGradientStart + row * 3 * u, fromStateGradient = fromStateGradientStart + row * 3 * u;
                for (int j = 0; ; j = Math.Min(j + TSimd.Lanes, u - TSimd.Lanes))
                {
                    TVector z = TSimd.Load(saved + j), r = TSimd.Load(saved + u + j), g = TSimd.Load(saved + 2 * u + j);
                    TVector dh = TSimd.Load(newHiddenGradient + j);

                    // h' = g + z * (h - g) and g = tanh(xg + r * sg), each through its activation's derivative.
                    TVector dz = TSimd.Multiply(
                        TSimd.Multiply(dh, TSimd.Subtract(TSimd.Load(hidden + j), g)),
                        TSimd.NegatedFusedMultiplyAdd(z, z, z));
                    TVector dg = TSimd.Multiply(
                        TSimd.Multiply(dh, TSimd.Subtract(one, z)),
                        TSimd.NegatedFusedMultiplyAdd(g, g, one));
                    TVector dr = TSimd.Multiply(
                        TSimd.Multiply(dg, TSimd.Load(fromState + 2 * u + j)),
                        TSimd.NegatedFusedMultiplyAdd(r, r, r));
                    TSimd.Store(fromInputGradient + j, dz);
                    TSimd.Store(fromInputGradient + u + j, dr);
                    TSimd.Store(fromInputGradient + 2 * u + j, dg);
                    TSimd.Store(fromStateGradient + j, dz);
                    TSimd.Store(fromStateGradient + u + j, dr);
                    TSimd.Store(fromStateGradient + 2 * u + j, TSimd.Multiply(dg, r));
                    TSimd.Store(hiddenGradient + j, TSimd.Multiply(dh, z));
                    if (j + TSimd.Lanes >= u) break;
                }
            }
        }
    }
}
