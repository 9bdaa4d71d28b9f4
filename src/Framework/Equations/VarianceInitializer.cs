namespace Research.Framework.Equations;

/// <summary>Variance scale / fan, from a uniform or a truncated normal distribution (Keras' <c>VarianceScaling</c>).</summary>
internal sealed class VarianceInitializer(string name, Fan fan, double scale, bool normal) : Initializer
{
    public override string Name => name;

    public override void Fill(Span<float> weights, int rows, int columns, Random random, CancellationToken cancellation = default)
    {
        double divisor = fan == Fan.In ? rows : (rows + columns) / 2.0;
        Initializer drawn = normal
            ? new NormalInitializer(name, 0, Math.Sqrt(scale / divisor) / NormalInitializer.TruncatedDeviation, truncated: true)
            : new UniformInitializer(name, Math.Sqrt(3 * scale / divisor));
        drawn.Fill(weights, rows, columns, random, cancellation);
    }
}
