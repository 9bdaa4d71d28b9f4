namespace Research.Framework.Equations;

/// <summary>A cell known by name.</summary>
public sealed class CellRegistration
{
    private readonly Func<int, ICell> _create;

    /// <summary>Registers a cell.</summary>
    /// <param name="name">The name on the command line, in kebab case, e.g. <c>hand-rolled-lstm</c>.</param>
    /// <param name="create">Makes a cell of the given number of units.</param>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public CellRegistration(string name, Func<int, ICell> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        if (string.IsNullOrWhiteSpace(name)) throw new ResearchException("A registered cell needs a name, e.g. 'minimal-gated-unit', got an empty one.");
        Name = name;
        _create = create;
    }

    /// <summary>The name on the command line.</summary>
    public string Name { get; }

    /// <summary>A new cell.</summary>
    /// <param name="units">Units; at least 1.</param>
    /// <exception cref="ResearchException"><paramref name="units"/> is below 1.</exception>
    /// <exception cref="UserCodeException">What makes the cell threw; names it.</exception>
    public ICell Create(int units) =>
        units >= 1
            ? UserCodeException.Guard($"Cell '{Name}' of {units} units", () => _create(units)) ?? throw new ResearchException($"Cell '{Name}': expected a cell of {units} units, got null.")
            : throw new ResearchException($"Cell '{Name}': expected at least 1 unit, got {units}.");

    /// <summary>A factory that makes this cell.</summary>
    public ICellFactory AsFactory() => new Factory(this);

    private sealed class Factory(CellRegistration registration) : ICellFactory
    {
        public string Name => registration.Name;

        public ICell Create(int units) => registration.Create(units);
    }
}
