namespace Research.Framework.Managed.Execution;

/// <summary>What masked steps yield: the output before them, or zero.</summary>
internal static unsafe class HeldOutput
{
    // ln(p / (1 - p)) of the smallest p that binary cross-entropy knows: of an output that is zero.
    private const float LeastLogit = -16.118095f;

    /// <summary>Fills the output from what the steps have yielded. Before a batch's first step that counts there is none, and it is zero.</summary>
    /// <param name="layer">A layer that holds its output.</param>
    /// <param name="mask">Which rows' steps count, <c>[T, B]</c>; null for all.</param>
    public static void Hold(BoundLayer layer, bool* mask)
    {
        Hold(layer, mask, layer.StepOutput, layer.Output, 0);
        if (layer.Logits.First is not null) Hold(layer, mask, layer.Logits, layer.Logits, LeastLogit);
    }

    private static void Hold(BoundLayer layer, bool* mask, Operand source, Operand target, float none)
    {
        int width = layer.OutputColumns;
        for (int step = 0; step < layer.Steps; step++)
        {
            for (int row = 0; row < layer.Rows; row++)
            {
                Span<float> held = new(target.At(step, row), width);
                if (mask is null || mask[(nint)step * layer.Rows + row])
                    new ReadOnlySpan<float>(source.At(step, row), width).CopyTo(held);
                else if (layer.ZeroesOutput || layer.BeginsBatch(step)) held.Fill(none);
                else new ReadOnlySpan<float>(target.At(step - 1, row), width).CopyTo(held);
            }
        }
    }

    /// <summary>Hands the gradient of a repeated output to the step that yielded it.</summary>
    /// <param name="layer">A layer that holds its output.</param>
    /// <param name="mask">As above.</param>
    public static void PassGradients(BoundLayer layer, bool* mask)
    {
        if (mask is null) return;
        Operand gradient = layer.OutputGradient;
        int width = (int)gradient.RowStride;
        for (int step = layer.Steps - 1; step >= 0; step--)
        {
            for (int row = 0; row < layer.Rows; row++)
            {
                if (mask[(nint)step * layer.Rows + row]) continue;
                float* masked = gradient.At(step, row);
                if (!layer.ZeroesOutput && !layer.BeginsBatch(step))
                {
                    float* before = gradient.At(step - 1, row);
                    for (int i = 0; i < width; i++) before[i] += masked[i];
                }

                new Span<float>(masked, width).Clear();
            }
        }
    }
}
