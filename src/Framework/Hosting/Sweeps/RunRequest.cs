using Research.Framework.Equations;
using Research.Framework.Experiments;

namespace Research.Framework.Hosting.Sweeps;

/// <summary>What to run, from the command line, checked.</summary>
internal sealed record RunRequest
{
    /// <summary>Names or globs; empty for the default experiments.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];

    /// <summary>A cell's name; null for the default.</summary>
    public string? Cell { get; init; }

    /// <summary>An engine's name; null for the default.</summary>
    public string? Engine { get; init; }

    /// <summary>Where the engine computes; null for its default.</summary>
    public string? Device { get; init; }

    /// <summary>The first seed; the others count up from it.</summary>
    public int FirstSeed { get; init; } = 1;

    public int Seeds { get; init; } = 1;

    /// <summary>Overrides, <c>path=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public int Threads { get; init; } = 1;

    /// <summary>Where results go as JSON; null for nowhere.</summary>
    public string? JsonPath { get; init; }

    public bool Quiet { get; init; }

    /// <summary>The experiments asked for, in order of registration.</summary>
    /// <exception cref="ResearchException">A name is unknown, or an experiment cannot be created.</exception>
    public IReadOnlyList<CatalogExperiment> Pick(ExperimentCatalog catalog)
    {
        ICellFactory cell = catalog.Cell(Cell);
        IReadOnlyList<CatalogExperiment> all = catalog.Experiments(cell);
        return Patterns.Count == 0 ? ExperimentCatalog.Default(all) : ExperimentCatalog.Pick(all, Patterns);
    }
}
