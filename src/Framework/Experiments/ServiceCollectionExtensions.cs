using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Training;

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
    public static IServiceCollection AddEngine<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TEngine>(this IServiceCollection services)
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

    /// <summary>
    /// Adds an observer of trainings, a fresh one for each run: it may keep what it likes and is called by one thread alone. Its
    /// constructor may ask for the <see cref="ExperimentRun"/> that it observes and for any registered service; it is disposed of
    /// with the run. One that all runs share is added as a service, <c>services.AddSingleton&lt;ITrainingObserver, MyObserver&gt;()</c>, and
    /// must bear several threads.
    /// </summary>
    /// <typeparam name="TObserver">The observer's class.</typeparam>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddObserver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TObserver>(this IServiceCollection services)
        where TObserver : class, ITrainingObserver
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton(ObserverRegistration.Of<TObserver>());
    }

    /// <summary>Adds an observer of trainings as a function, which makes one for each run.</summary>
    /// <param name="services">The services.</param>
    /// <param name="create">From the run to its observer; called by several threads at once.</param>
    public static IServiceCollection AddObserver(this IServiceCollection services, Func<ExperimentRun, ITrainingObserver> create)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(create);
        return services.AddSingleton(ObserverRegistration.Of(create));
    }

    /// <summary>
    /// Adds an experiment. Its constructor may ask for an <see cref="ICellFactory"/> and for any registered service. Its public
    /// properties that can be set are settings: numbers, texts, flags and enumerations. <c>public int Window { get; set; } = 24;</c>
    /// is set with <c>--set window=48</c>, before the plan is made.
    /// </summary>
    /// <typeparam name="TExperiment">The experiment's class.</typeparam>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddExperiment<[DynamicallyAccessedMembers(ExperimentRegistration.Needed)] TExperiment>(this IServiceCollection services)
        where TExperiment : class, IExperiment
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton(ExperimentRegistration.Of<TExperiment>(null, null));
    }

    /// <summary>
    /// Adds an experiment under another name than its own, usually with other settings, so that one class may be registered
    /// several times. What <c>--set</c> says still comes last.
    /// </summary>
    /// <typeparam name="TExperiment">The experiment's class.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The name on the command line, in kebab case, e.g. <c>windows-24</c>.</param>
    /// <param name="configure">Sets the experiment's properties; null for nothing.</param>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public static IServiceCollection AddExperiment<[DynamicallyAccessedMembers(ExperimentRegistration.Needed)] TExperiment>(
        this IServiceCollection services, string name, Action<TExperiment>? configure = null)
        where TExperiment : class, IExperiment
    {
        ArgumentNullException.ThrowIfNull(services);
        return string.IsNullOrWhiteSpace(name)
            ? throw new ResearchException($"Experiment {typeof(TExperiment).FullName}: expected a name to register it under, e.g. 'windows-24', got an empty one.")
            : services.AddSingleton(ExperimentRegistration.Of(name, configure));
    }

    /// <summary>
    /// Adds experiments as a group, which lists show under one heading:
    /// <c>services.AddExperimentGroup("Ablations", group => group.AddExperiment&lt;MyExperiment&gt;())</c>. Several calls may add to one group.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The heading.</param>
    /// <param name="add">Adds the experiments to the services that it is given, and returns them. What is in a group already stays there.</param>
    /// <param name="isDefault">Whether the command line without a verb runs these experiments, and none besides. Where no group says so, it runs all.</param>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public static IServiceCollection AddExperimentGroup(this IServiceCollection services, string name, Func<IServiceCollection, IServiceCollection> add, bool isDefault = false)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(add);
        if (string.IsNullOrWhiteSpace(name)) throw new ResearchException("A group of experiments: expected a name for lists, e.g. 'Ablations', got an empty one.");
        ExperimentGroup group = new(name, isDefault);
        HashSet<object> before = [.. services.Select(service => service.IsKeyedService ? null : service.ImplementationInstance).OfType<ExperimentRegistration>()];
        _ = add(services);
        for (int i = 0; i < services.Count; i++)
        {
            if (!services[i].IsKeyedService && services[i].ImplementationInstance is ExperimentRegistration { Group: null } registration && !before.Contains(registration))
                services[i] = ServiceDescriptor.Singleton(registration.In(group));
        }

        return services;
    }
}
