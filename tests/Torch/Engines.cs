using Research.Framework.Engine;
using Research.Framework.Managed;
using Research.Torch.Tests;

namespace Research.Reference;

/// <summary>The engines that are held against the files here: torch with its modules, and equation by equation.</summary>
internal static class Engines
{
    public static IReadOnlyList<IEngine> All { get; } = [Torches.Modules, new Renamed(Torches.Equations, "torch-equations")];

    /// <summary>The one that can run for thousands of epochs.</summary>
    public static IEngine Fast { get; } = new ManagedEngine();

    /// <summary>How much a row's prediction may depend on how many rows there are: torch picks another product for each shape.</summary>
    public const float BetweenRows = 1e-6f;

    public static IEngine Named(string name) => All.Single(engine => engine.Name == name);
}
