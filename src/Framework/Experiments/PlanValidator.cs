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
    /// <summary>Everything that is wrong with a plan; empty when it can run. Shapes between layers are checked by the engine.</summary>
    /// <param name="plan">The plan.</param>
    public static IReadOnlyList<string> Findings(ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        List<string> findings = [];
        bool usable = true;
        foreach (Dataset data in new[] { plan.Data, plan.TestData }.OfType<Dataset>())
        {
            try
            {
                data.Validate();
            }
            catch (ResearchException exception)
            {
                findings.Add(exception.Message);
                usable = false;
                continue;
            }

            if (plan.Training.Loss.RangeFinding(data, data.Target) is { } range) findings.Add(range);
            if (plan.Training.Loss.Finding(data, data.Target) is { } mismatch) findings.Add(mismatch);
            if (plan.Model.Layers[0] is EmbeddingLayer embedding && Finding(embedding, data) is { } symbol) findings.Add(symbol);
        }

        if (usable && plan.TestData is { } test && test.Input.Features != plan.Data.Input.Features)
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"test data '{test.Description}': expected {plan.Data.Input.Features} features, as in '{plan.Data.Description}', got {test.Input.Features}"));
        findings.AddRange(plan.Training.Findings().Select(finding => $"training: {finding}"));
        if (plan.State.CarriesBetweenBatches && plan.Training.Shuffle) findings.Add(Trainer.ShuffledState(plan.State));

        if (plan.Model.Layers[^1] is DenseLayer dense && Finding(dense, plan.Training.Loss) is { } end) findings.Add(end);
        findings.AddRange(plan.Metrics.GroupBy(metric => metric.Name).Where(same => same.Count() > 1)
            .Select(same => $"metrics: {same.Count()} are called '{same.Key}', and figures are found by name; give each a name of its own"));
        if (usable) findings.AddRange(plan.Metrics.Select(metric => Finding(metric, plan.EvaluatedData)).OfType<string>());
        findings.AddRange(plan.Probes.Select(probe => Finding(probe, plan.Data)).OfType<string>());
        return findings;
    }

    private static string? Finding(EmbeddingLayer embedding, Dataset data)
    {
        int wrong = Array.FindIndex(data.Input.Values, value => value != (int)value || value < 0 || value >= embedding.Symbols);
        return wrong < 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"embedding '{embedding.Name}': expected whole numbers from 0 to {embedding.Symbols - 1}, got {data.Input.Values[wrong]} at sample {wrong / (data.Input.TimeSteps * data.Input.Features)} of '{data.Description}'");
    }

    // Both would run, and learn little or nothing.
    private static string? Finding(DenseLayer last, Loss loss) => last switch
    {
        { Units: 1 } when last.Activation == Activation.Softmax => $"layer '{last.Name}': softmax over 1 unit is always 1; for two classes end the model in 2 units, or in 1 of '{Activation.Sigmoid.Name}' with the loss '{Loss.BinaryCrossEntropy.Name}'",
        _ when loss == Loss.BinaryCrossEntropy && last.Activation == Activation.Linear => $"the loss '{loss.Name}' needs probabilities, but layer '{last.Name}' is linear; end the model in '{Activation.Sigmoid.Name}'",
        _ => null,
    };

    // A metric that does not fit the targets should not be found out after the training: it is tried on made-up predictions,
    // of which all count that the target itself does not mask: what the model masks is known only when it runs.
    private static string? Finding(IMetric metric, Dataset data)
    {
        TargetBlock target = data.Target;
        float[] predictions = new float[(long)data.Samples * target.TimeSteps * target.Width];
        Array.Fill(predictions, 1f / target.Width);
        try
        {
            _ = metric.Evaluate(new Predictions(data, target, predictions));
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

    private static string? Finding(Generate probe, Dataset data)
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
