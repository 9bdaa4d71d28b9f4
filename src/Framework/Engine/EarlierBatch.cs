using Research.Framework.Data;
using Research.Framework.State;

namespace Research.Framework.Engine;

/// <summary>A batch that has been trained, and the state before it, so that it can be run again.</summary>
internal sealed class EarlierBatch
{
    private readonly List<float[]> _state = [];

    public Dataset? Data { get; private set; }

    public int Rows { get; private set; }

    public int[] Samples { get; private set; } = [];

    public RowState[] RowStates { get; private set; } = [];

    /// <summary>Takes over a batch and the state before it.</summary>
    public void Remember(Batch batch, RecurrentState state)
    {
        Data = batch.Data;
        Rows = batch.Rows;
        if (Samples.Length < Rows)
        {
            Samples = new int[Rows];
            RowStates = new RowState[Rows];
        }

        batch.Samples.AsSpan(0, Rows).CopyTo(Samples);
        batch.RowStates.AsSpan(0, Rows).CopyTo(RowStates);
        int index = 0;
        foreach (LayerState layer in state.LayerArray)
        {
            foreach (SlotState slot in layer.SlotArray)
            {
                slot.EnsureRows(Rows);
                if (_state.Count == index) _state.Add(new float[Rows * slot.Width]);
                if (_state[index].Length < Rows * slot.Width) _state[index] = new float[Rows * slot.Width];
                slot.AsSpan(Rows).CopyTo(_state[index]);
                index++;
            }
        }
    }

    /// <summary>The state before the batch, of one slot counted over all layers: <c>[rows, width]</c>.</summary>
    public ReadOnlySpan<float> StateBefore(int slot) => _state[slot];

    /// <summary>Takes over what a checkpoint has kept.</summary>
    public void Restore(Dataset data, int[] samples, RowState[] rowStates, IEnumerable<float[]> state)
    {
        Data = data;
        Rows = samples.Length;
        Samples = samples;
        RowStates = rowStates;
        _state.Clear();
        _state.AddRange(state);
    }
}
