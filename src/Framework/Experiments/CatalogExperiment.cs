using Research.Framework.Engine;
using Research.Framework.Equations;

namespace Research.Framework.Experiments;

/// <summary>A registered experiment with the cell chosen for it.</summary>
public sealed class CatalogExperiment
{
    private readonly ExperimentRegistration _registration;
    private readonly IServiceProvider _services;
    private readonly ICellFactory _cell;

    internal CatalogExperiment(ExperimentRegistration registration, IServiceProvider services, ICellFactory cell)
    {
        _registration = registration;
        _services = services;
        _cell = cell;
        IExperiment experiment = Create();
        if (string.IsNullOrWhiteSpace(experiment.Name))
            throw new ResearchException($"Experiment {experiment.GetType().FullName}: expected a name, got an empty one.");
        Name = experiment.Name;
        Summary = experiment.Summary;
    }

    /// <summary>The experiment's name.</summary>
    public string Name { get; }

    /// <summary>One sentence for lists.</summary>
    public string Summary { get; }

    /// <summary>The cell it is built with.</summary>
    public ICellFactory Cell => _cell;

    /// <summary>The plan of one seed with overrides applied; safe to call from several threads.</summary>
    /// <param name="seed">The root seed.</param>
    /// <param name="settings">Changes, e.g. <c>training.epochs=50</c>.</param>
    /// <exception cref="ResearchException">A setting is wrong, or the plan cannot be made, e.g. of a file that is not there.</exception>
    public ExperimentPlan Plan(int seed, IReadOnlyList<string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ExperimentPlan plan = Plan(seed);
        try
        {
            return settings.Count == 0 ? plan : PlanOverrides.Apply(plan, settings, _cell);
        }
        catch (ResearchException exception)
        {
            throw new ResearchException($"Settings of {Name}: {exception.Message}", exception);
        }
    }

    /// <summary>One seed, ready to be run.</summary>
    /// <param name="seed">The root seed.</param>
    /// <param name="settings">Changes, e.g. <c>training.epochs=50</c>.</param>
    /// <param name="engine">What trains.</param>
    /// <exception cref="ResearchException">A setting is wrong, or the plan cannot be made.</exception>
    public ExperimentRun Prepare(int seed, IReadOnlyList<string> settings, IEngine engine) =>
        new() { Experiment = Name, Cell = Cell.Name, Engine = engine, Plan = Plan(seed, settings), Seed = seed };

    private ExperimentPlan Plan(int seed)
    {
        try
        {
            return Create().Plan(new Seeds(seed));
        }
        catch (Exception exception) when (exception is ResearchException or IOException or UnauthorizedAccessException)
        {
            throw new ResearchException($"Experiment '{Name}' cannot be run: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new UserCodeException($"Experiment '{Name}' cannot be run", exception);
        }
    }

    private IExperiment Create()
    {
        try
        {
            return _registration.Create(_services, _cell);
        }
        catch (InvalidOperationException exception) when (exception.Source?.StartsWith("Microsoft.Extensions.DependencyInjection", StringComparison.Ordinal) == true)
        {
            throw new ResearchException($"An experiment cannot be created: {exception.Message} Register what its constructor asks for.", exception); // no service for a parameter
        }
        catch (Exception exception) when (exception is not (ResearchException or OperationCanceledException))
        {
            throw new UserCodeException($"Experiment {_registration.TypeName} cannot be created", exception);
        }
    }
}
