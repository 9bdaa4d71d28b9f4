using System.IO.Enumeration;
using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Engine;
using Research.Framework.Equations;

namespace Research.Framework.Experiments;

/// <summary>The registered experiments, cells and engines, by name: what the command line works with, and tests can.</summary>
public sealed class ExperimentCatalog
{
    private const string DefaultCell = "lstm";
    private const string DefaultEngine = "managed";
    private readonly IServiceProvider _services;
    private readonly Dictionary<string, CellRegistration> _cells = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<Dictionary<string, IEngine>> _engines;

    /// <summary>Collects what is registered.</summary>
    /// <param name="services">Services with <see cref="ServiceCollectionExtensions.AddResearch"/>, cells and experiments.</param>
    public ExperimentCatalog(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _services = services;
        foreach (CellRegistration cell in services.GetServices<CellRegistration>()) _cells[cell.Name] = cell;
        _engines = new(FindEngines); // only where one is asked for: an engine may load libraries
    }

    /// <summary>Cell names, sorted.</summary>
    public IReadOnlyList<string> Cells => [.. _cells.Values.Select(cell => cell.Name).Order(StringComparer.Ordinal)];

    /// <summary>A cell by name; null for the default, <c>lstm</c>.</summary>
    /// <param name="name">The cell's registered name.</param>
    /// <exception cref="ResearchException">There is no such cell: names the nearest.</exception>
    public ICellFactory Cell(string? name)
    {
        if (_cells.TryGetValue(name ?? DefaultCell, out CellRegistration? cell)) return cell.AsFactory();
        if (name is not null) throw new ResearchException(NameSuggestions.Unknown("cell", name, Cells));
        return _cells.Count > 0 ? _cells[Cells[0]].AsFactory() : new NoCell();
    }

    /// <summary>Engine names, sorted.</summary>
    public IReadOnlyList<string> Engines => [.. _engines.Value.Values.Select(engine => engine.Name).Order(StringComparer.Ordinal)];

    /// <summary>An engine by name; null for the default, <c>managed</c>.</summary>
    /// <param name="name">The engine's name.</param>
    /// <param name="device">Where it computes, e.g. <c>cuda</c>; null for its default.</param>
    /// <exception cref="ResearchException">There is no such engine, or it has no such device: names the nearest.</exception>
    public IEngine Engine(string? name, string? device = null)
    {
        IEngine engine = FindEngine(name);
        if (device is null || engine is UnavailableEngine) return engine;
        return engine is IDeviceEngine movable
            ? movable.On(device)
            : throw new ResearchException($"The engine '{engine.Name}' has no devices to choose from, got '--device {device}'; it computes on the processor.");
    }

    private IEngine FindEngine(string? name)
    {
        if (_engines.Value.TryGetValue(name ?? DefaultEngine, out IEngine? engine)) return engine;
        if (name is not null) throw new ResearchException(NameSuggestions.Unknown("engine", name, Engines));
        return Engines.Count > 0
            ? _engines.Value[Engines[0]]
            : throw new ResearchException("No engine is registered; add one with services.AddEngine<MyEngine>().");
    }

    /// <summary>All experiments, in order of registration.</summary>
    /// <param name="cell">The cell they are built with.</param>
    /// <exception cref="ResearchException">None is registered, or two have the same name.</exception>
    public IReadOnlyList<CatalogExperiment> Experiments(ICellFactory cell)
    {
        List<CatalogExperiment> experiments = [];
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (ExperimentRegistration registration in _services.GetServices<ExperimentRegistration>())
        {
            CatalogExperiment experiment = new(registration, _services, cell);
            if (!names.Add(experiment.Name) && experiment.Failure is null) // a class that cannot be made stands in for a name
                throw new ResearchException($"Two experiments are called '{experiment.Name}'; give one of them another name.");
            experiments.Add(experiment);
        }

        return experiments.Count > 0
            ? experiments
            : throw new ResearchException("No experiment is registered; add one with services.AddExperiment<MyExperiment>().");
    }

    /// <summary>Runs one experiment with one seed.</summary>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="seed">The root seed.</param>
    /// <param name="cell">The cell's name; null for <c>lstm</c>.</param>
    /// <param name="settings">Changes to the plan, e.g. <c>training.epochs=50</c>; null for none.</param>
    /// <param name="engine">The engine's name; null for <c>managed</c>.</param>
    /// <param name="device">Where it computes; null for the engine's default.</param>
    /// <exception cref="ResearchException">A name or setting is wrong, or the plan cannot be run.</exception>
    public ExperimentResult Run(string experiment, int seed, string? cell = null, IReadOnlyList<string>? settings = null, string? engine = null, string? device = null)
    {
        ICellFactory factory = Cell(cell);
        IReadOnlyList<CatalogExperiment> found = Pick(Experiments(factory), [experiment]);
        if (found.Count > 1) throw new ResearchException($"Expected one experiment, got '{experiment}', which matches {string.Join(", ", found.Select(match => match.Name))}.");
        return _services.GetRequiredService<IExperimentRunner>().Run(found[0].Prepare(seed, settings ?? [], Engine(engine, device)));
    }

    /// <summary>The experiments that names or globs (<c>*</c>, <c>?</c>) pick, each once, in order of registration.</summary>
    /// <param name="experiments">From <see cref="Experiments"/>.</param>
    /// <param name="patterns">Names or globs.</param>
    /// <exception cref="ResearchException">A pattern picks nothing: names the nearest.</exception>
    public static IReadOnlyList<CatalogExperiment> Pick(IReadOnlyList<CatalogExperiment> experiments, IReadOnlyList<string> patterns)
    {
        HashSet<CatalogExperiment> picked = [];
        foreach (string pattern in patterns)
        {
            CatalogExperiment[] matches = [.. experiments.Where(experiment => FileSystemName.MatchesSimpleExpression(pattern, experiment.Name))];
            if (matches.Length == 0) throw new ResearchException(NameSuggestions.Unknown("experiment", pattern, [.. experiments.Select(experiment => experiment.Name)]));
            picked.UnionWith(matches);
        }

        return [.. experiments.Where(picked.Contains)];
    }

    /// <summary>The experiments that run where none is named: those of default groups, and all of them where there is no such group.</summary>
    /// <param name="experiments">From <see cref="Experiments"/>.</param>
    public static IReadOnlyList<CatalogExperiment> Default(IReadOnlyList<CatalogExperiment> experiments)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        CatalogExperiment[] chosen = [.. experiments.Where(experiment => experiment.Group is { IsDefault: true })];
        return chosen.Length > 0 ? chosen : experiments;
    }

    // Of two with one name the later one is used, as of cells.
    private Dictionary<string, IEngine> FindEngines()
    {
        Dictionary<string, IEngine> engines = new(StringComparer.OrdinalIgnoreCase);
        foreach (IEngine engine in _services.GetServices<IEngine>()) engines[engine.Name] = engine;
        return engines;
    }

    private sealed class NoCell : ICellFactory
    {
        public string Name => "none";

        public ICell Create(int units) =>
            throw new ResearchException("No cell is registered; add one with services.AddCell(\"my-cell\", units => new MyCell(units)).");
    }
}
