using System.Runtime.Intrinsics;
using Research.Framework.Managed.Execution;
using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;

namespace Research.Framework.Tests.Kernels;

public sealed unsafe class MatrixKernelsTests
{
    private delegate void Product(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* b, nint bStride, int m, int n, int k);

    private delegate void TransposedProduct(float* c, nint cStride, float* init, nint initStride, float* g, nint gStride, float* w, nint wStride, int m, int n, int k);

    private delegate void PackedProduct(float* c, nint cStride, float* init, nint initStride, float* a, nint aRowStride, nint aColumnStride, float* packed, int m, int n, int k);

    private delegate void Packing(float* packed, float* b, nint bStride, int n, int k);

    private delegate void Transposition(float* d, nint ds, float* s, nint ss, int rows, int columns);

    private delegate void Sums(float* d, float* g, nint gStride, int rows, int columns);

    public enum Init
    {
        None,
        RowVector,
        Matrix,
        InPlace,
    }

    private static IReadOnlyList<Product> ProductsOfPacked =>
    [
        .. Widths.Of<PackedProduct>(typeof(MatrixKernels<,>), "MultiplyPacked").Zip(Widths.Of<Packing>(typeof(MatrixKernels<,>), "Pack"), (multiply, pack) =>
            new Product((c, cStride, init, initStride, a, aRowStride, aColumnStride, b, bStride, m, n, k) =>
            {
                using Memory packed = new(new float[n * k]);
                pack(packed.Pointer, b, bStride, n, k);
                if (!packed.GuardsStand) Assert.Fail($"[{k}, {n}]: packed more than there is");
                multiply(c, cStride, init, initStride, a, aRowStride, aColumnStride, packed.Pointer, m, n, k);
            })),
    ];

    private static IReadOnlyList<Product> Products => Widths.Of<Product>(typeof(MatrixKernels<,>), "Multiply");

    [Test]
    public void Multiply_SmallShapes([Values] Init init, [Values] bool transposed)
    {
        foreach (int m in new[] { 1, 2, 3, 5, 6, 7, 9, 13 })
        {
            for (int n = 1; n <= 70; n++)
            {
                foreach (int k in new[] { 0, 1, 2, 7, 33 })
                    CheckProduct(Products, m, n, k, init, transposed);
            }
        }
    }

    [TestCase(1, 515, 700)]
    [TestCase(1, 200, 50)]
    [TestCase(2, 300, 600)]
    [TestCase(6, 130, 1030)]
    [TestCase(23, 130, 513)]
    [TestCase(24, 131, 512)]
    [TestCase(37, 515, 1030)]
    [TestCase(65, 257, 300)]
    [TestCase(25, 1100, 260)]
    public void Multiply_BlockedShapes(int m, int n, int k)
    {
        // The scalar form is left out: it takes minutes, and it is compared at small shapes.
        IReadOnlyList<Product> products = [.. Products.Skip(1)];
        foreach (Init init in Enum.GetValues<Init>())
        {
            foreach (bool transposed in new[] { false, true })
                CheckProduct(products, m, n, k, init, transposed);
        }
    }

    // Rows and columns enough for packing B, A, or both, in one block of rows or several, in tiles of every shape.
    [TestCase(100, 700, 100)]
    [TestCase(101, 131, 515)]
    [TestCase(193, 257, 300)]
    [TestCase(197, 200, 1030)]
    [TestCase(21, 300, 260)]
    public void Multiply_PackedShapes(int m, int n, int k)
    {
        IReadOnlyList<Product> products = [.. Products.Skip(1)];
        foreach (Init init in Enum.GetValues<Init>())
        {
            foreach (bool transposed in new[] { false, true })
                CheckProduct(products, m, n, k, init, transposed);
        }
    }

    [TestCase(1, 64, 3)]
    [TestCase(7, 64, 0)]
    [TestCase(16, 128, 33)]
    [TestCase(37, 192, 515)]
    [TestCase(200, 320, 70)]
    public void MultiplyPacked(int m, int n, int k)
    {
        foreach (Init init in Enum.GetValues<Init>())
        {
            foreach (bool transposed in new[] { false, true })
                CheckProduct(ProductsOfPacked, m, n, k, init, transposed);
        }
    }

