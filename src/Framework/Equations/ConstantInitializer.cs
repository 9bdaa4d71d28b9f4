namespace Research.Framework.Equations;

internal sealed class ConstantInitializer(string name, float value) : Initializer
{
    public override string Name => name;

    public override void Fill(Span<float> weights, int rows, int columns, Random random, CancellationToken cancellation = default) => weights.Fill(value);
}
