using Research.Framework.Data;
using Research.Framework.State;

namespace Research.Framework.Engine;

/// <summary>A batch that has been trained, and the state before it, so that it can be run again.</summary>
public sealed class EarlierBatch
{
    private readonly List<float[]> _state = [];

    internal EarlierBatch(Dataset data) => Data = data;

    /// <summary>Its dataset.</summary>
    public Dataset Data { get; private set; }

    /// <summary>Rows of the batch; more than those of <see cref="Samples"/> are not in use.</summary>
    public int Rows { get; private set; }

    /// <summary>For each row, the index of its sample.</summary>
    public IReadOnlyList<int> Samples => SampleArray;

    /// <summary>For each row, whether its state was zeroed or carried.</summary>
    public IReadOnlyList<RowState> RowStates => RowStateArray;

    /// <summary>Whether the state had been changed since the batch before it.</summary>
    internal bool IsAfterChange { get; private set; }

    internal int[] SampleArray { get; private set; } = [];

    internal RowState[] RowStateArray { get; private set; } = [];

    /// <summary>A copy of the state before the batch, of one slot counted over all layers, <c>[rows, width]</c>.</summary>
    /// <param name="slot">The slot, from 0, in order of layers and of each layer's slots.</param>
    public float[] StateBefore(int slot) => [.. _state[slot]];

    internal ReadOnlySpan<float> SpanBefore(int slot) => _state[slot];

    /// <summary>Takes over a batch and the state before it.</summary>
    internal void Remember(Batch batch, RecurrentState state)
    {
        Data = batch.Data;
        Rows = batch.Rows;
        IsAfterChange = state.IsChanged;
        if (SampleArray.Length < Rows)
        {
            SampleArray = new int[Rows];
            RowStateArray = new RowState[Rows];
        }

        batch.Samples.AsSpan(0, Rows).CopyTo(SampleArray);
        batch.RowStates.AsSpan(0, Rows).CopyTo(RowStateArray);
        int index = 0;
        foreach (LayerState layer in state.LayerArray)
        {
            foreach (StateValues slot in layer.SlotArray)
            {
                slot.EnsureRows(Rows);
                if (_state.Count == index) _state.Add(new float[Rows * slot.Width]);
                if (_state[index].Length < Rows * slot.Width) _state[index] = new float[Rows * slot.Width];
                slot.AsSpan(Rows).CopyTo(_state[index]);
                index++;
            }
        }
    }

    /// <summary>Takes over what a checkpoint has kept.</summary>
    internal void Restore(int[] samples, RowState[] rowStates, IEnumerable<float[]> state)
    {
        Rows = samples.Length;
        SampleArray = samples;
        RowStateArray = rowStates;
        _state.Clear();
        _state.AddRange(state);
    }
}
