using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>Checks a plan before anything runs.</summary>
public static class PlanValidator
{
    /// <summary>
    /// All that is wrong with a plan, and what is likely not meant; a plan without errors can run. Shapes between layers are
    /// checked by the engine.
    /// </summary>
    /// <param name="plan">The plan.</param>
    public static IReadOnlyList<Finding> Findings(ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        TrainingOptions training = plan.Training;
        List<Finding> findings = [];
        bool usable = CheckData(findings, "data", plan.Data, plan);
        if (plan.TestData is { } test)
        {
            usable &= CheckData(findings, "test_data", test, plan);
            if (test.Features != plan.Data.Features)
                Add(findings, "test_data", string.Create(CultureInfo.InvariantCulture, $"test data '{test.Description}': expected {plan.Data.Features} features, as in '{plan.Data.Description}', got {test.Features}"));
        }

        foreach (string finding in training.Findings()) Add(findings, "training", $"training: {finding}");
        foreach (string warning in training.Optimizer.Warnings())
            findings.Add(new(Severity.Warning, "training.optimizer", $"training: {training.Optimizer.Name} {warning}"));
        if (training.EarlierBatches > 0 && !plan.State.CarriesBetweenBatches)
            findings.Add(new(Severity.Warning, "training.earlier_batches", $"training: earlier batches: the state '{plan.State.Name}' is not carried from batch to batch, so that they make no difference; set another state, or 0"));
        if (plan.State.CarriesBetweenBatches && training.Shuffle) Add(findings, "state", Trainer.ShuffledState(plan.State));

        int last = plan.Model.Layers.Count - 1;
        if (plan.Model.Layers[last] is DenseLayer dense) Add(findings, string.Create(CultureInfo.InvariantCulture, $"model.layers.{last}"), Finding(dense, training.Loss));
        foreach (IGrouping<string, IMetric> same in plan.Metrics.GroupBy(metric => metric.Name).Where(same => same.Count() > 1))
            Add(findings, "metrics", string.Create(CultureInfo.InvariantCulture, $"metrics: {same.Count()} are called '{same.Key}', and figures are found by name; give each a name of its own"));
        for (int i = 0; i < plan.Metrics.Count && usable; i++)
            Add(findings, string.Create(CultureInfo.InvariantCulture, $"metrics.{i}"), Finding(plan.Metrics[i], plan.EvaluatedData));
        for (int i = 0; i < plan.Probes.Count; i++)
            Add(findings, string.Create(CultureInfo.InvariantCulture, $"probes.{i}"), Finding(plan.Probes[i], plan.Data));
        return findings;
    }

    /// <summary>Refuses a plan that cannot run.</summary>
    /// <param name="experiment">The experiment's name, for the message.</param>
    /// <param name="findings">From <see cref="Findings"/>.</param>
    /// <exception cref="ResearchException">There is an error among the findings: the message has all of them.</exception>
    internal static void RequireNoErrors(string experiment, IReadOnlyList<Finding> findings)
    {
        string[] errors = [.. findings.Where(finding => finding.Severity == Severity.Error).Select(finding => finding.Message.TrimEnd('.'))];
        if (errors.Length > 0) throw new ResearchException($"Experiment '{experiment}' cannot be run: {string.Join("; ", errors)}.");
    }

    private static void Add(List<Finding> findings, string subject, string? error)
    {
        if (error is not null) findings.Add(new(Severity.Error, subject, error));
    }

    /// <summary>Checks a dataset, and whether loss and first layer can take it.</summary>
    /// <returns>Whether its blocks are as long as it says, so that it can be read.</returns>
    private static bool CheckData(List<Finding> findings, string subject, FramedDataset data, ExperimentPlan plan)
    {
        try
        {
            data.Validate();
        }
        catch (ResearchException exception)
        {
            Add(findings, subject, exception.Message);
            return false;
        }

        Add(findings, "training.loss", plan.Training.Loss.RangeFinding(data));
        Add(findings, "training.loss", plan.Training.Loss.Finding(data));
        if (plan.Model.Layers[0] is EmbeddingLayer embedding) Add(findings, subject, Finding(embedding, data));
        return true;
    }

    private static string? Finding(EmbeddingLayer embedding, FramedDataset data)
    {
        int wrong = Array.FindIndex(data.Inputs, value => value != (int)value || value < 0 || value >= embedding.Symbols);
        return wrong < 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"embedding '{embedding.Name}': expected whole numbers from 0 to {embedding.Symbols - 1}, got {data.Inputs[wrong]} at sample {wrong / (data.TimeSteps * data.Features)} of '{data.Description}'");
    }

    // Both would run, and learn little or nothing.
    private static string? Finding(DenseLayer last, Loss loss) => last switch
    {
        { Units: 1 } when last.Activation == Activation.Softmax => $"layer '{last.Name}': softmax over 1 unit is always 1; for two classes end the model in 2 units, or in 1 of '{Activation.Sigmoid.Name}' with the loss '{Loss.BinaryCrossEntropy.Name}'",
        _ when loss == Loss.BinaryCrossEntropy && last.Activation == Activation.Linear => $"the loss '{loss.Name}' needs probabilities, but layer '{last.Name}' is linear; end the model in '{Activation.Sigmoid.Name}'",
        _ => null,
    };

    // A metric that does not fit the targets should not be found out after the training: it is tried on made-up predictions.
    private static string? Finding(IMetric metric, FramedDataset data)
    {
        float[] predictions = new float[(long)data.Samples * data.TargetSteps * data.TargetWidth];
        Array.Fill(predictions, 1f / data.TargetWidth);
        try
        {
            _ = metric.Evaluate(new Predictions(data, predictions));
            return null;
        }
        catch (ResearchException exception)
        {
            return exception.Message;
        }
        catch (Exception) // it may be only these predictions that it cannot take
        {
            return null;
        }
    }

    private static string? Finding(Generate probe, FramedDataset data)
    {
        if (data.Text is not { } text) return $"probe '{probe}': the data '{data.Description}' is not text, so nothing can be generated from it";
        if (probe.PromptSymbols.Length < text.MinimumHistory)
            return string.Create(CultureInfo.InvariantCulture, $"probe '{probe}': expected a prompt of at least {text.MinimumHistory} symbols, got {probe.PromptSymbols.Length}");
        try
        {
            _ = text.Encode(probe.Prompt); // symbols that the data do not have
            return null;
        }
        catch (ResearchException exception)
        {
            return $"probe '{probe}': {exception.Message}";
        }
    }
}
