using Research.Framework.Experiments;
using Research.Framework.Hosting;

namespace ReadersProject;

/// <summary>A reader's own program.</summary>
internal static class OwnProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        return await ResearchHost.RunAsync(args, services => services
            .AddCell("minimal-gated-unit", units => new MinimalGatedUnitCell(units))
            .AddExperiment<TwoLetters>()
            .AddExperiment<TwoLetters>("three-letters", experiment => experiment.Letters = 3));
    }
}
