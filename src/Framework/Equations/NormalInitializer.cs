namespace Research.Framework.Equations;

internal sealed class NormalInitializer(string name, double mean, double standardDeviation, bool truncated) : Initializer
{
    /// <summary>The standard deviation of the standard normal distribution cut off at ±2.</summary>
    public const double TruncatedDeviation = 0.87962566103423978;

    public override string Name => name;

    public override void Fill(Span<float> weights, int rows, int columns, Random random, CancellationToken cancellation = default)
    {
        NormalDraws normal = new(random);
        foreach (ref float weight in weights)
        {
            double draw = normal.Next();
            while (truncated && Math.Abs(draw) > 2) draw = normal.Next();
            weight = (float)(mean + draw * standardDeviation);
        }
    }
}
