using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReadersProject;
using Research.Cells;
using Research.Framework.Data;
using Research.Framework.Experiments;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests;

/// <summary>Validation, early stopping and observers of an experiment, from the plan to the result and its file.</summary>
public sealed class ValidationTests
{
    private static readonly string[] Stopping = ["training.early_stopping.patience=3", "training.early_stopping.restore_best=true", "training.validation_share=0.25", "training.epochs=200"];

    [Test]
    public void Result_HoldsCurves_AndWhereTrainingStopped()
    {
        ExperimentResult result = Catalog(_ => { }).Run("noisy-wave", seed: 1, settings: Stopping);
        int epochs = result.EpochLosses.Count;
        Assert.That(result.StoppedEarly);
        Assert.That(epochs, Is.LessThan(200).And.EqualTo(result.BestEpoch + 3));
        Assert.That(result.Curves.Select(curve => curve.Name), Is.EqualTo(["training/loss", "validation/loss", "validation/root_mean_squared_error"]));
        Assert.That(result.Curves.Select(curve => curve.Values.Count), Is.All.EqualTo(epochs));
        Assert.That(result.Curve("training/loss"), Is.EqualTo(result.EpochLosses));
        Assert.That(result.Curve("validation/loss").Min(), Is.EqualTo(result.Curve("validation/loss")[result.BestEpoch!.Value - 1]));

        // The same as that many epochs without any validation, of the data without their last quarter.
        ExperimentPlan plan = new NoisyWave(Catalog(_ => { }).Cell("lstm")).Plan(new Seeds(1));
        Dataset learnt = plan.Data.Part(0, plan.Data.Samples - (int)Math.Round(0.25 * plan.Data.Samples, MidpointRounding.AwayFromZero));
        Assert.That(Run(plan with { Data = learnt, Training = plan.Training with { Epochs = result.BestEpoch!.Value } }).Fingerprint, Is.EqualTo(result.Fingerprint));
    }

    [Test]
    public void ValidationData_AreShown_AndChangeNothing()
    {
        ExperimentPlan plan = new NoisyWave(Catalog(_ => { }).Cell("lstm")).Plan(new Seeds(1)) with { Training = new() { Epochs = 3, Loss = Loss.MeanSquaredError } };
        ExperimentPlan validated = plan with { ValidationData = plan.TestData };
        Assert.That(PlanFields.Of(validated).Single(field => field.Name == "validation_data.description").ToString(), Is.EqualTo("how it goes on"));
        Assert.That(Run(validated).Fingerprint, Is.EqualTo(Run(plan).Fingerprint));
        Assert.That(Run(validated).Curve("validation/root_mean_squared_error")[^1], Is.EqualTo(Run(plan).Metric("root_mean_squared_error")));
    }

    [Test]
    public void MetricsOfSeveralOutputs_AreOfTheirOutput()
    {
        ExperimentPlan plan = new()
        {
            Data = new Dataset
            {
                Description = "two",
                Samples = 2,
                Input = new() { TimeSteps = 1, Features = 1, Values = [0, 1] },
                Targets = [new() { Name = "double", Width = 1, Values = [0, 2] }, new() { Name = "negative", Width = 1, Values = [0, -1] }],
            },
            Model = Model.Build(model =>
            {
                model.Output("double", model.Add(new DenseLayer(1), model.Input()));
                model.Output("negative", model.Add(new DenseLayer(1), model.Input()));
            }),
            Training = new() { Epochs = 400, Loss = Loss.MeanSquaredError, Optimizer = new Adam { LearningRate = 0.1 } },
            Metrics = [Metric.MeanSquaredError.For("double"), Metric.Of("least", predictions => predictions.Values.Min()).For("negative")],
        };
        ExperimentResult result = Run(plan);
        Assert.That(result.Metric("double/mean_squared_error"), Is.LessThan(1e-4));
        Assert.That(result.Metric("negative/least"), Is.EqualTo(-1).Within(1e-2));
        Assert.That(result.Curves.Select(curve => curve.Name), Is.EqualTo(["training/loss", "training/double/loss", "training/negative/loss"]));
    }

