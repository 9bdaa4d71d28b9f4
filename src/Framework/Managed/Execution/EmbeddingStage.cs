using System.Globalization;
using Research.Framework.Models;

namespace Research.Framework.Managed.Execution;

/// <summary>Looks up a vector for each symbol.</summary>
internal sealed unsafe class EmbeddingStage(BoundInput read, LookupNode node, WeightSlot vectors) : Stage
{
    private readonly BoundFlow _input = read.Flow;
    private readonly int[] _symbols = new int[read.Flow.AllRows];

    public override BoundFlow Output { get; } = BoundFlow.Allocate(
        read.Flow.Rows, read.Flow.Steps, node.Width, wantsGradient: true, node.MaskZero ? BoundFlow.NewMask(read.Flow.Rows, read.Flow.Steps) : read.Flow.Mask);

    public override void Forward(bool training, bool zeroState)
    {
        int width = node.Width;
        float* values = Output.Values.At(0);
        for (int row = 0; row < _input.AllRows; row++)
        {
            float value = *(_input.Values.At(0) + row * _input.Values.RowStride);
            int symbol = (int)value;
            if (symbol != value || symbol < 0 || symbol >= node.Symbols)
                throw new ResearchException($"Embedding '{node.Name}': expected a whole number from 0 to {node.Symbols - 1}, got {value.ToString(CultureInfo.InvariantCulture)}.");
            _symbols[row] = symbol;
            new ReadOnlySpan<float>(vectors.Values + (nint)symbol * width, width).CopyTo(new Span<float>(values + (nint)row * width, width));
            if (node.MaskZero) Output.Mask![row] = symbol != 0 && (_input.Mask?[row] ?? true);
        }
    }

    public override void Backward(bool zeroState)
    {
        int width = node.Width;
        new Span<float>(vectors.Gradient, vectors.Count).Clear();
        for (int row = 0; row < _input.AllRows; row++)
        {
            float* source = Output.Gradient.At(0) + (nint)row * width, target = vectors.Gradient + (nint)_symbols[row] * width;
            for (int i = 0; i < width; i++) target[i] += source[i];
        }

        vectors.Written = true;

        // A symbol has no gradient.
        if (_input.WantsGradient && !read.Adds) new Span<float>(_input.Gradient.At(0), _input.AllRows * (int)_input.Gradient.RowStride).Clear();
    }
}
