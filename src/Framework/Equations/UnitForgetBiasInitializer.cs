namespace Research.Framework.Equations;

internal sealed class UnitForgetBiasInitializer : Initializer
{
    public override string Name => "unit_forget_bias";

    public override string? Finding(int rows, int columns) => columns % 4 == 0 ? null : $"expected a width of four gates (a multiple of 4), got {columns}";

    public override void Fill(Span<float> weights, int rows, int columns, Random random, CancellationToken cancellation = default)
    {
        if (Finding(rows, columns) is { } finding) throw new ResearchException($"{Name}: {finding}.");
        weights.Clear();
        for (int row = 0; row < rows; row++)
            weights.Slice(row * columns + columns / 4, columns / 4).Fill(1f);
    }
}
