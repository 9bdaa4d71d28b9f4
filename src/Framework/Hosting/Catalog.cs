using System.IO.Enumeration;
using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Equations;
using Research.Framework.Experiments;

namespace Research.Framework.Hosting;

/// <summary>The registered experiments and cells, by name.</summary>
internal sealed class Catalog
{
    private const string DefaultCell = "lstm";
    private readonly IServiceProvider _services;
    private readonly Dictionary<string, CellRegistration> _cells = new(StringComparer.OrdinalIgnoreCase);

    public Catalog(IServiceProvider services)
    {
        _services = services;
        foreach (CellRegistration cell in services.GetServices<CellRegistration>()) _cells[cell.Name] = cell;
    }

    /// <summary>Cell names, sorted.</summary>
    public IReadOnlyList<string> Cells => [.. _cells.Values.Select(cell => cell.Name).Order(StringComparer.Ordinal)];

    /// <summary>A cell by name; null for the default, <c>lstm</c>.</summary>
    public ICellFactory Cell(string? name)
    {
        if (_cells.TryGetValue(name ?? DefaultCell, out CellRegistration? cell)) return cell.AsFactory();
        if (name is not null) throw new ResearchException(NameSuggestions.Unknown("cell", name, Cells));
        return _cells.Count > 0 ? _cells[Cells[0]].AsFactory() : new NoCell();
    }

    /// <summary>All experiments, in order of registration.</summary>
    public IReadOnlyList<CatalogExperiment> Experiments(ICellFactory cell)
    {
        List<CatalogExperiment> experiments = [];
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (ExperimentRegistration registration in _services.GetServices<ExperimentRegistration>())
        {
            CatalogExperiment experiment = new(registration, _services, cell);
            if (!names.Add(experiment.Name))
                throw new ResearchException($"Two experiments are called '{experiment.Name}'; give one of them another name.");
            experiments.Add(experiment);
        }

        return experiments.Count > 0
            ? experiments
            : throw new ResearchException("No experiment is registered; add one with services.AddExperiment<MyExperiment>().");
    }

    /// <summary>The experiments that names or globs (<c>*</c>, <c>?</c>) pick, each once, in order of registration.</summary>
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

    private sealed class NoCell : ICellFactory
    {
        public string Name => "none";

        public ICell Create(int units) =>
            throw new ResearchException("No cell is registered; add one with services.AddCell(\"my-cell\", units => new MyCell(units)).");
    }
}
