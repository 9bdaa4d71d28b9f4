using Research.Framework.Models;
using Research.Framework.State;

namespace Research.Framework.Engine;

/// <summary>
/// The recurrent state of a model, row by row: <c>state["lstm_1"]["cell"]</c>. Row i belongs to row i of every batch;
/// rows appear, zeroed, when a batch first uses them, so the batch size may change at any time.
/// </summary>
public sealed class RecurrentState
{
    private readonly LayerState[] _layers;

    internal RecurrentState(IReadOnlyList<LayerState> layers) => _layers = [.. layers];

    /// <summary>The batches before the next one, oldest first; kept only for truncated back-propagation.</summary>
    internal List<EarlierBatch> Earlier { get; } = [];

    /// <summary>The recurrent layers' states, in order of layers.</summary>
    public IReadOnlyList<LayerState> Layers => _layers;

    internal LayerState[] LayerArray => _layers;

    /// <summary>The state of a layer.</summary>
    /// <param name="layer">The layer's name, e.g. <c>lstm_1</c>.</param>
    /// <exception cref="ResearchException">There is no such recurrent layer.</exception>
    public LayerState this[string layer] =>
        Array.Find(_layers, known => known.Name == layer)
        ?? throw new ResearchException($"There is no recurrent layer '{layer}'; this model has {string.Join(", ", _layers.Select(known => $"'{known.Name}'"))}.");

    /// <summary>Zeroes every row.</summary>
    public void Reset()
    {
        Earlier.Clear();
        foreach (LayerState layer in _layers)
        {
            foreach (SlotState slot in layer.Slots) slot.Reset();
        }
    }

    /// <summary>How many of the batches before this one can run again with it: as far back as its rows have been.</summary>
    internal int UsableEarlierBatches(Batch batch)
    {
        if (!batch.RowStates.AsSpan(0, batch.Rows).Contains(RowState.Carry)) return 0;
        int usable = 0;
        while (usable < Earlier.Count && Earlier[^(usable + 1)] is { } earlier
            && earlier.Rows >= batch.Rows && earlier.Data!.Input.TimeSteps == batch.Data.Input.TimeSteps && earlier.Data.Input.Mask is null == batch.Data.Input.Mask is null)
        {
            usable++;
        }

        return usable;
    }

    /// <summary>Keeps a batch and the state before it, in the place of the oldest of <paramref name="most"/>.</summary>
    internal void Remember(Batch batch, int most)
    {
        EarlierBatch entry;
        if (Earlier.Count < most)
        {
            entry = new EarlierBatch();
        }
        else
        {
            entry = Earlier[0];
            Earlier.RemoveAt(0);
        }

        entry.Remember(batch, this);
        Earlier.Add(entry);
    }
}
