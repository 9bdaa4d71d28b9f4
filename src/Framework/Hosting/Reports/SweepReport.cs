using System.Globalization;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Sweeps;

namespace Research.Framework.Hosting.Reports;

/// <summary>What a sweep came to: failures, the table and predictions.</summary>
internal sealed class SweepReport(HostConsole console, Sweep sweep, RunRequest request)
{
    /// <returns>Whether any run failed.</returns>
    public bool WriteFailures()
    {
        bool any = false;
        foreach (ExperimentOutcome outcome in sweep.Outcomes)
        {
            // A plan that cannot run fails alike with every seed: one line for all of them.
            foreach (IGrouping<string, RunFailure> same in outcome.Failures.GroupBy(failure => failure.Message))
            {
                any = true;
                string seeds = string.Join(", ", same.Select(failure => failure.Seed.ToString(CultureInfo.InvariantCulture)));
                console.Error.WriteLine($"{OneLine.Of(outcome.Name)}, seed{(same.Count() > 1 ? "s" : "")} {seeds} failed: {same.Key}");
                if (same.First().Trace is { } trace) console.Error.WriteLine(trace);
            }
        }

        return any;
    }

    public void WriteResults()
    {
        if (sweep.Outcomes.All(outcome => outcome.Finished.Count == 0)) return;
        if (!request.Quiet)
        {
            string cell = sweep.Outcomes[0].Experiment.Cell.Name;
            string seeds = request.Seeds == 1
                ? string.Create(CultureInfo.InvariantCulture, $"seed {request.FirstSeed}")
                : string.Create(CultureInfo.InvariantCulture, $"seeds {request.FirstSeed} to {request.FirstSeed + request.Seeds - 1}, mean ± half of the 95 % interval");
            console.Output.WriteLine(OneLine.Of($"{cell}, {EngineText.Of(sweep.Engine)} engine, {seeds}"));
            console.Output.WriteLine();
        }

        SummaryTable.Of(sweep.Outcomes).Write(console);
        if (request.Quiet) return;
        foreach (ExperimentResult run in sweep.Outcomes.Select(outcome => outcome.Shown).OfType<ExperimentResult>())
            PredictionText.Write(console, run);
    }

    /// <returns>Whether the sweep was interrupted before its end.</returns>
    public bool WriteInterruption()
    {
        int runs = sweep.Outcomes.Count * request.Seeds;
        if (sweep.IsOver) return false;
        int finished = sweep.Outcomes.Sum(outcome => outcome.Finished.Count);
        console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Interrupted: {finished} of {runs} runs finished."));
        return true;
    }
}