    [Test]
    public void Team_MultiplyPacked_GivesTheBitsOfOneThread()
    {
        const int M = 70, N = 448, K = 200;
        using Memory a = new(Memory.Numbers(M * K, 1));
        using Memory b = new(Memory.Numbers(K * N, 2));
        using Memory packed = new(new float[K * N]);
        using Memory alone = new(new float[M * N]);
        using Memory shared = new(new float[M * N]);
        MatrixKernels<Simd256, Vector256<float>>.Multiply(alone.Pointer, N, null, 0, a.Pointer, K, 1, b.Pointer, N, M, N, K);
        MatrixKernels<Simd256, Vector256<float>>.Pack(packed.Pointer, b.Pointer, N, N, K);
        new SharedKernels<Simd256, Vector256<float>>(new Team(3)).MultiplyPacked(shared.Pointer, N, null, 0, a.Pointer, K, 1, packed.Pointer, M, N, K);
        Assert.That(new ReadOnlySpan<float>(shared.Pointer, M * N).SequenceEqual(new ReadOnlySpan<float>(alone.Pointer, M * N)), Is.True);
    }

    private static void CheckProduct(IReadOnlyList<Product> products, int m, int n, int k, Init init, bool transposed)
    {
        int bStride = n + (m % 3), cStride = n + (m % 2), initStride = n + (k % 2);
        int aRowStride = transposed ? 1 : k + (n % 2), aColumnStride = transposed ? m + (n % 2) : 1;
        using Memory a = new(Memory.Numbers(Math.Max(m * aRowStride, k * aColumnStride) + 1, 1));
        using Memory b = new(Memory.Numbers((k * bStride) + 1, 2));
        float[] start = Memory.Numbers(m * (n + 1), 3);
        float[] expected = new float[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float sum = init switch
                {
                    Init.RowVector => start[j],
                    Init.Matrix => start[(i * initStride) + j],
                    Init.InPlace => start[(i * cStride) + j],
                    _ => 0f,
                };
                for (int p = 0; p < k; p++)
                    sum = MathF.FusedMultiplyAdd(a.Pointer[(i * aRowStride) + (p * aColumnStride)], b.Pointer[(p * bStride) + j], sum);
                expected[(i * n) + j] = sum;
            }
        }
        foreach (Product multiply in products)
        {
            using Memory initial = new(start);
            using Memory c = new(init == Init.InPlace ? start.AsSpan(0, m * cStride).ToArray() : new float[m * cStride]);
            float* from = init switch
            {
                Init.None => null,
                Init.InPlace => c.Pointer,
                _ => initial.Pointer,
            };
            nint fromStride = init switch
            {
                Init.Matrix => initStride,
                Init.InPlace => cStride,
                _ => 0,
            };
            multiply(c.Pointer, cStride, from, fromStride, a.Pointer, aRowStride, aColumnStride, b.Pointer, bStride, m, n, k);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    if (BitConverter.SingleToInt32Bits(c.Pointer[(i * cStride) + j]) != BitConverter.SingleToInt32Bits(expected[(i * n) + j]))
                        Assert.Fail($"[{m}, {k}] · [{k}, {n}], {init}, transposed {transposed}: element {i}, {j} is {c.Pointer[(i * cStride) + j]:R}, expected {expected[(i * n) + j]:R}");
                }
                if (cStride > n && c.Pointer[(i * cStride) + n] != (init == Init.InPlace ? start[(i * cStride) + n] : 0f))
                    Assert.Fail($"[{m}, {k}] · [{k}, {n}]: wrote into the gap");
            }
            if (!c.GuardsStand) Assert.Fail($"[{m}, {k}] · [{k}, {n}]: wrote outside C");
        }
    }

    [Test]
    public void MultiplyTransposed([Values] Init init)
    {
        foreach (int m in new[] { 1, 2, 5, 8 })
        {
            foreach (int n in new[] { 1, 2, 3, 7, 10, 15, 16, 17, 26, 32, 50, 64, 128, 200 })
            {
                foreach (int k in new[] { 1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 50 })
                    CheckTransposedProduct(m, n, k, init);
            }
        }
    }

    private static void CheckTransposedProduct(int m, int n, int k, Init init)
    {
        int gStride = n + (k % 2), wStride = n + (m % 2), cStride = k + (n % 2);
        using Memory g = new(Memory.Numbers(m * gStride, 1));
        using Memory w = new(Memory.Numbers(k * wStride, 2));
        float[] start = Memory.Numbers(m * (k + 1), 3);
        float[] expected = new float[m * k];
        for (int i = 0; i < m; i++)
        {
            for (int p = 0; p < k; p++)
            {
                // 16 lanes; what is left over after multiples of 16 goes to the last lanes.
                float[] lanes = new float[16];
                int whole = n / 16 * 16;
                for (int j = 0; j < n; j++)
                {
                    int lane = j < whole ? j % 16 : 16 - n + j;
                    lanes[lane] = MathF.FusedMultiplyAdd(g.Pointer[(i * gStride) + j], w.Pointer[(p * wStride) + j], lanes[lane]);
                }
                for (int apart = 8; apart > 0; apart /= 2)
                {
                    for (int lane = 0; lane < apart; lane++) lanes[lane] += lanes[lane + apart];
                }
                expected[(i * k) + p] = init switch
                {
                    Init.RowVector => lanes[0] + start[p],
                    Init.Matrix or Init.InPlace => lanes[0] + start[(i * cStride) + p],
                    _ => lanes[0],
                };
            }
        }
        foreach (TransposedProduct multiply in Widths.Of<TransposedProduct>(typeof(MatrixKernels<,>), "MultiplyTransposed"))
        {
            using Memory initial = new(start);
            using Memory c = new(start.AsSpan(0, m * cStride).ToArray());
            float* from = init switch
            {
                Init.None => null,
                Init.InPlace => c.Pointer,
                _ => initial.Pointer,
            };
            multiply(c.Pointer, cStride, from, init is Init.Matrix or Init.InPlace ? cStride : 0, g.Pointer, gStride, w.Pointer, wStride, m, n, k);
            for (int i = 0; i < m; i++)
            {
                for (int p = 0; p < k; p++)
                {
                    if (c.Pointer[(i * cStride) + p] != expected[(i * k) + p])
                        Assert.Fail($"[{m}, {n}] · [{k}, {n}]ᵀ, {init}: element {i}, {p} is {c.Pointer[(i * cStride) + p]:R}, expected {expected[(i * k) + p]:R}");
                }
                if (cStride > k && c.Pointer[(i * cStride) + k] != start[(i * cStride) + k])
                    Assert.Fail($"[{m}, {n}] · [{k}, {n}]ᵀ: wrote into the gap");
            }
            if (!c.GuardsStand) Assert.Fail($"[{m}, {n}] · [{k}, {n}]ᵀ: wrote outside C");
        }
    }

    [Test]
    public void Transpose()
    {
        foreach (Transposition transpose in Widths.Of<Transposition>(typeof(MatrixKernels<,>), "Transpose"))
        {
            foreach (int rows in new[] { 1, 2, 3, 4, 7, 8, 9, 16, 17, 33 })
            {
                for (int columns = 1; columns <= 40; columns++)
                {
                    int ss = columns + 1, ds = rows + 2;
                    using Memory s = new(Memory.Numbers(rows * ss, 1));
                    using Memory d = new(new float[columns * ds]);
                    transpose(d.Pointer, ds, s.Pointer, ss, rows, columns);
                    Assert.That(d.GuardsStand);
                    for (int i = 0; i < d.Count; i++)
                    {
                        int column = i / ds, row = i % ds;
                        if (d.Span[i] != (row < rows ? s.Span[(row * ss) + column] : 0f))
                            Assert.Fail($"{rows} x {columns}: element {row}, {column}");
                    }
                }
            }
        }
    }

    [Test]
    public void ColumnSums()
    {
        foreach (Sums sums in Widths.Of<Sums>(typeof(MatrixKernels<,>), "ColumnSums"))
        {
            foreach (int rows in new[] { 0, 1, 2, 9, 50 })
            {
                for (int columns = 1; columns <= 140; columns++)
                {
                    int stride = columns + 1;
                    using Memory g = new(Memory.Numbers((rows * stride) + 1, 1));
                    using Memory d = new(columns);
                    sums(d.Pointer, g.Pointer, stride, rows, columns);
                    Assert.That(d.GuardsStand);
                    for (int j = 0; j < columns; j++)
                    {
                        float expected = 0;
                        for (int row = 0; row < rows; row++) expected += g.Pointer[(row * stride) + j];
                        Assert.That(d.Pointer[j], Is.EqualTo(expected));
                    }
                }
            }
        }
    }
}
