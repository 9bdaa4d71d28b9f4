namespace Research.Framework.Managed.Execution;

/// <summary>What masked steps yield: the output before them, or zero.</summary>
internal static unsafe class HeldOutput
{
    /// <summary>Fills the output from what the steps have yielded. Before the first step that counts there is none, and it is zero.</summary>
    /// <param name="layer">A layer that holds its output.</param>
    /// <param name="mask">Which rows' steps count, <c>[T, B]</c>; null for all.</param>
    public static void Hold(BoundLayer layer, bool* mask)
    {
        int width = layer.OutputColumns;
        for (int step = 0; step < layer.Steps; step++)
        {
            for (int row = 0; row < layer.Rows; row++)
            {
                Span<float> held = new(layer.Output.At(step, row), width);
                if (mask is null || mask[(nint)step * layer.Rows + row])
                    new ReadOnlySpan<float>(layer.StepOutput.At(step, row), width).CopyTo(held);
                else if (step == 0 || layer.ZeroesOutput) held.Clear();
                else new ReadOnlySpan<float>(layer.Output.At(step - 1, row), width).CopyTo(held);
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
                if (step > 0 && !layer.ZeroesOutput)
                {
                    float* before = gradient.At(step - 1, row);
                    for (int i = 0; i < width; i++) before[i] += masked[i];
                }

                new Span<float>(masked, width).Clear();
            }
        }
    }
}
