using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Framework;
using Research.Framework.Equations;

namespace Research.Bits;

/// <summary>The cells that come with the framework, by name.</summary>
internal static class RegisteredCells
{
    public static IReadOnlyList<CellRegistration> All { get; } = [.. new ServiceCollection()
        .AddResearchCells()
        .Select(service => service.ImplementationInstance)
        .OfType<CellRegistration>()];

    public static CellRegistration Named(string name) =>
        All.FirstOrDefault(cell => cell.Name == name)
        ?? throw new ResearchException($"There is no cell '{name}'; there are {string.Join(", ", All.Select(cell => cell.Name))}.");
}
