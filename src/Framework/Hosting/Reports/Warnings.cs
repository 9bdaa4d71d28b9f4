using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;

namespace Research.Framework.Hosting.Reports;

/// <summary>What can run, but hardly as it was meant, is said and done.</summary>
internal static class Warnings
{
    public static void Write(HostConsole console, ExperimentRun? run)
    {
        if (run is null) return;
        foreach (Finding finding in PlanValidator.Findings(run.Plan, run.Engine).Where(finding => finding.Severity == Severity.Warning))
            console.Error.WriteLine(OneLine.Of($"Warning, {run.Experiment}: {finding.Message.TrimEnd('.')}."));
    }
}
