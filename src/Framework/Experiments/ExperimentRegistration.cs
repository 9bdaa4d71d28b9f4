using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Equations;

namespace Research.Framework.Experiments;

/// <summary>An experiment that dependency injection can build with any cell.</summary>
public sealed class ExperimentRegistration
{
    private readonly Func<IServiceProvider, ICellFactory, IExperiment> _create;
    private readonly Func<IExperiment, IReadOnlyList<Setting<IExperiment>>> _settings;

    /// <summary>The group it was added to; null for none.</summary>
    public ExperimentGroup? Group { get; private init; }

    /// <summary>The class, for messages about what has no name yet.</summary>
    internal string TypeName { get; private init; } = "";

    private ExperimentRegistration(
        string? name, Func<IServiceProvider, ICellFactory, IExperiment> create, Func<IExperiment, IReadOnlyList<Setting<IExperiment>>> settings)
    {
        Name = name;
        _create = create;
        _settings = settings;
    }

    /// <summary>The name it was registered under; null for the experiment's own.</summary>
    public string? Name { get; }

    /// <summary>Builds the experiment; its constructor gets the chosen cell's <see cref="ICellFactory"/>.</summary>
    /// <param name="services">Where its other components come from.</param>
    /// <param name="cells">The chosen cell.</param>
    public IExperiment Create(IServiceProvider services, ICellFactory cells) => _create(services, cells);

    /// <summary>The settings of an experiment that this built; setting one changes the experiment.</summary>
    internal IReadOnlyList<Setting<IExperiment>> Settings(IExperiment experiment) => _settings(experiment);

    /// <summary>The same registration in a group.</summary>
    internal ExperimentRegistration In(ExperimentGroup group) => new(Name, _create, _settings) { TypeName = TypeName, Group = group };

    internal static ExperimentRegistration Of<[DynamicallyAccessedMembers(Needed)] TExperiment>(string? name, Action<TExperiment>? configure)
        where TExperiment : class, IExperiment
    {
        bool takesCell = typeof(TExperiment).GetConstructors()
            .Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(ICellFactory)));
        return new ExperimentRegistration(
            name,
            (services, cells) =>
            {
                TExperiment experiment = takesCell
                    ? ActivatorUtilities.CreateInstance<TExperiment>(services, cells)
                    : ActivatorUtilities.CreateInstance<TExperiment>(services);
                configure?.Invoke(experiment);
                return experiment;
            },
            experiment => ExperimentSettings.Of(typeof(TExperiment), experiment))
        { TypeName = typeof(TExperiment).Name };
    }

    /// <summary>What must be kept of an experiment's class where unused code is left out of a program.</summary>
    internal const DynamicallyAccessedMemberTypes Needed = DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicProperties;
}
