using Research.Framework.Engine.Kernels;
using Research.Framework.Numerics;

namespace Research.Framework.Engine.Execution;

/// <summary>
/// Several threads at one matrix product. They divide its columns, never its sums, so that their number never shows in a
/// result. Helpers come from the thread pool and stay for a while after each product, because the next one is near; the
/// caller works too and never waits for a helper that has not begun.
/// </summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal sealed unsafe class Team<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    // Below this many multiplications, waking a helper costs more than it does.
    private const long WorthSharing = 4_000_000;
    private const int ColumnsPerPart = PackedWeight.ColumnsMultiple;
    private const int Patience = 300;

    private readonly Helper[] _helpers;
    private readonly int _threads;
    private Product _product;

    // Round (32 bits), parts (16), next part (16): one word, so that a part is claimed for the round it belongs to.
    private long _ticket;
    private int _finished;

    public Team(int threads)
    {
        _threads = threads;
        _helpers = new Helper[threads - 1];
        for (int i = 0; i < _helpers.Length; i++) _helpers[i] = new Helper(this);
    }

    /// <summary>As <see cref="MatrixKernels{TSimd, TVector}.Multiply"/>.</summary>
    public void Multiply(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* b, nint bStride, int m, int n, int k) =>
        Multiply(new Product { C = c, CStride = cStride, Init = init, InitStride = initStride, A = a, ARowStride = aRowStride, AColumnStride = aColumnStride, B = b, BStride = bStride, M = m, N = n, K = k });

    /// <summary>As <see cref="MatrixKernels{TSimd, TVector}.MultiplyPacked"/>.</summary>
    public void MultiplyPacked(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* packed, int m, int n, int k) =>
        Multiply(new Product { C = c, CStride = cStride, Init = init, InitStride = initStride, A = a, ARowStride = aRowStride, AColumnStride = aColumnStride, Packed = packed, M = m, N = n, K = k });

    private void Multiply(in Product product)
    {
        int parts = Math.Min(2 * _threads, product.N / ColumnsPerPart);
        if (parts < 2 || (long)product.M * product.N * product.K < WorthSharing)
        {
            product.Run(0, product.N);
            return;
        }

        _product = product;
        _product.Parts = parts;
        Volatile.Write(ref _finished, 0);
        long round = (_ticket >> 32) + 1;
        Volatile.Write(ref _ticket, (round << 32) | ((long)parts << 16));
        foreach (Helper helper in _helpers) helper.Wake();
        while (TryWork())
        {
        }

        SpinWait wait = default;
        while (Volatile.Read(ref _finished) < parts) wait.SpinOnce(sleep1Threshold: -1);
    }

    private bool TryWork()
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            int parts = (int)((ticket >> 16) & 0xFFFF), next = (int)(ticket & 0xFFFF);
            if (next >= parts) return false;
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket) continue;

            // Whoever has claimed a part is waited for: the product cannot change meanwhile.
            _product.Run(next);
            Interlocked.Increment(ref _finished);
            return true;
        }
    }

    private struct Product
    {
        public float* C;
        public nint CStride;
        public float* Init;
        public nint InitStride;
        public float* A;
        public nint ARowStride;
        public nint AColumnStride;
        public float* B;
        public nint BStride;
        public float* Packed;
        public int M;
        public int N;
        public int K;
        public int Parts;

        public readonly void Run(int part)
        {
            int blocks = N / ColumnsPerPart;
            int first = (int)((long)blocks * part / Parts) * ColumnsPerPart;
            int end = part == Parts - 1 ? N : (int)((long)blocks * (part + 1) / Parts) * ColumnsPerPart;
            Run(first, end);
        }

        public readonly void Run(int first, int end)
        {
            float* c = C + first;
            float* init = Init is null ? null : Init + first;
            if (Packed is null) MatrixKernels<TSimd, TVector>.Multiply(c, CStride, init, InitStride, A, ARowStride, AColumnStride, B + first, BStride, M, end - first, K);
            else MatrixKernels<TSimd, TVector>.MultiplyPacked(c, CStride, init, InitStride, A, ARowStride, AColumnStride, Packed + ((nint)first * K), M, end - first, K);
        }
    }

    private sealed class Helper(Team<TSimd, TVector> team) : IThreadPoolWorkItem
    {
        private int _awake;

        public void Wake()
        {
            if (Volatile.Read(ref _awake) == 0 && Interlocked.Exchange(ref _awake, 1) == 0)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Execute()
        {
            for (int idle = 0; idle < Patience; idle++)
            {
                if (team.TryWork()) idle = 0;
                else Thread.SpinWait(30);
            }

            Volatile.Write(ref _awake, 0);
        }
    }
}
