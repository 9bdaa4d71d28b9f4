using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>Where each value of a step lies, and the buffers that there are.</summary>
/// <param name="nodes">How many expressions the trace has.</param>
internal sealed class PlaceTable(int nodes)
{
    private readonly Place[] _places = new Place[nodes];
    private readonly List<BufferPlan> _buffers = [];

    /// <summary>All buffers, each at its index.</summary>
    public IReadOnlyList<BufferPlan> Buffers => _buffers;

    /// <summary>Buffers that are filled or read from outside, or that hold zeros which nobody writes.</summary>
    public HashSet<BufferPlan> Untouchable { get; } = [];

    /// <summary>The place given to an expression itself; none for one that has none yet, or that is a view.</summary>
    public Place this[Expr node]
    {
        get => _places[node.Id];
        set => _places[node.Id] = value;
    }

    /// <summary>Where an expression is found: a view in the whole that it is a view of.</summary>
    public Place Of(Expr node)
    {
        if (node.Operation.Kind != OperationKind.View) return _places[node.Id];
        Place whole = Of(node.Operands[0]);
        return whole with { Column = whole.Column + node.Index };
    }

    /// <summary>Where a value is found; one without expression gets a buffer when it is first asked for.</summary>
    public Place Of(Value value)
    {
        if (value.Node is not null && value.Place.IsNone) return Of(value.Node);
        if (value.Place.IsNone) value.Place = new Place(NewBuffer(value.Sequence ? BufferKind.Sequence : BufferKind.Step, value.Columns), 0, 0, null);
        return value.Place;
    }

    /// <summary>A new buffer.</summary>
    public BufferPlan NewBuffer(BufferKind kind, int columns)
    {
        BufferPlan buffer = new(kind, columns) { Index = _buffers.Count };
        _buffers.Add(buffer);
        return buffer;
    }
}
