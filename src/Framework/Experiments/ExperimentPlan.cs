using Research.Framework.Data;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>How an experiment's components are assembled: immutable data.</summary>
public sealed record ExperimentPlan
{
    /// <summary>What is learnt, and evaluated after training unless there is <see cref="TestData"/>.</summary>
    public required Dataset Data { get; init => field = Required.Value(value); }

    /// <summary>
    /// What is evaluated after training instead: samples that were not learnt, with the features and the target width of
    /// <see cref="Data"/>; time steps and number of samples may differ. Metrics and predictions are of these.
    /// </summary>
    /// <value>Default null: the samples that were learnt.</value>
    public Dataset? TestData { get; init; }

    /// <summary>
    /// What judges the model after each epoch, with the loss and <see cref="Metrics"/>: samples that are not learnt, with the
    /// features and the target width of <see cref="Data"/>. They change no bit of the training but where
    /// <see cref="TrainingOptions.EarlyStopping"/> or <see cref="TrainingOptions.ReduceOnPlateau"/> watch them.
    /// </summary>
    /// <value>Default null: none, or a share of the data, <see cref="TrainingOptions.ValidationShare"/>.</value>
    public Dataset? ValidationData { get; init; }

    /// <summary>What is evaluated after training: <see cref="TestData"/>, or <see cref="Data"/> where there is none.</summary>
    public Dataset EvaluatedData => TestData ?? Data;

    /// <summary>The model: its inputs, layers and outputs.</summary>
    public required Model Model { get; init => field = Required.Value(value); }

    /// <summary>When each row's state is zeroed or carried.</summary>
    /// <value>Default <see cref="StatePolicy.Stateless"/>.</value>
    public IStatePolicy State { get; init => field = Required.Value(value); } = StatePolicy.Stateless;

    /// <summary>How long and how it is trained.</summary>
    public TrainingOptions Training { get; init => field = Required.Value(value); } = new();

    /// <summary>
    /// Figures of merit after training, and of the validation data after each epoch, in the order in which they are shown. Of a
    /// model with several outputs each says which one it judges: <c>Metric.Accuracy.For("answer")</c>.
    /// </summary>
    public IReadOnlyList<IMetric> Metrics { get; init => field = Required.Each(value); } = [];

    /// <summary>Texts to generate after training.</summary>
    public IReadOnlyList<Probe> Probes { get; init => field = Required.Each(value); } = [];

    /// <summary>Numbers to forecast after training by feeding outputs back; each is an output of the result, with metrics after the plan's.</summary>
    /// <value>Default empty.</value>
    public IReadOnlyList<ForecastProbe> Forecasts { get; init => field = Required.Each(value); } = [];

    /// <summary>The settings of the experiment that made the plan, with their values; they cannot be set here any more.</summary>
    /// <value>Empty for a plan that no catalog made, or where the experiment has none.</value>
    public IReadOnlyList<Setting<ExperimentPlan>> Settings { get; internal init; } = [];

    /// <summary>What others report for this experiment, shown beside the result; null when nothing is known.</summary>
    public PublishedFigure? Published { get; init; }

    /// <summary>A copy that learns other data.</summary>
    /// <param name="data">The data.</param>
    public ExperimentPlan WithData(Dataset data) => this with { Data = data };

    /// <summary>A copy that evaluates other data after training.</summary>
    /// <param name="data">The data; null for those that are learnt.</param>
    public ExperimentPlan WithTestData(Dataset? data) => this with { TestData = data };

    /// <summary>A copy that is judged by other data after each epoch.</summary>
    /// <param name="data">The data; null for none.</param>
    public ExperimentPlan WithValidationData(Dataset? data) => this with { ValidationData = data };

    /// <summary>A copy with another model.</summary>
    /// <param name="model">The model.</param>
    public ExperimentPlan WithModel(Model model) => this with { Model = model };

    /// <summary>A copy with another state policy.</summary>
    /// <param name="state">The policy.</param>
    public ExperimentPlan WithState(IStatePolicy state) => this with { State = state };

    /// <summary>A copy that is trained in another way.</summary>
    /// <param name="training">How.</param>
    public ExperimentPlan WithTraining(TrainingOptions training) => this with { Training = training };

    /// <summary>A copy with other metrics.</summary>
    /// <param name="metrics">The metrics, in the order in which they are shown.</param>
    public ExperimentPlan WithMetrics(params IReadOnlyList<IMetric> metrics) => this with { Metrics = metrics };

    /// <summary>A copy that generates other texts.</summary>
    /// <param name="probes">The probes, in the order in which they are shown.</param>
    public ExperimentPlan WithProbes(params IReadOnlyList<Probe> probes) => this with { Probes = probes };
}
