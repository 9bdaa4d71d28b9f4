using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Equations;

namespace Research.Framework.Experiments;

/// <summary>An experiment that dependency injection can build with any cell.</summary>
public sealed class ExperimentRegistration
{
    private readonly Func<IServiceProvider, ICellFactory, IExperiment> _create;

    /// <summary>The class, for messages about what has no name yet.</summary>
    internal string TypeName { get; private set; } = "";

    internal ExperimentRegistration(Func<IServiceProvider, ICellFactory, IExperiment> create) => _create = create;

    /// <summary>Builds the experiment; its constructor gets the chosen cell's <see cref="ICellFactory"/>.</summary>
    /// <param name="services">Where its other components come from.</param>
    /// <param name="cells">The chosen cell.</param>
    public IExperiment Create(IServiceProvider services, ICellFactory cells) => _create(services, cells);

    internal static ExperimentRegistration Of<TExperiment>()
        where TExperiment : class, IExperiment
    {
        bool takesCell = typeof(TExperiment).GetConstructors()
            .Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(ICellFactory)));
        ExperimentRegistration registration = new((services, cells) => takesCell
            ? ActivatorUtilities.CreateInstance<TExperiment>(services, cells)
            : ActivatorUtilities.CreateInstance<TExperiment>(services));
        registration.TypeName = typeof(TExperiment).Name;
        return registration;
    }
}
