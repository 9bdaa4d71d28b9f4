using System.Globalization;
using Research.Framework.State;

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
        try
        {
            plan.Data.Validate();
        }
        catch (ResearchException exception)
        {
            findings.Add(exception.Message);
        }

        findings.AddRange(plan.Training.Findings().Select(finding => $"training: {finding}"));
        if (plan.State.CarriesBetweenBatches && plan.Training.Shuffle)
        {
            findings.Add($"state '{plan.State.Name}' carries state from batch to batch, but training shuffles: a row's state would be handed to an unrelated sample. "
                + $"Set training.shuffle=false or state={StatePolicy.Stateless.Name}");
        }

        foreach (Generate probe in plan.Probes)
        {
            if (plan.Data.Text is null) findings.Add($"probe '{probe}': the data '{plan.Data.Description}' is not text, so nothing can be generated from it");
            else if (probe.Prompt.Length < plan.Data.Text.MinimumHistory)
                findings.Add(string.Create(CultureInfo.InvariantCulture, $"probe '{probe}': expected a prompt of at least {plan.Data.Text.MinimumHistory} symbols, got {probe.Prompt.Length}"));
        }

        return findings;
    }
}
