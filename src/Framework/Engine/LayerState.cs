namespace Research.Framework.Engine;

/// <summary>One recurrent layer's state: its named parts.</summary>
public sealed class LayerState
{
    private readonly StateValues[] _slots;

    internal LayerState(string name, IReadOnlyList<StateValues> slots)
    {
        Name = name;
        _slots = [.. slots];
    }

    /// <summary>The layer's name, e.g. <c>lstm_1</c>.</summary>
    public string Name { get; }

    /// <summary>The parts, in the cell's order.</summary>
    public IReadOnlyList<StateValues> Slots => _slots;

    internal StateValues[] SlotArray => _slots;

    /// <summary>A part by name, e.g. <c>hidden</c>.</summary>
    /// <param name="slot">The part's name.</param>
    /// <exception cref="ResearchException">There is no such part.</exception>
    public StateValues this[string slot] =>
        Array.Find(_slots, known => known.Name == slot)
        ?? throw new ResearchException($"Layer '{Name}' has no state '{slot}'; it has {string.Join(", ", _slots.Select(known => $"'{known.Name}'"))}.");
}
