using System.Runtime.CompilerServices;

namespace Research.Framework.Equations;

internal sealed class OrthogonalInitializer(string name, double gain) : Initializer
{
    private const int PanelWidth = 64;

    /// <summary>A vector of which less than this share (of its square) is left has lost digits, and is projected again.</summary>
    private const double LeastLeft = 0.01;

    public override string Name => name;

    public override void Fill(Span<float> weights, int rows, int columns, Random random, CancellationToken cancellation = default)
    {
        // The long side's vectors, orthonormalised panel by panel: block Gram-Schmidt against the panels before, Cholesky
        // within one. The R of both has a positive diagonal, which is the sign convention asked for.
        int length = Math.Max(rows, columns), count = Math.Min(rows, columns);
        List<VectorPanel> basis = [];
        NormalDraws normal = new(random);
        for (int first = 0; first < count; first += PanelWidth)
        {
            VectorPanel panel = new(Math.Min(PanelWidth, count - first), length);
            panel.Draw(normal);
            while (!Orthonormalise(panel, basis, cancellation))
            {
            }

            basis.Add(panel);
            if (rows >= columns) panel.Store(weights[first..], 1, columns, gain);
            else panel.Store(weights[(first * columns)..], columns, 1, gain);
        }
    }

    /// <returns>Whether enough was left of every vector; otherwise the panel is to be orthonormalised once more.</returns>
    private static bool Orthonormalise(VectorPanel panel, List<VectorPanel> basis, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        double[] whole = panel.Squares();
        foreach (VectorPanel before in basis)
        {
            cancellation.ThrowIfCancellationRequested();
            panel.Subtract(before, before.ProductsWith(panel));
        }

        // The panel's products with itself are RᵀR with an upper triangular R, and the panel times R⁻¹ is orthonormal.
        VectorPanelProducts upper = panel.ProductsWith(panel);
        bool enough = Factor(upper, whole);
        panel.Replace(NegativeInverse(upper, panel.Count));
        return enough;
    }

    // Cholesky's factor, in place, of the upper triangle. What rounding alone has left is held above zero, for the next try.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Factor(VectorPanelProducts matrix, double[] whole)
    {
        bool enough = true;
        for (int i = 0; i < whole.Length; i++)
        {
            for (int j = i; j < whole.Length; j++)
            {
                double sum = matrix[i, j];
                for (int k = 0; k < i; k++) sum -= matrix[k, i] * matrix[k, j];
                matrix[i, j] = i == j ? Math.Sqrt(Left(sum, whole[i], ref enough)) : sum / matrix[i, i];
            }
        }

        return enough;
    }

    private static double Left(double square, double whole, ref bool enough)
    {
        enough &= square >= LeastLeft * whole;
        return Math.Max(square, 1e-14 * whole);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static VectorPanelProducts NegativeInverse(VectorPanelProducts upper, int count)
    {
        VectorPanelProducts inverse = new(upper.Rows, upper.Rows);
        for (int column = 0; column < count; column++)
        {
            inverse[column, column] = -1 / upper[column, column];
            for (int row = column - 1; row >= 0; row--)
            {
                double sum = 0;
                for (int k = row + 1; k <= column; k++) sum += upper[row, k] * inverse[k, column];
                inverse[row, column] = -sum / upper[row, row];
            }
        }

        return inverse;
    }
}
