using System.Runtime.CompilerServices;
using Research.Framework.Numerics;

namespace Research.Framework.Equations;

/// <summary>
/// Standard normal numbers by Marsaglia's polar method, <em>A convenient method for generating normal variables</em>,
/// SIAM Review 6(3), 1964. It needs no more than a logarithm, which <see cref="DoubleMath"/> computes, so
/// that no platform's library decides a bit of the result.
/// </summary>
internal sealed class NormalDraws(Random random)
{
    private double _spare;
    private bool _hasSpare;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Next()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }

        while (true)
        {
            double x = 2 * random.NextDouble() - 1, y = 2 * random.NextDouble() - 1;
            double square = x * x + y * y;
            if (square is 0 or >= 1) continue;
            double scale = Math.Sqrt(-2 * DoubleMath.Log(square) / square);
            _spare = y * scale;
            _hasSpare = true;
            return x * scale;
        }
    }
}
