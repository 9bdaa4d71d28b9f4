using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;

namespace Research.Framework.Experiments;

/// <summary>Registers the framework's components.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds the built-in engine, the system clock, the experiment runner and the catalog of experiments, unless they are there already.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddResearch(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IEngine, ManagedEngine>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IExperimentRunner, ExperimentRunner>();
        services.TryAddSingleton<ExperimentCatalog>();
        return services;
    }

    /// <summary>Adds a cell by name; of two with the same name, the one added later is used.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name on the command line, in kebab case.</param>
    /// <param name="create">Makes a cell of the given number of units.</param>
    public static IServiceCollection AddCell(this IServiceCollection services, string name, Func<int, ICell> create)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton(new CellRegistration(name, create));
    }

    /// <summary>Adds an engine, by its own name; of two with the same name, the one added later is used.</summary>
    /// <typeparam name="TEngine">The engine's class; its constructor may ask for any registered service.</typeparam>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddEngine<TEngine>(this IServiceCollection services)
        where TEngine : class, IEngine
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton<IEngine, TEngine>();
    }

    /// <summary>Adds an engine, by its own name; of two with the same name, the one added later is used.</summary>
    /// <param name="services">The services.</param>
    /// <param name="engine">The engine; whoever made it disposes of it.</param>
    public static IServiceCollection AddEngine(this IServiceCollection services, IEngine engine)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(engine);
        return services.AddSingleton(engine);
    }

    /// <summary>Adds an experiment. Its constructor may ask for an <see cref="ICellFactory"/> and for any registered service.</summary>
    /// <typeparam name="TExperiment">The experiment's class.</typeparam>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddExperiment<TExperiment>(this IServiceCollection services)
        where TExperiment : class, IExperiment
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton(ExperimentRegistration.Of<TExperiment>());
    }
}
