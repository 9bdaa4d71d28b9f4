using Research.Framework.Data;
using Research.Framework.Models;
using Research.Framework.State;

namespace Research.Framework.Engine;

/// <summary>
/// The recurrent state of a model, row by row: <c>state["lstm_1"]["cell"]</c>, or <c>state.Slot("lstm_1", "cell")</c>. Row i belongs
/// to row i of every batch; rows appear, zeroed, when a batch first uses them, so the batch size may change at any time.
/// </summary>
public sealed class RecurrentState
{
    private readonly LayerState[] _layers;
    private readonly List<EarlierBatch> _earlier = [];

    /// <summary>A fresh state, all zero.</summary>
    /// <param name="graph">The model's graph.</param>
    public RecurrentState(ModelGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _layers = [.. graph.Scans.Select(scan => new LayerState(scan.Name, [.. scan.Step.Slots.Select(slot => new StateValues(slot.Name, slot.Width))]))];
    }

    /// <summary>The recurrent layers' states, in order of layers.</summary>
    public IReadOnlyList<LayerState> Layers => _layers;

    /// <summary>The batches before the next one, oldest first; kept only for truncated back-propagation.</summary>
    public IReadOnlyList<EarlierBatch> Earlier => _earlier;

    internal LayerState[] LayerArray => _layers;

    /// <summary>The state of a layer.</summary>
    /// <param name="layer">The layer's name, e.g. <c>lstm_1</c>.</param>
    /// <exception cref="ResearchException">There is no such recurrent layer.</exception>
    public LayerState this[string layer] =>
        Array.Find(_layers, known => known.Name == layer)
        ?? throw new ResearchException($"There is no recurrent layer '{layer}'; this model has {string.Join(", ", _layers.Select(known => $"'{known.Name}'"))}.");

    /// <summary>One part of a layer's state.</summary>
    /// <param name="layer">The layer's name, e.g. <c>lstm_1</c>.</param>
    /// <param name="slot">The part's name, e.g. <c>hidden</c>.</param>
    /// <exception cref="ResearchException">There is no such layer or part.</exception>
    public StateValues Slot(string layer, string slot) => this[layer][slot];

    /// <summary>Zeroes every row.</summary>
    public void Reset()
    {
        _earlier.Clear();
        foreach (LayerState layer in _layers)
        {
            foreach (StateValues slot in layer.Slots) slot.Reset();
        }
    }

    /// <summary>Throws unless the state is that of a model: another's would be read with the wrong widths, or under the wrong names.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <exception cref="ResearchException">It belongs to another model.</exception>
    public void RequireFit(ModelGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string expected = Text(graph.Scans.SelectMany(scan => scan.Step.Slots.Select(slot => $"{scan.Name}/{slot.Name}[{slot.Width}]")));
        string actual = Text(_layers.SelectMany(layer => layer.Slots.Select(slot => $"{layer.Name}/{slot.Name}[{slot.Width}]")));
        if (actual != expected)
            throw new ResearchException($"The state belongs to another model: expected {expected}, got {actual}; make it with CreateState of this model.");

        static string Text(IEnumerable<string> slots) => string.Join(", ", slots) is { Length: > 0 } text ? text : "none";
    }

    /// <summary>How many of the batches before this one can run again with it: as far back as its rows have been.</summary>
    /// <param name="batch">The batch that is about to be trained.</param>
    public int UsableEarlierBatches(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (!batch.RowStates.AsSpan(0, batch.Rows).Contains(RowState.Carry)) return 0;
        int usable = 0;
        while (usable < _earlier.Count && _earlier[^(usable + 1)] is { } earlier && earlier.Rows >= batch.Rows && HasSameShape(earlier.Data, batch.Data)) usable++;
        return usable;
    }

    /// <summary>Keeps a batch and the state before it, in the place of the oldest of <paramref name="most"/>.</summary>
    /// <param name="batch">The batch that is about to be trained.</param>
    /// <param name="most">How many are kept; at least 1.</param>
    public void Remember(Batch batch, int most)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        EarlierBatch entry;
        if (_earlier.Count < most)
        {
            entry = new EarlierBatch(batch.Data);
        }
        else
        {
            entry = _earlier[0];
            _earlier.RemoveAt(0);
        }

        entry.Remember(batch, this);
        _earlier.Add(entry);
    }

    internal void Restore(EarlierBatch batch) => _earlier.Add(batch);

    // Every input, as the state does not know which of them the model reads.
    private static bool HasSameShape(Dataset left, Dataset right)
    {
        if (ReferenceEquals(left, right)) return true;
        if (left.Inputs.Count != right.Inputs.Count) return false;
        for (int i = 0; i < left.Inputs.Count; i++)
        {
            InputBlock one = left.Inputs[i], other = right.Inputs[i];
            if (one.Name != other.Name || one.TimeSteps != other.TimeSteps || one.Mask is null != other.Mask is null) return false;
        }

        return true;
    }
}
