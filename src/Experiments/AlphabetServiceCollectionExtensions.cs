using Microsoft.Extensions.DependencyInjection;
using Research.Experiments.Alphabet;
using Research.Framework.Experiments;

namespace Research.Experiments;

/// <summary>Registers the alphabet experiments.</summary>
public static class AlphabetServiceCollectionExtensions
{
    /// <summary>Adds the six experiments of the classic alphabet tutorial, in its order, and the one that it proposes: the group that runs without a verb.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddAlphabetExperiments(this IServiceCollection services) => services.AddExperimentGroup("Alphabet", isDefault: true, add: alphabet => alphabet
        .AddExperiment<NaiveOneChar>()
        .AddExperiment<FeatureWindow>()
        .AddExperiment<TimeSteps>()
        .AddExperiment<StateWithinBatch>()
        .AddExperiment<StatefulOneChar>()
        .AddExperiment<VariableLength>()
        .AddExperiment<PrefixPadded>());
}
