using Research.Framework.Equations;
using Research.Framework.Experiments;

namespace Research.Framework.Hosting;

/// <summary>A registered experiment with the cell chosen for it.</summary>
internal sealed class CatalogExperiment
{
    private readonly ExperimentRegistration _registration;
    private readonly IServiceProvider _services;
    private readonly ICellFactory _cell;

    public CatalogExperiment(ExperimentRegistration registration, IServiceProvider services, ICellFactory cell)
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

    public string Name { get; }

    public string Summary { get; }

    public ICellFactory Cell => _cell;

    /// <summary>The plan of one seed with overrides applied; safe to call from several threads.</summary>
    public ExperimentPlan Plan(int seed, IReadOnlyList<string> settings)
    {
        ExperimentPlan plan = Create().Plan(new Seeds(seed));
        try
        {
            return settings.Count == 0 ? plan : PlanOverrides.Apply(plan, settings, _cell);
        }
        catch (ResearchException exception)
        {
            throw new ResearchException($"--set for {Name}: {exception.Message}", exception);
        }
    }

    private IExperiment Create()
    {
        try
        {
            return _registration.Create(_services, _cell);
        }
        catch (InvalidOperationException exception) // dependency injection found no service for a constructor's parameter
        {
            throw new ResearchException($"An experiment cannot be created: {exception.Message} Register what its constructor asks for.", exception);
        }
    }
}
