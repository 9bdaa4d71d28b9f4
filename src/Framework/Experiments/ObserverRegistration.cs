using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>An observer that dependency injection can build for every run.</summary>
public sealed class ObserverRegistration
{
    private readonly Func<IServiceProvider, ExperimentRun, ITrainingObserver> _create;
    private readonly Func<IServiceProviderIsService, string?> _finding;

    private ObserverRegistration(string name, Func<IServiceProvider, ExperimentRun, ITrainingObserver> create, Func<IServiceProviderIsService, string?> finding)
    {
        Name = name;
        _create = create;
        _finding = finding;
    }

    /// <summary>The class, or what stands for it, for messages.</summary>
    internal string Name { get; }

    /// <summary>Builds an observer of a run.</summary>
    /// <param name="services">Where its components come from.</param>
    /// <param name="run">The run that it observes.</param>
    /// <exception cref="ResearchException">What its constructor asks for is not registered, or it threw.</exception>
    public ITrainingObserver Create(IServiceProvider services, ExperimentRun run) =>
        Creation.Of($"Observer {Name} cannot be created", () => _create(services, run));

    /// <summary>Why it cannot be created, found without creating it, which might open files; null where nothing is known against it.</summary>
    /// <param name="services">Where its components come from.</param>
    internal string? Finding(IServiceProvider services) => services.GetService<IServiceProviderIsService>() is { } known ? _finding(known) : null;

    internal static ObserverRegistration Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TObserver>()
        where TObserver : class, ITrainingObserver
    {
        ConstructorInfo[] constructors = typeof(TObserver).GetConstructors();
        bool takesRun = constructors.Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(ExperimentRun)));
        return new ObserverRegistration(
            typeof(TObserver).Name,
            (services, run) => takesRun ? ActivatorUtilities.CreateInstance<TObserver>(services, run) : ActivatorUtilities.CreateInstance<TObserver>(services),
            known => Finding(constructors, known));
    }

    internal static ObserverRegistration Of(Func<ExperimentRun, ITrainingObserver> create) => new("made by a function", (_, run) => create(run), _ => null);

    // One constructor that gets all it asks for is enough.
    private static string? Finding(ConstructorInfo[] constructors, IServiceProviderIsService known)
    {
        Type[][] missing =
        [
            .. constructors.Select(constructor => constructor.GetParameters()
                .Where(parameter => parameter.ParameterType != typeof(ExperimentRun) && !parameter.HasDefaultValue && !parameter.IsDefined(typeof(FromKeyedServicesAttribute)))
                .Select(parameter => parameter.ParameterType).Where(type => !known.IsService(type)).ToArray()),
        ];
        if (missing.Length == 0) return "it has no public constructor.";
        return missing.Any(types => types.Length == 0)
            ? null
            : $"its constructor asks for {string.Join(" and ", missing.MinBy(types => types.Length)!.Select(type => type.Name))}, which is not registered; add it with services.AddSingleton(...).";
    }
}
