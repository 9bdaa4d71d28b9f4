using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Metrics;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>Runs one plan with one seed: compile, train, evaluate, generate. Safe for use by several threads at once.</summary>
/// <param name="time">The clock that measures <see cref="ExperimentResult.Seconds"/>.</param>
/// <param name="services">Where the observers of every run come from; null for none.</param>
public sealed class ExperimentRunner(TimeProvider time, IServiceProvider? services = null) : IExperimentRunner
{
    /// <summary>Bytes of the machine.</summary>
    internal long Memory { get; init; } = PredictionRoom.Machine;

    private IEnumerable<ObserverRegistration> Registered => services?.GetServices<ObserverRegistration>() ?? [];

    /// <inheritdoc/>
    public long Check(ExperimentRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return UserCodeException.Guard($"Experiment '{run.Experiment}' cannot be run", () =>
        {
            PlanValidator.RequireNoErrors(run.Experiment, PlanValidator.Findings(run.Plan, run.Engine, Memory));
            foreach (ObserverRegistration observer in Registered)
            {
                if (observer.Finding(services!) is { } finding) throw new ResearchException($"Observer {observer.Name} cannot be created: {finding}");
            }

            return run.Plan.Model.Graph(run.Plan.Data).ParameterCount;
        });
    }

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentRun run, ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ExperimentPlan plan = run.Plan;
        Seeds seeds = new(run.Seed);
        PlanValidator.RequireNoErrors(run.Experiment, PlanValidator.Findings(plan, run.Engine, Memory));
        long start = time.GetTimestamp();
        using ICompiledModel model = Compile(run, seeds, cancellation);
        TrainingSummary summary = Train(model, run, observer, cancellation);
        PlanEvaluation evaluation = PlanEvaluation.Of(model, plan, Memory, cancellation);
        Predictions[] forecasts = [.. plan.Forecasts.Select(forecast => new Predictions(
            forecast.Data, forecast.Data.Target, Generation.Forecast(model, plan.State, forecast.Data.Input, forecast.Options, cancellation)))];
        GeneratedText[] generated = [.. plan.Probes.Select((_, index) => Generate(model, plan, index, seeds, cancellation))];
        return new ExperimentResult
        {
            Experiment = run.Experiment,
            Cell = run.Cell,
            Engine = run.Engine.Name,
            Device = (run.Engine as IDeviceEngine)?.Device,
            Seed = run.Seed,
            Plan = plan,
            ParameterCount = model.Graph.ParameterCount,
            Metrics =
            [
                .. evaluation.Metrics,
                .. plan.Forecasts.Zip(forecasts).SelectMany(pair => pair.First.Metrics.Select(metric => new MetricValue($"{pair.First.Name}/{metric.Name}", metric.Evaluate(pair.Second)))),
            ],
            Outputs = [.. evaluation.Outputs, .. plan.Forecasts.Zip(forecasts, (forecast, made) => PlanEvaluation.Result(made) with { Name = forecast.Name })],
            Generated = generated,
            EpochLosses = summary.EpochLosses,
            Curves = summary.Curves,
            StoppedEarly = summary.StoppedEarly,
            BestEpoch = summary.BestEpoch,
            Steps = summary.Steps,
            Seconds = time.GetElapsedTime(start).TotalSeconds,
            Fingerprint = Fingerprint(model),
        };
    }

    private TrainingSummary Train(ICompiledModel model, ExperimentRun run, ITrainingObserver? observer, CancellationToken cancellation)
    {
        ExperimentPlan plan = run.Plan;
        ITrainingObserver[] shared = services is null ? [] : UserCodeException.Guard("An observer cannot be created", () => services.GetServices<ITrainingObserver>().ToArray());
        ITrainingObserver[] own = [.. Registered.Select(registration => registration.Create(services!, run))];
        TrainingSummary summary;
        try
        {
            TrainingRun training = new(model, plan.Training, plan.State, new Seeds(run.Seed))
            {
                Validation = plan.ValidationData,
                Memory = Memory,
                Metrics = plan.ValidationData is null && plan.Training.ValidationShare is null ? [] : plan.Metrics,
                Observers = [.. observer is null ? (ITrainingObserver[])[] : [observer], .. shared, .. own],
            };
            summary = training.Train(plan.Data, cancellation);
        }
        catch
        {
            Dispose(own, _ => { }); // what ended the training is what is to be told
            throw;
        }

        Dispose(own, failure => throw failure);
        return summary;
    }

    private static void Dispose(ITrainingObserver[] observers, Action<UserCodeException> failed)
    {
        foreach (ITrainingObserver observer in observers)
        {
            if (observer is not IDisposable disposable) continue;
            try
            {
                disposable.Dispose();
            }
            catch (Exception exception)
            {
                failed(new UserCodeException($"observer '{observer.GetType().Name}'", exception));
            }
        }
    }

    private static ICompiledModel Compile(ExperimentRun run, Seeds seeds, CancellationToken cancellation)
    {
        ExperimentPlan plan = run.Plan;
        try
        {
            return run.Engine.Compile(plan.Model.Graph(plan.Data), plan.Training.Objective, seeds, plan.Training.Threads, cancellation);
        }
        catch (ResearchException exception)
        {
            throw new ResearchException($"Experiment '{run.Experiment}' cannot be run: {exception.Message}", exception);
        }
    }

    private static GeneratedText Generate(ICompiledModel model, ExperimentPlan plan, int index, Seeds seeds, CancellationToken cancellation)
    {
        Probe probe = plan.Probes[index];
        GenerationOptions options = probe.Options with { Stream = string.Create(CultureInfo.InvariantCulture, $"{probe.Options.Stream}/{index}") };
        return new GeneratedText(probe.Prompt, Generation.Generate(model, plan.Data.Text!, plan.State, [probe.Prompt], options, seeds, cancellation)[0]);
    }

    private static string Fingerprint(ICompiledModel model)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (WeightDescription weight in model.Graph.Weights)
            hash.AppendData(MemoryMarshal.AsBytes(model.GetWeight(weight.Name).AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
