using System.Numerics;
using System.Runtime.CompilerServices;

namespace Research.Framework.Equations;

/// <summary>
/// Vectors side by side, in double. Each sum is added in one order, by a multiplication and an addition of their own, so that
/// it has the same bits at every vector width and on processors without fused multiply-add.
/// </summary>
/// <remarks>
/// They lie in tiles of 64 elements of 16 vectors, one element of all of them after the other: [elements / 64, vectors / 16,
/// 64, 16]. A tile fits the processor's nearest cache beside another one. Both counts are filled up with zeros.
/// </remarks>
internal sealed unsafe class VectorPanel
{
    private const int TileRows = 64, TileColumns = 16, Tile = TileRows * TileColumns;

    /// <summary>Rows of a tile that are in registers at once.</summary>
    private const int Together = 4;

    private readonly double[] _values;
    private readonly int _blocks;
    private readonly int _tiles;

    /// <param name="count">Vectors.</param>
    /// <param name="length">Their elements.</param>
    public VectorPanel(int count, int length)
    {
        Count = count;
        Length = length;
        _blocks = (length - 1) / TileRows + 1;
        _tiles = (count - 1) / TileColumns + 1;
        _values = new double[checked(_blocks * _tiles * Tile)];
    }

    public int Count { get; }

    public int Length { get; }

    /// <summary>Draws every element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Draw(NormalDraws normal)
    {
        for (int element = 0; element < Length; element++)
        {
            for (int vector = 0; vector < Count; vector++) _values[Index(vector, element)] = normal.Next();
        }
    }

    /// <summary>Each vector's product with itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double[] Squares()
    {
        double[] squares = new double[Count];
        for (int element = 0; element < Length; element++)
        {
            for (int vector = 0; vector < Count; vector++) squares[vector] += _values[Index(vector, element)] * _values[Index(vector, element)];
        }

        return squares;
    }

    /// <summary>Writes the vectors times a gain; the strides are those from vector to vector and from element to element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store(Span<float> target, int vectorStride, int elementStride, double gain)
    {
        for (int first = 0; first < Length; first += TileRows)
        {
            for (int vector = 0; vector < Count; vector++)
            {
                for (int element = first; element < Math.Min(Length, first + TileRows); element++)
                    target[vector * vectorStride + element * elementStride] = (float)(gain * _values[Index(vector, element)]);
            }
        }
    }

    /// <summary>The products of each of this panel's vectors with each of another's.</summary>
    public VectorPanelProducts ProductsWith(VectorPanel other)
    {
        VectorPanelProducts products = new(_tiles * TileColumns, other._tiles * TileColumns);
        fixed (double* left = _values, right = other._values, sums = products.Values)
        {
            for (int block = 0; block < _blocks; block++)
            {
                for (int column = 0; column < other._tiles; column++)
                {
                    for (int row = 0; row < _tiles; row++)
                        AddProducts(left + ((long)block * _tiles + row) * Tile, right + ((long)block * other._tiles + column) * Tile, sums + (column * _tiles + row) * TileColumns * TileColumns);
                }
            }
        }

        return products;
    }

    /// <summary>Takes from each vector the combination of another panel's vectors that a column of factors gives.</summary>
    public void Subtract(VectorPanel other, VectorPanelProducts factors)
    {
        fixed (double* target = _values, source = other._values, all = factors.Values)
        {
            for (int block = 0; block < _blocks; block++)
                Subtract(target + (long)block * _tiles * Tile, _tiles, source + (long)block * other._tiles * Tile, other._tiles, all);
        }
    }

    /// <summary>Replaces the vectors by combinations of them: minus the columns of factors.</summary>
    public void Replace(VectorPanelProducts factors)
    {
        double[] copy = new double[_tiles * Tile];
        fixed (double* target = _values, source = copy, all = factors.Values)
        {
            for (int block = 0; block < _blocks; block++)
            {
                Span<double> values = _values.AsSpan(block * copy.Length, copy.Length);
                values.CopyTo(copy);
                values.Clear();
                Subtract(target + (long)block * copy.Length, _tiles, source, _tiles, all);
            }
        }
    }

