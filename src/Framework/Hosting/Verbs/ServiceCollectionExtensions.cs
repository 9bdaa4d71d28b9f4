using Microsoft.Extensions.DependencyInjection;

namespace Research.Framework.Hosting.Verbs;

/// <summary>Registers the verbs.</summary>
internal static class ServiceCollectionExtensions
{
    /// <summary>Adds what runs without a verb, and the verbs in the order in which help lists them.</summary>
    public static IServiceCollection AddVerbs(this IServiceCollection services) => services
        .AddSingleton<SweepJob>()
        .AddSingleton<MainVerb>()
        .AddSingleton<IVerb, RunVerb>()
        .AddSingleton<IVerb, ShowVerb>()
        .AddSingleton<IVerb, ListVerb>()
        .AddSingleton<IVerb, CellsVerb>()
        .AddSingleton<IVerb, EnginesVerb>();
}
