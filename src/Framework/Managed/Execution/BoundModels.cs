namespace Research.Framework.Managed.Execution;

/// <summary>
/// The models bound so far, of a few shapes: what has not been used for longest makes room, so that batches of many lengths
/// and sizes take about as much memory as the largest. Binding again takes time and changes no bit.
/// </summary>
internal sealed class BoundModels
{
    /// <summary>All of them together take at most so many times the largest.</summary>
    private const int Most = 3;

    /// <summary>Bytes that are not worth binding again for.</summary>
    private const long Least = 16 << 20;

    private readonly Dictionary<BatchShape, Entry> _entries = [];
    private long _uses;

    public BoundModel? Find(BatchShape shape) => _entries.TryGetValue(shape, out Entry? entry) ? entry.Model : null;

    public bool Holds(BoundModel model) => ReferenceEquals(Find(model.Shape), model);

    /// <summary>Marks a model as the one used last.</summary>
    public BoundModel Use(BoundModel model)
    {
        _entries[model.Shape].LastUse = ++_uses;
        return model;
    }

    /// <summary>Adds a model, and drops those for which there is no room any more.</summary>
    public void Add(BoundModel model, long bytes)
    {
        _entries.Add(model.Shape, new Entry(model, bytes) { LastUse = ++_uses });
        long room = Math.Max(Least, Most * _entries.Values.Max(entry => entry.Bytes)), taken = _entries.Values.Sum(entry => entry.Bytes);
        foreach (Entry entry in _entries.Values.OrderBy(entry => entry.LastUse).ToArray())
        {
            if (taken <= room) return;
            taken -= entry.Bytes;
            _entries.Remove(entry.Model.Shape);
        }
    }

    public void Clear() => _entries.Clear();

    private sealed class Entry(BoundModel model, long bytes)
    {
        public BoundModel Model => model;

        public long Bytes => bytes;

        public long LastUse { get; set; }
    }
}
