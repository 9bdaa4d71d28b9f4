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

            foreach (TargetBlock target in data.Targets)
            {
                Loss loss = plan.Training.Objective.LossOf(target.Name);
                if (loss.RangeFinding(data, target) is { } range) findings.Add(range);
                if (loss.Finding(data, target) is { } mismatch) findings.Add(mismatch);
            }
        }

        if (usable) findings.AddRange(ModelFindings(plan));
        if (!usable) findings.AddRange(plan.Training.Objective.Findings().Select(finding => finding.Message));
        findings.AddRange(plan.Training.Findings().Select(finding => $"training: {finding}"));
        if (plan.State.CarriesBetweenBatches && plan.Training.Shuffle) findings.Add(Trainer.ShuffledState(plan.State));

        findings.AddRange(plan.Metrics.GroupBy(metric => metric.Name).Where(same => same.Count() > 1)
            .Select(same => $"metrics: {same.Count()} are called '{same.Key}', and figures are found by name; give each a name of its own"));
        if (usable) findings.AddRange(plan.Metrics.Select(metric => Finding(metric, plan.EvaluatedData)).OfType<string>());
        findings.AddRange(plan.Probes.Select(probe => Finding(probe, plan.Data)).OfType<string>());
        return findings;
    }

    // The model, its objective, and whether they fit each of the plan's datasets.
    private static List<string> ModelFindings(ExperimentPlan plan)
    {
        ModelGraph graph;
        try
        {
            graph = plan.Model.Graph(plan.Data);
        }
        catch (ResearchException exception)
        {
            return [exception.Message];
        }

        List<string> findings = [.. plan.Training.Objective.Findings(graph).Select(finding => finding.Message)];
        foreach (Dataset data in new[] { plan.Data, plan.TestData }.OfType<Dataset>())
        {
            IReadOnlyList<string> misfits = graph.Findings(data, needsTargets: true);
            findings.AddRange(misfits);
            if (misfits.Count == 0) findings.AddRange(graph.Nodes.OfType<LookupNode>().Select(lookup => Finding(lookup, data)).OfType<string>());
        }

        return findings;
    }

    private static string? Finding(LookupNode lookup, Dataset data)
    {
        if (lookup.Inputs[0] is not InputNode input) return null;
        InputBlock block = data.FindInput(input.Name);
        int wrong = Array.FindIndex(block.Values, value => value != (int)value || value < 0 || value >= lookup.Symbols);
        return wrong < 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"embedding '{lookup.Name}': expected whole numbers from 0 to {lookup.Symbols - 1}, got {block.Values[wrong]} at sample {wrong / block.TimeSteps} of '{data.Description}'");
    }

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
