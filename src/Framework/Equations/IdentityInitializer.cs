namespace Research.Framework.Equations;

internal sealed class IdentityInitializer(string name, float gain) : Initializer
{
    public override string Name => name;

    public override void Fill(Span<float> weights, int rows, int columns, Random random, CancellationToken cancellation = default)
    {
        weights.Clear();
        for (int i = 0; i < Math.Min(rows, columns); i++) weights[i * columns + i] = gain;
    }
}