    [Test]
    public async Task Curves_AreWrittenToJson()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            string[] arguments = ["run", "noisy-wave", "--quiet", "--json", file, .. Stopping.SelectMany(setting => new[] { "--set", setting })];
            Assert.That(await ResearchHost.RunAsync(arguments, services => services.AddResearchCells().AddExperiment<NoisyWave>()), Is.Zero);
            JsonElement entry = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement[0], run = entry.GetProperty("runs")[0];
            Assert.That(run.GetProperty("stopped_early").GetBoolean());
            int best = run.GetProperty("best_epoch").GetInt32();
            JsonElement curves = run.GetProperty("curves");
            Assert.That(curves.EnumerateObject().Select(curve => curve.Name), Is.EqualTo(["training/loss", "validation/loss", "validation/root_mean_squared_error"]));
            Assert.That(curves.EnumerateObject().Select(curve => curve.Value.GetArrayLength()), Is.All.EqualTo(best + 3));
            JsonElement training = entry.GetProperty("plan").GetProperty("training");
            Assert.That(training.GetProperty("early_stopping").GetProperty("restore_best").GetBoolean());
            Assert.That(training.GetProperty("reduce_on_plateau").GetProperty("patience").GetString(), Is.EqualTo("none"));
            Assert.That(training.GetProperty("validation_share").GetDouble(), Is.EqualTo(0.25));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public async Task Observers_AreMadeForEachRun_AndDisposedOfWithIt()
    {
        Log log = new();
        string[] arguments = ["run", "noisy-wave", "--quiet", "--seeds", "4", "--threads", "3", "--set", "training.epochs=9"];
        Assert.That(await ResearchHost.RunAsync(arguments, services => services.AddResearchCells().AddExperiment<NoisyWave>().AddSingleton(log).AddObserver<Logger>()), Is.Zero);
        Assert.That(log.Lines, Has.Count.EqualTo(4));
        Assert.That(log.Lines.Order(), Is.EqualTo(Enumerable.Range(1, 4).Select(seed => string.Create(CultureInfo.InvariantCulture, $"noisy-wave, seed {seed}: 1 2 3 4 5"))));
    }

    [Test]
    public void Observers_AsAFunctionOrShared_AreToldToo()
    {
        Shared shared = new();
        ExperimentCatalog catalog = Catalog(services => services
            .AddSingleton<ITrainingObserver>(shared)
            .AddObserver(run => new Stopper(run.Seed)));
        string[] settings = ["training.epochs=9"];
        Assert.That(catalog.Run("noisy-wave", seed: 2, settings: settings).EpochLosses, Has.Count.EqualTo(2));
        Assert.That(catalog.Run("noisy-wave", seed: 4, settings: settings).EpochLosses, Has.Count.EqualTo(4));
        Assert.That(shared.Epochs, Is.EqualTo(6));
    }

    [Test]
    public async Task ObserverThatThrows_FailsItsOwnRun()
    {
        CommandLineRun run = await CommandLineRun.Of(
            ["run", "noisy-wave", "--engine", "managed", "--quiet", "--seeds", "2", "--set", "training.epochs=2"],
            new ExperimentRunner(TimeProvider.System, new ServiceCollection().AddObserver(run => new Breaking(run.Seed)).BuildServiceProvider()),
            services => services.AddEngine<ManagedEngine>().AddResearchCells().AddExperiment<NoisyWave>());
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.StartWith("noisy-wave, seed 2 failed: observer 'Breaking': InvalidCastException: oops"));
        Assert.That(run.Output, Does.Match("noisy-wave +1 "));
    }

    private static ExperimentCatalog Catalog(Action<IServiceCollection> more)
    {
        ServiceCollection services = new();
        services.AddResearch().AddResearchCells().AddExperiment<NoisyWave>();
        more(services);
        return services.BuildServiceProvider().GetRequiredService<ExperimentCatalog>();
    }

    private static ExperimentResult Run(ExperimentPlan plan) =>
        new ExperimentRunner(TimeProvider.System).Run(new() { Experiment = "test", Cell = "lstm", Engine = new ManagedEngine(), Plan = plan, Seed = 1 });

    private sealed class Log
    {
        public List<string> Lines { get; } = [];

        public void Write(string line)
        {
            lock (Lines) Lines.Add(line);
        }
    }

    private sealed class Logger(ExperimentRun run, Log log) : ITrainingObserver, IDisposable
    {
        private string _line = string.Create(CultureInfo.InvariantCulture, $"{run.Experiment}, seed {run.Seed}:");

        public void EpochEnded(EpochEnd epoch)
        {
            _line += string.Create(CultureInfo.InvariantCulture, $" {epoch.Epoch}");
            if (epoch.Epoch == 5) epoch.Stop();
        }

        public void Dispose() => log.Write(_line);
    }

    private sealed class Stopper(int at) : ITrainingObserver
    {
        public void EpochEnded(EpochEnd epoch)
        {
            if (epoch.Epoch == at) epoch.Stop();
        }
    }

    private sealed class Shared : ITrainingObserver
    {
        private int _epochs;

        public int Epochs => _epochs;

        public void EpochEnded(EpochEnd epoch) => Interlocked.Increment(ref _epochs);
    }

    private sealed class Breaking(int seed) : ITrainingObserver
    {
        public void EpochEnded(EpochEnd epoch)
        {
            if (seed == 2) throw new InvalidCastException("oops");
        }
    }
}
