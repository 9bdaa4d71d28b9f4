using System.Globalization;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Sweeps;
using Spectre.Console;

namespace Research.Framework.Hosting.Reports;

/// <summary>
/// One row for each experiment: the leading metric (accuracy, where there is one) with its spread, the other metrics,
/// the epochs where training stopped early, speed, and what others report. One seed alone has no spread to show. Where the terminal is too narrow for a table, the
/// same as lines.
/// </summary>
internal sealed class SummaryTable
{
    private const string Nothing = "-";
    private readonly IReadOnlyList<string> _headers;
    private readonly IReadOnlyList<string[]> _rows;

    private SummaryTable(IReadOnlyList<string> headers, IReadOnlyList<string[]> rows)
    {
        _headers = headers;
        _rows = rows;
    }

    /// <param name="outcomes">The experiments; those without a finished run get a row of dashes.</param>
    public static SummaryTable Of(IReadOnlyList<ExperimentOutcome> outcomes)
    {
        string[] metrics = [.. outcomes.SelectMany(outcome => outcome.Plan?.Metrics ?? []).Select(metric => metric.Name).Distinct()];
        string? leading = Array.Find(metrics, IsFraction) ?? metrics.FirstOrDefault();
        string[] others = [.. metrics.Where(metric => metric != leading)];
        string[] sources = [.. outcomes.Select(outcome => outcome.Plan?.Published?.Source).OfType<string>().Distinct()];

        // The number of seeds is said once, unless interruption or failure left some out.
        bool complete = outcomes.All(outcome => outcome.Finished.Count == outcome.Seeds);
        bool spread = outcomes.Any(outcome => outcome.Seeds > 1);
        List<string> headers = ["experiment"];
        if (!complete) headers.Add("seeds");
        if (leading is not null) headers.Add(Header(leading));
        if (leading is not null && spread) headers.AddRange(["min", "max"]);
        headers.AddRange(others.Select(Header));
        bool stopped = outcomes.Any(outcome => outcome.Finished.Any(result => result.StoppedEarly));
        if (stopped) headers.Add("epochs");
        headers.Add("steps/s");
        if (sources.Length > 0) headers.Add(sources.Length == 1 ? OneLine.Of(sources[0]) : "published");

        List<string[]> rows = [];
        foreach (ExperimentOutcome outcome in outcomes)
        {
            IReadOnlyList<FinishedRun> results = outcome.Finished;
            List<string> row = [OneLine.Of(outcome.Name)];
            if (!complete) row.Add(results.Count.ToString(CultureInfo.InvariantCulture));
            if (leading is not null)
            {
                SeedStatistics? statistics = Statistics(results, leading);
                row.Add(MeanAndInterval(statistics, leading, spread));
                if (spread) row.AddRange([Number(statistics?.Minimum, leading), Number(statistics?.Maximum, leading)]);
            }

            row.AddRange(others.Select(metric => MeanAndInterval(Statistics(results, metric), metric, spread)));
            if (stopped) row.Add(Epochs(outcome));
            row.Add(StepsPerSecond(results));
            if (sources.Length > 0) row.Add(Published(outcome.Plan?.Published, named: sources.Length > 1));
            rows.Add([.. row]);
        }

        return new SummaryTable(headers, rows);
    }

    public void Write(HostConsole console)
    {
        int[] widths = [.. _headers.Select((header, column) => Math.Max(header.Length, _rows.Max(row => row[column].Length)))];
        int gaps = widths.Length - 1, left = console.Width - widths.Sum();
        if (left >= gaps) WriteTable(console.Tables, gap: left >= 2 * gaps ? 2 : 1);
        else WriteLines(console);
    }

    private void WriteTable(IAnsiConsole console, int gap)
    {
        Table table = new Table().Border(TableBorder.None);
        for (int column = 0; column < _headers.Count; column++)
        {
            TableColumn head = new TableColumn(new Text(_headers[column], new Style(decoration: Decoration.Bold))).NoWrap();
            table.AddColumn((column == 0 ? head : head.RightAligned()).PadLeft(0).PadRight(gap)); // none after the last column
        }

        foreach (string[] row in _rows) table.AddRow(row.Select(cell => new Text(cell)));
        console.Write(table);
    }

    private void WriteLines(HostConsole console)
    {
        foreach (string[] row in _rows)
        {
            console.Output.WriteLine(row[0]);
            for (int column = 1; column < row.Length; column++)
            {
                if (row[column] != Nothing) console.Output.WriteLine($"  {_headers[column]}: {row[column]}");
            }
        }
    }

    private static SeedStatistics? Statistics(IReadOnlyList<FinishedRun> results, string metric)
    {
        double[] values = [.. results.SelectMany(result => result.Metrics).Where(value => value.Name == metric).Select(value => value.Value)];
        return values.Length == 0 ? null : SeedStatistics.Of(values);
    }

    private static bool IsFraction(string metric) =>
        metric == "accuracy" || metric.EndsWith("_accuracy", StringComparison.Ordinal);

    private static string Header(string metric) => OneLine.Of(metric.Replace('_', ' ')) + (IsFraction(metric) ? " %" : "");

    private static string MeanAndInterval(SeedStatistics? statistics, string metric, bool interval)
    {
        if (statistics is null) return Nothing;
        if (!interval) return Number(statistics.Mean, metric);
        string spread = double.IsNaN(statistics.ConfidenceHalfWidth) ? Nothing : Number(statistics.ConfidenceHalfWidth, metric, statistics.Mean);
        return $"{Number(statistics.Mean, metric)} ± {spread}";
    }

    // A spread has as many digits as its mean, hence the size that decides on the format.
    private static string Number(double? value, string metric, double? size = null)
    {
        if (value is not { } number) return Nothing;
        if (IsFraction(metric)) return Percent(number);
        string format = Math.Abs(size ?? number) switch
        {
            0 => "0.000",
            < 0.001 or >= 100_000 => "0.00e0",
            < 0.1 => "0.0000",
            _ => "0.000",
        };
        return number.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Percent(double fraction) => (100 * fraction).ToString("0.0", CultureInfo.InvariantCulture);

    // How many there were, the fewest and the most of several seeds; of how many, where a run ended before its last.
    private static string Epochs(ExperimentOutcome outcome)
    {
        int[] epochs = [.. outcome.Finished.Select(result => result.Epochs)];
        if (epochs.Length == 0) return Nothing;
        string range = epochs.Min() == epochs.Max() ? $"{epochs[0]}" : $"{epochs.Min()} to {epochs.Max()}";
        return outcome.Finished.Any(result => result.StoppedEarly) ? $"{range} of {outcome.Plan!.Training.Epochs}" : range; // there are results, and so there was a plan
    }

    private static string StepsPerSecond(IReadOnlyList<FinishedRun> results)
    {
        double seconds = results.Sum(result => result.Seconds);
        return seconds > 0 ? (results.Sum(result => (double)result.Steps) / seconds).ToString("#,0", CultureInfo.InvariantCulture) : Nothing;
    }

    private static string Published(PublishedFigure? figure, bool named) =>
        figure is null ? Nothing : Percent(figure.Accuracy) + (named ? $" ({OneLine.Of(figure.Source)})" : "");
}
