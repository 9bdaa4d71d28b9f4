namespace Research.Framework.Equations;

/// <summary>The state a step starts from, by name.</summary>
public sealed class CellState
{
    private readonly string _owner;
    private readonly IReadOnlyList<StateSlot> _slots;
    private readonly Expr[] _values;

    internal CellState(string owner, IReadOnlyList<StateSlot> slots, Expr[] values)
    {
        _owner = owner;
        _slots = slots;
        _values = values;
    }

    /// <summary>The part called <paramref name="name"/>, <c>[batch, width]</c>.</summary>
    /// <param name="name">A name from <see cref="ICell.State"/>.</param>
    /// <exception cref="ResearchException">There is no such part.</exception>
    public Expr this[string name]
    {
        get
        {
            for (int i = 0; i < _slots.Count; i++)
            {
                if (_slots[i].Name == name) return _values[i];
            }

            throw new ResearchException($"{_owner}: there is no state '{name}'; the cell declares {string.Join(", ", _slots.Select(slot => $"'{slot.Name}'"))}.");
        }
    }
}
