namespace Research.Framework.Equations;

internal sealed class UnitForgetBiasInitializer : Initializer
{
    public override string Name => "unit_forget_bias";

    public override void Fill(Span<float> weights, int rows, int columns, Random random)
    {
        if (columns % 4 != 0)
            throw new ResearchException($"unit_forget_bias: expected a width of four gates (a multiple of 4), got {columns}.");
        weights.Clear();
        for (int row = 0; row < rows; row++)
            weights.Slice(row * columns + columns / 4, columns / 4).Fill(1f);
    }
}
