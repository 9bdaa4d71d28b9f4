using Microsoft.Extensions.DependencyInjection;
using Research.Experiments.Wirings;
using Research.Framework.Experiments;

namespace Research.Experiments;

/// <summary>Registers the wirings: ways to put a recurrent network together, each as an experiment that runs and explains itself.</summary>
public static class WiringsServiceCollectionExtensions
{
    /// <summary>Adds all wirings, as the group <c>Wirings</c>; they run by name alone.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddWirings(this IServiceCollection services) =>
        services.AddExperimentGroup("Wirings", wirings => wirings.AddLetterWirings().AddSeriesWirings().AddTextWirings());

    /// <summary>Adds the wirings over letters and digits.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddLetterWirings(this IServiceCollection services) => services
        .AddExperiment<ManyToMany>()
        .AddExperiment<ManyToOne>()
        .AddExperiment<OneToMany>()
        .AddExperiment<OneToManyFeedback>()
        .AddExperiment<NLetters>()
        .AddExperiment<Reverse>()
        .AddExperiment<VariableToVariable>()
        .AddExperiment<Gap>()
        .AddExperiment<TeacherForcing>()
        .AddExperiment<Autoencoder>()
        .AddExperiment<CompositeAutoencoder>()
        .AddExperiment<Stacked>()
        .AddExperiment<DeepStateful>()
        .AddExperiment<Addition>();
}
