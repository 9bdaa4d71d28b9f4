using System.Globalization;
using Research.Framework.Models;

namespace Research.Framework.Managed.Execution;

/// <summary>Looks up a vector for each symbol.</summary>
internal sealed unsafe class EmbeddingStage(BoundFlow input, LookupNode node, WeightSlot vectors) : Stage
{
    private readonly int[] _symbols = new int[input.AllRows];

    public override BoundFlow Output { get; } = BoundFlow.Allocate(
        input.Rows, input.Steps, node.Width, wantsGradient: true, node.MaskZero ? BoundFlow.NewMask(input.Rows, input.Steps) : input.Mask);

    public override void Forward(bool training, bool zeroState)
    {
        int width = node.Width;
        float* values = Output.Values.At(0);
        for (int row = 0; row < input.AllRows; row++)
        {
            float value = *(input.Values.At(0) + row * input.Values.RowStride);
            int symbol = (int)value;
            if (input.Mask is { } mask && !mask[row] && (symbol != value || (uint)symbol >= (uint)node.Symbols)) symbol = 0; // nobody reads it
            else if (symbol != value || symbol < 0 || symbol >= node.Symbols)
                throw new ResearchException($"Embedding '{node.Name}': expected a whole number from 0 to {node.Symbols - 1}, got {value.ToString(CultureInfo.InvariantCulture)}.");
            _symbols[row] = symbol;
            new ReadOnlySpan<float>(vectors.Values + (nint)symbol * width, width).CopyTo(new Span<float>(values + (nint)row * width, width));
            if (node.MaskZero) Output.Mask![row] = symbol != 0 && (input.Mask?[row] ?? true);
        }
    }

    public override void Backward(bool zeroState)
    {
        int width = node.Width;
        new Span<float>(vectors.Gradient, vectors.Count).Clear();
        for (int row = 0; row < input.AllRows; row++)
        {
            float* source = Output.Gradient.At(0) + (nint)row * width, target = vectors.Gradient + (nint)_symbols[row] * width;
            for (int i = 0; i < width; i++) target[i] += source[i];
        }

        vectors.Written = true;
    }
}