    private int Index(int vector, int element) => ((element / TileRows * _tiles + vector / TileColumns) * TileRows + element % TileRows) * TileColumns + vector % TileColumns;

    // The products of a tile's vectors with another's, over their elements, added to [16, 16] sums.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddProducts(double* left, double* right, double* sums)
    {
        int lanes = Vector<double>.Count;
        for (int column = 0; column < TileColumns; column += 2 * lanes)
        {
            for (int row = 0; row < TileColumns; row += Together)
            {
                double* s = sums + row * TileColumns + column, x = left + row, y = right + column;
                Vector<double> a = Vector.Load(s), b = Vector.Load(s + lanes), c = Vector.Load(s + 16), d = Vector.Load(s + 16 + lanes);
                Vector<double> e = Vector.Load(s + 32), f = Vector.Load(s + 32 + lanes), g = Vector.Load(s + 48), h = Vector.Load(s + 48 + lanes);
                for (int element = 0; element < TileRows; element++, x += TileColumns, y += TileColumns)
                {
                    Vector<double> y0 = Vector.Load(y), y1 = Vector.Load(y + lanes), factor = Vector.Create(x[0]);
                    a += factor * y0;
                    b += factor * y1;
                    factor = Vector.Create(x[1]);
                    c += factor * y0;
                    d += factor * y1;
                    factor = Vector.Create(x[2]);
                    e += factor * y0;
                    f += factor * y1;
                    factor = Vector.Create(x[3]);
                    g += factor * y0;
                    h += factor * y1;
                }

                a.Store(s);
                b.Store(s + lanes);
                c.Store(s + 16);
                d.Store(s + 16 + lanes);
                e.Store(s + 32);
                f.Store(s + 32 + lanes);
                g.Store(s + 48);
                h.Store(s + 48 + lanes);
            }
        }
    }

    // One block of elements: target -= source · factors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Subtract(double* target, int targetTiles, double* source, int sourceTiles, double* factors)
    {
        int lanes = Vector<double>.Count;
        for (int tile = 0; tile < targetTiles; tile++, target += Tile, factors += sourceTiles * TileColumns * TileColumns)
        {
            for (int column = 0; column < TileColumns; column += 2 * lanes)
            {
                for (int row = 0; row < TileRows; row += Together)
                {
                    double* t = target + row * TileColumns + column, y = factors + column;
                    Vector<double> a = Vector.Load(t), b = Vector.Load(t + lanes), c = Vector.Load(t + 16), d = Vector.Load(t + 16 + lanes);
                    Vector<double> e = Vector.Load(t + 32), f = Vector.Load(t + 32 + lanes), g = Vector.Load(t + 48), h = Vector.Load(t + 48 + lanes);
                    for (int from = 0; from < sourceTiles; from++)
                    {
                        double* x = source + from * Tile + row * TileColumns;
                        for (int i = 0; i < TileColumns; i++, x++, y += TileColumns)
                        {
                            Vector<double> y0 = Vector.Load(y), y1 = Vector.Load(y + lanes), factor = Vector.Create(x[0]);
                            a -= factor * y0;
                            b -= factor * y1;
                            factor = Vector.Create(x[16]);
                            c -= factor * y0;
                            d -= factor * y1;
                            factor = Vector.Create(x[32]);
                            e -= factor * y0;
                            f -= factor * y1;
                            factor = Vector.Create(x[48]);
                            g -= factor * y0;
                            h -= factor * y1;
                        }
                    }

                    a.Store(t);
                    b.Store(t + lanes);
                    c.Store(t + 16);
                    d.Store(t + 16 + lanes);
                    e.Store(t + 32);
                    f.Store(t + 32 + lanes);
                    g.Store(t + 48);
                    h.Store(t + 48 + lanes);
                }
            }
        }
    }
}
