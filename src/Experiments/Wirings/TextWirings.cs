using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Experiments;

namespace Research.Experiments.Wirings;

/// <summary>Registers the experiments on texts and on sequences with a class.</summary>
public static class TextWirings
{
    /// <summary>Adds <see cref="Text"/>, <see cref="Words"/> and <see cref="ClassifySequence"/>.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddTextWirings(this IServiceCollection services) => services
        .AddExperiment<Text>()
        .AddExperiment<Words>()
        .AddExperiment<ClassifySequence>();
}
