using Research.Framework.Models;

namespace Research.Framework.Managed.Execution;

/// <summary>Looks up a vector for each symbol.</summary>
internal sealed unsafe class EmbeddingStage : Stage
{
    private readonly EmbeddingLayer _layer;
    private readonly WeightSlot _vectors;
    private readonly PinnedMemory _values;
    private readonly PinnedMemory _gradient;
    private readonly int[] _symbols;

    public EmbeddingStage(Flow input, EmbeddingLayer layer, WeightSlot vectors)
        : base(input)
    {
        _layer = layer;
        _vectors = vectors;
        _values = Flow.Allocate(input.Rows, input.Steps, layer.Width);
        _gradient = Flow.Allocate(input.Rows, input.Steps, layer.Width);
        _symbols = new int[input.AllRows];
        Output = new Flow
        {
            Rows = input.Rows,
            Steps = input.Steps,
            Columns = layer.Width,
            Values = Flow.Block(_values, input.Rows, layer.Width),
            Gradient = Flow.Block(_gradient, input.Rows, layer.Width),
            Mask = layer.MaskZero ? GC.AllocateArray<bool>(input.AllRows, pinned: true) : input.Mask,
        };
    }

    public override Flow Output { get; }

    public override void Forward(bool training, bool zeroState)
    {
        for (int row = 0; row < Input.AllRows; row++)
        {
            float value = *(Input.Values.At(0) + row * Input.Values.RowStride);
            int symbol = (int)value;
            if (symbol != value || symbol < 0 || symbol >= _layer.Symbols)
                throw new ResearchException($"Embedding '{_layer.Name}': expected a whole number from 0 to {_layer.Symbols - 1}, got {value.ToString(System.Globalization.CultureInfo.InvariantCulture)}.");
            _symbols[row] = symbol;
            new ReadOnlySpan<float>(_vectors.Values + (nint)symbol * _layer.Width, _layer.Width).CopyTo(new Span<float>(_values.Pointer + (nint)row * _layer.Width, _layer.Width));
            if (_layer.MaskZero) Output.Mask![row] = symbol != 0 && (Input.Mask?[row] ?? true);
        }
    }

    public override void Backward(bool zeroState)
    {
        new Span<float>(_vectors.Gradient, _vectors.Count).Clear();
        for (int row = 0; row < Input.AllRows; row++)
        {
            float* source = _gradient.Pointer + (nint)row * _layer.Width, target = _vectors.Gradient + (nint)_symbols[row] * _layer.Width;
            for (int i = 0; i < _layer.Width; i++) target[i] += source[i];
        }

        _vectors.Written = true;
    }
}
