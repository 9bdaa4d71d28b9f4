using Research.Framework.Engine;
using Research.Framework.Managed;
using Research.Plain.Engine;

namespace Research.Reference;

/// <summary>The engines that are held against the files.</summary>
internal static class Engines
{
    public static IReadOnlyList<IEngine> All { get; } = [new ManagedEngine(), new PlainEngine()];

    /// <summary>The one that can run for thousands of epochs.</summary>
    public static IEngine Fast => All[0];

    /// <summary>How much a row's prediction may depend on how many rows there are.</summary>
    public const float BetweenRows = 0;

    public static IEngine Named(string name) => All.Single(engine => engine.Name == name);
}
