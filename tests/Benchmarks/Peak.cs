using System.Diagnostics;
using System.Runtime.Intrinsics;
using Research.Framework.Numerics;

namespace Research.Benchmarks;

/// <summary>The float32 peak of this machine: fused multiply-adds on registers, at the widest vectors it has.</summary>
internal static class Peak
{
    private const int Chains = 12; // more than latency times units of any current core, and few enough for 16 registers
    private const int Rounds = 4_000_000;

    /// <summary>The best of several tries, in GFLOP/s, with so many threads at work at once.</summary>
    public static double Measure(int threads)
    {
        double best = 0;
        long first = Stopwatch.GetTimestamp();
        for (int attempt = 0; attempt < 9 && Stopwatch.GetElapsedTime(first).TotalSeconds < 1; attempt++)
        {
            using Barrier start = new(threads);
            double[] rates = new double[threads];
            Thread[] workers = new Thread[threads];
            for (int i = 0; i < threads; i++)
            {
                int worker = i;
                workers[i] = new Thread(() =>
                {
                    start.SignalAndWait();
                    long began = Stopwatch.GetTimestamp();
                    Spin();
                    rates[worker] = 2.0 * Chains * SimdWidth.Lanes * Rounds / Stopwatch.GetElapsedTime(began).TotalSeconds / 1e9;
                });
                workers[i].Start();
            }

            foreach (Thread worker in workers) worker.Join();
            best = Math.Max(best, rates.Sum());
        }

        return best;
    }

    private static float Spin() => SimdWidth.Lanes switch
    {
        16 => Vector512.Sum(Chain<Simd512, Vector512<float>>()),
        8 => Vector256.Sum(Chain<Simd256, Vector256<float>>()),
        4 => Vector128.Sum(Chain<Simd128, Vector128<float>>()),
        _ => Chain<SimdScalar, float>(),
    };

    private static TVector Chain<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        // Every chain tends to 1, so that no number becomes denormal or infinite.
        TVector x = TSimd.Broadcast(0.5f), y = TSimd.Broadcast(0.5f);
        TVector a = TSimd.Zero, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        for (int round = 0; round < Rounds; round++)
        {
            a = TSimd.FusedMultiplyAdd(a, x, y);
            b = TSimd.FusedMultiplyAdd(b, x, y);
            c = TSimd.FusedMultiplyAdd(c, x, y);
            d = TSimd.FusedMultiplyAdd(d, x, y);
            e = TSimd.FusedMultiplyAdd(e, x, y);
            f = TSimd.FusedMultiplyAdd(f, x, y);
            g = TSimd.FusedMultiplyAdd(g, x, y);
            h = TSimd.FusedMultiplyAdd(h, x, y);
            i = TSimd.FusedMultiplyAdd(i, x, y);
            j = TSimd.FusedMultiplyAdd(j, x, y);
            k = TSimd.FusedMultiplyAdd(k, x, y);
            l = TSimd.FusedMultiplyAdd(l, x, y);
        }

        TVector first = TSimd.Add(TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)), TSimd.Add(e, f));
        return TSimd.Add(first, TSimd.Add(TSimd.Add(TSimd.Add(g, h), TSimd.Add(i, j)), TSimd.Add(k, l)));
    }
}
