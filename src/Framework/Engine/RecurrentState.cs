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
    private EarlierBatch? _begun;
    private bool _hasBegun;
    private long _version;

    /// <summary>A fresh state, all zero.</summary>
    /// <param name="graph">The model's graph.</param>
    public RecurrentState(ModelGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _layers = [.. graph.Scans.Select(scan => new LayerState(scan.Name, [.. scan.Step.Slots.Select(slot => new StateValues(slot.Name, slot.Width))]))];
    }

    /// <summary>The recurrent layers' states, in order of layers.</summary>
    public IReadOnlyList<LayerState> Layers => _layers;

    /// <summary>The batches that led to this state, oldest first; kept only for truncated back-propagation. None once the state has been changed otherwise.</summary>
    public IReadOnlyList<EarlierBatch> Earlier => IsChanged ? [] : _earlier;

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

    /// <summary>
    /// How many of the batches before this one can run again with it: as far back as its rows have been. None where the state of any row has
    /// been changed since, by hand or by predicting: the batches before would not lead to it.
    /// </summary>
    /// <param name="batch">The batch that is about to be trained.</param>
    public int UsableEarlierBatches(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (!batch.RowStates.AsSpan(0, batch.Rows).Contains(RowState.Carry)) return 0;
        IReadOnlyList<EarlierBatch> all = Earlier;
        int usable = 0;
        while (usable < all.Count && all[^(usable + 1)] is { } earlier && earlier.Rows >= batch.Rows && HasSameShape(earlier.Data, batch.Data)) usable++;
        return usable;
    }

    /// <summary>Takes note of a batch and the state before it; a batch that is not ended leaves nothing behind.</summary>
    /// <param name="batch">The batch that is about to be trained.</param>
    public void BeginBatch(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _begun ??= new EarlierBatch(batch.Data);
        _begun.Remember(batch, this);
        _hasBegun = true;
    }

    /// <summary>Keeps the batch that was begun, now that the state is that after it; only the newest are kept.</summary>
    /// <param name="most">How many; at least 1.</param>
    /// <exception cref="ResearchException">No batch was begun.</exception>
    public void EndBatch(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        if (!_hasBegun) throw new ResearchException("No batch was begun, so that none can end; call BeginBatch before it is trained.");
        if (_begun!.IsAfterChange) _earlier.Clear();
        _earlier.Add(_begun);
        (_begun, _hasBegun) = (null, false);
        while (_earlier.Count > most)
        {
            _begun = _earlier[0]; // its memory serves the next batch
            _earlier.RemoveAt(0);
        }

        _version = Version;
    }

    internal bool IsChanged => _version != Version;

    private long Version
    {
        get
        {
            long sum = 0;
            foreach (LayerState layer in _layers)
            {
                foreach (StateValues slot in layer.SlotArray) sum += slot.Version;
            }

            return sum;
        }
    }

    internal void Restore(EarlierBatch batch)
    {
        _earlier.Add(batch);
        _version = Version;
    }

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
