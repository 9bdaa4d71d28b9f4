using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Experiments;

namespace Research.Experiments.Wirings;

/// <summary>Registers the wirings over series of numbers.</summary>
public static class SeriesWirings
{
    /// <summary>Adds <c>sine</c>, <c>independent-series</c>, <c>airline-passengers</c> and <c>multivariate</c>.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddSeriesWirings(this IServiceCollection services) => services
        .AddExperiment<Sine>()
        .AddExperiment<IndependentSeries>()
        .AddExperiment<AirlinePassengersForecast>()
        .AddExperiment<Multivariate>();
}
