namespace Research.Framework.Equations;

internal sealed class UniformInitializer(string name, double limit) : Initializer
{
    public override string Name => name;

    public override void Fill(Span<float> weights, int rows, int columns, Random random, CancellationToken cancellation = default)
    {
        foreach (ref float weight in weights) weight = (float)((2 * random.NextDouble() - 1) * limit);
    }
}
