using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>Runs one plan with one seed: compile, train, evaluate, generate. Safe for use by several threads at once.</summary>
/// <param name="engine">What trains.</param>
/// <param name="time">The clock that measures <see cref="ExperimentResult.Seconds"/>.</param>
public sealed class ExperimentRunner(IEngine engine, TimeProvider time)
{
    /// <summary>Checks that a plan can be run, shapes between layers and targets included: it is compiled, and nothing is trained.</summary>
    /// <param name="experiment">The experiment's name, for messages.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="seeds">The seed's streams.</param>
    /// <exception cref="ResearchException">The plan cannot be run: the message says why.</exception>
    public void Check(string experiment, ExperimentPlan plan, Seeds seeds)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(seeds);
        PlanValidator.RequireNoErrors(experiment, PlanValidator.Findings(plan));
        _ = Compile(experiment, plan, seeds);
    }

    /// <summary>Runs a plan.</summary>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="cell">The cell's registered name.</param>
    /// <param name="plan">The plan; checked before anything runs.</param>
    /// <param name="seeds">The seed's streams.</param>
    /// <param name="observer">Told about each epoch; null for nobody.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <exception cref="ResearchException">The plan cannot be run: the message lists every error.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ExperimentResult Run(string experiment, string cell, ExperimentPlan plan, Seeds seeds, ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(seeds);
        PlanValidator.RequireNoErrors(experiment, PlanValidator.Findings(plan));
        long start = time.GetTimestamp();
        ICompiledModel model = Compile(experiment, plan, seeds);
        Trainer trainer = new(model, plan.State, plan.Training, seeds);
        TrainingSummary summary = trainer.Train(plan.Data, observer, cancellation);
        Predictions predictions = trainer.Predict(plan.EvaluatedData, cancellation);
        GeneratedText[] generated = [.. plan.Probes.Select(probe => Generate(model, plan, probe, cancellation))];
        return new ExperimentResult
        {
            Experiment = experiment,
            Cell = cell,
            Engine = engine.Name,
            Seed = seeds.Root,
            Plan = plan,
            ParameterCount = model.ParameterCount,
            Metrics = [.. plan.Metrics.Select(metric => new MetricValue(metric.Name, metric.Evaluate(predictions)))],
            Predictions = Label(predictions),
            Outputs = predictions.Values,
            Generated = generated,
            EpochLosses = summary.EpochLosses,
            Steps = summary.Steps,
            Seconds = time.GetElapsedTime(start).TotalSeconds,
            Fingerprint = Fingerprint(model),
        };
    }

    private ICompiledModel Compile(string experiment, ExperimentPlan plan, Seeds seeds)
    {
        ICompiledModel model;
        try
        {
            model = engine.Compile(plan.Model, plan.Data.Features, plan.Training, seeds);
        }
        catch (ResearchException exception)
        {
            throw new ResearchException($"Experiment '{experiment}' cannot be run: {exception.Message}", exception);
        }

        RequireTargets(model, plan.Data, experiment);
        if (plan.TestData is not null) RequireTargets(model, plan.TestData, experiment);
        return model;
    }

    private static void RequireTargets(ICompiledModel model, FramedDataset data, string experiment)
    {
        int steps = model.OutputSteps(data.TimeSteps);
        if (data.TargetWidth != model.OutputWidth || data.TargetSteps != steps)
        {
            throw new ResearchException(string.Create(
                CultureInfo.InvariantCulture,
                $"Experiment '{experiment}' cannot be run: the model yields [{steps}, {model.OutputWidth}] for each sample, the data's targets are [{data.TargetSteps}, {data.TargetWidth}] ('{data.Description}'). Change the last layer's units, or whether the last recurrent layer returns sequences."));
        }
    }

    private static GeneratedText Generate(ICompiledModel model, ExperimentPlan plan, Generate probe, CancellationToken cancellation)
    {
        ITextFraming text = plan.Data.Text!;
        RecurrentState recurrent = model.CreateState();
        float[] scores = new float[model.OutputSteps(plan.Data.TimeSteps) * model.OutputWidth];
        string[] prompt = probe.PromptSymbols;
        int fed = text.MinimumHistory - 1, kept = 0;
        StringBuilder history = new(string.Concat(prompt.Take(fed))), generated = new();
        for (int step = 0; kept < probe.Symbols; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            // The prompt is fed symbol by symbol; only once it is used up are predictions kept and fed back.
            if (fed < prompt.Length) history.Append(prompt[fed++]);
            FramedDataset input = new()
            {
                Description = "one step of generation",
                Samples = 1,
                TimeSteps = plan.Data.TimeSteps,
                Features = plan.Data.Features,
                Inputs = text.Encode(history.ToString()),
                TargetWidth = model.OutputWidth,
            };
            Batch batch = new(input, 1) { Rows = 1 };
            BatchContext context = new(Phase.Generate, 0, step, 1, [step == 0]);
            batch.RowStates[0] = plan.State.Before(context, 0);
            model.PredictBatch(batch, recurrent, scores);
            if (fed < prompt.Length) continue;
            string symbol = text.Decode(new Predictions(input, scores[^model.OutputWidth..]).PredictedClass(0));
            generated.Append(symbol);
            history.Append(symbol);
            kept++;
        }

        return new GeneratedText(probe.Prompt, generated.ToString());
    }

    private static LabelledPrediction[] Label(Predictions predictions)
    {
        FramedDataset data = predictions.Data;
        if (data.TargetClasses is null) return [];
        string separator = data.Text is null ? " " : "";
        LabelledPrediction[] labelled = new LabelledPrediction[data.Samples];
        for (int sample = 0; sample < data.Samples; sample++)
        {
            List<string> expected = [], predicted = [];
            for (int step = 0; step < data.TargetSteps; step++)
            {
                int row = sample * data.TargetSteps + step;
                if (!predictions.Counts(row)) continue;
                expected.Add(Symbol(data.TargetClasses[row]));
                predicted.Add(Symbol(predictions.PredictedClass(row)));
            }

            string input = data.InputLabels?[sample] ?? string.Create(CultureInfo.InvariantCulture, $"sample {sample}");
            labelled[sample] = new LabelledPrediction(input, string.Join(separator, expected), string.Join(separator, predicted));
        }

        return labelled;

        string Symbol(int index) => data.Text?.Decode(index) ?? index.ToString(CultureInfo.InvariantCulture);
    }

    private static string Fingerprint(ICompiledModel model)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (WeightDescription weight in model.Weights)
            hash.AppendData(MemoryMarshal.AsBytes(model.GetWeight(weight.Name).AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
