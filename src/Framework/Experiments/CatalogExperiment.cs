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
        try
        {
            IExperiment experiment = Create();
            string what = $"Experiment {registration.TypeName} cannot be read";
            Name = registration.Name ?? UserCodeException.Guard(what, () => experiment.Name);
            if (string.IsNullOrWhiteSpace(Name))
                throw new ResearchException($"Experiment {experiment.GetType().FullName}: expected a name, got an empty one.");
            Summary = UserCodeException.Guard(what, () => experiment.Summary) ?? "";
            Description = UserCodeException.Guard(what, () => experiment.Description) ?? "";
            _ = UserCodeException.Guard(what, () => registration.Settings(experiment)); // refuses a property that hides a field of the plan
        }
        catch (UserCodeException exception)
        {
            Failure = exception;
            Name ??= registration.Name ?? registration.TypeName;
            Summary ??= "";
            Description ??= "";
        }
    }

    /// <summary>Why the experiment cannot be made: what its own code threw. It can be listed then, but not run. Null where it can be made.</summary>
    public UserCodeException? Failure { get; }

    /// <summary>The name it is registered under: the experiment's own, unless another was given.</summary>
    public string Name { get; }

    /// <summary>One sentence for lists.</summary>
    public string Summary { get; }

    /// <summary>A paragraph that says what it teaches; empty for none.</summary>
    public string Description { get; }

    /// <summary>The group it is registered in; null for none.</summary>
    public ExperimentGroup? Group => _registration.Group;

    /// <summary>The cell it is built with.</summary>
    public ICellFactory Cell => _cell;

    /// <summary>
    /// The plan of one seed. The experiment's own settings are set before it makes the plan, those of the plan in what it made.
    /// Safe to call from several threads.
    /// </summary>
    /// <param name="seed">The root seed.</param>
    /// <param name="settings">Changes, e.g. <c>window=24</c> and <c>training.epochs=50</c>.</param>
    /// <exception cref="ResearchException">A setting is wrong, or the plan cannot be made, e.g. of a file that is not there.</exception>
    public ExperimentPlan Plan(int seed, IReadOnlyList<string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (Failure is not null) throw Failure;
        IExperiment experiment = Create();
        IReadOnlyList<string> others = Explained(() => SetOwn(experiment, settings));
        ExperimentPlan plan = Plan(experiment, seed) with { Settings = ExperimentSettings.Kept(_registration.Settings(experiment)) };
        return Explained(() => PlanOverrides.Apply(plan, others));
    }

    /// <summary>Sets the experiment's own properties.</summary>
    /// <returns>The settings that are not the experiment's.</returns>
    private List<string> SetOwn(IExperiment experiment, IReadOnlyList<string> settings)
    {
        IReadOnlyList<Setting<IExperiment>> own = _registration.Settings(experiment);
        List<string> others = [];
        foreach (string setting in settings)
        {
            PathValue change = PathValue.Of(setting);
            if (own.FirstOrDefault(known => NameSuggestions.Same(known.Name, change.Path)) is { } found) found.Set(change.Value);
            else others.Add(setting);
        }

        return others;
    }

    private T Explained<T>(Func<T> set)
    {
        try
        {
            return set();
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

    private ExperimentPlan Plan(IExperiment experiment, int seed)
    {
        try
        {
            return experiment.Plan(new Seeds(seed));
        }
        catch (Exception exception) when (exception is ResearchException or IOException or UnauthorizedAccessException)
        {
            throw new ResearchException($"Experiment '{Name}' cannot be run: {exception.Message}", exception);
        }
        catch (Exception exception)
        {
            throw new UserCodeException($"Experiment '{Name}' cannot be run", exception);
        }
    }

    private IExperiment Create() =>
        Creation.Of($"Experiment {_registration.TypeName} cannot be created", () => _registration.Create(_services, _cell));
}
