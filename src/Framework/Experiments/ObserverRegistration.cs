using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>An observer that dependency injection can build for every run.</summary>
public sealed class ObserverRegistration
{
    private readonly Func<IServiceProvider, ExperimentRun, ITrainingObserver> _create;

    private ObserverRegistration(Func<IServiceProvider, ExperimentRun, ITrainingObserver> create) => _create = create;

    /// <summary>Builds an observer of a run.</summary>
    /// <param name="services">Where its components come from.</param>
    /// <param name="run">The run that it observes.</param>
    public ITrainingObserver Create(IServiceProvider services, ExperimentRun run) => _create(services, run);

    internal static ObserverRegistration Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TObserver>()
        where TObserver : class, ITrainingObserver
    {
        bool takesRun = typeof(TObserver).GetConstructors()
            .Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(ExperimentRun)));
        return new ObserverRegistration((services, run) => takesRun
            ? ActivatorUtilities.CreateInstance<TObserver>(services, run)
            : ActivatorUtilities.CreateInstance<TObserver>(services));
    }

    internal static ObserverRegistration Of(Func<ExperimentRun, ITrainingObserver> create) => new((_, run) => create(run));
}
