using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Models;
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
        foreach (FramedDataset data in new[] { plan.Data, plan.TestData }.OfType<FramedDataset>())
        {
            try
            {
                data.Validate();
            }
            catch (ResearchException exception)
            {
                findings.Add(exception.Message);
            }

            if (plan.Training.Loss.Finding(data) is { } mismatch) findings.Add(mismatch);
            if (plan.Model.Layers[0] is EmbeddingLayer embedding && Finding(embedding, data) is { } symbol) findings.Add(symbol);
        }

        if (plan.TestData is { } test && test.Features != plan.Data.Features)
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"test data '{test.Description}': expected {plan.Data.Features} features, as in '{plan.Data.Description}', got {test.Features}"));
        findings.AddRange(plan.Training.Findings().Select(finding => $"training: {finding}"));
        if (plan.State.CarriesBetweenBatches && plan.Training.Shuffle) findings.Add(Trainer.ShuffledState(plan.State));

        findings.AddRange(plan.Probes.Select(probe => Finding(probe, plan.Data)).OfType<string>());
        return findings;
    }

    private static string? Finding(EmbeddingLayer embedding, FramedDataset data)
    {
        int wrong = Array.FindIndex(data.Inputs, value => value != (int)value || value < 0 || value >= embedding.Symbols);
        return wrong < 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"embedding '{embedding.Name}': expected whole numbers from 0 to {embedding.Symbols - 1}, got {data.Inputs[wrong]} at sample {wrong / (data.TimeSteps * data.Features)} of '{data.Description}'");
    }

    private static string? Finding(Generate probe, FramedDataset data)
    {
        if (data.Text is not { } text) return $"probe '{probe}': the data '{data.Description}' is not text, so nothing can be generated from it";
        if (probe.Prompt.Length < text.MinimumHistory)
            return string.Create(CultureInfo.InvariantCulture, $"probe '{probe}': expected a prompt of at least {text.MinimumHistory} symbols, got {probe.Prompt.Length}");
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
