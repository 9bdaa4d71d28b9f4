using System.Globalization;
using Research.Framework.Experiments;

namespace Research.Snapshots;

/// <summary>An experiment's reproducible result as text: everything but the wall clock.</summary>
internal static class ResultText
{
    /// <summary>
    /// The result, one fact a line: numbers with six significant digits in the invariant culture, one line for each
    /// prediction (<c>C -> D</c>, with what was expected where it is wrong), losses of epochs 1, 2, 5, 10, 20, 50 ... and
    /// the last.
    /// </summary>
    /// <param name="result">The result.</param>
    public static string Of(ExperimentResult result)
    {
        IEnumerable<string>[] sections =
        [
            [
                Line($"experiment: {result.Experiment}"),
                Line($"cell: {result.Cell}"),
                Line($"engine: {result.Engine}"),
                Line($"seed: {result.Seed}"),
                Line($"parameters: {result.ParameterCount}"),
                Line($"steps: {result.Steps}"),
                Line($"fingerprint: {result.Fingerprint}"),
            ],
            result.Metrics.Select(metric => Line($"{metric.Name}: {metric.Value:G6}")),
            Milestones(result.EpochLosses.Count).Select(epoch => Line($"loss after epoch {epoch}: {result.EpochLosses[epoch - 1]:G6}")),
            .. result.Outputs.Select(output => result.Outputs.Count == 1 ? output.Predictions.Select(Prediction) : Output(output)),
            result.Generated.Select(generated => Line($"from {Visible(generated.From)}: {Visible(generated.Text)}")),
        ];
        return string.Join("\n\n", sections.Select(lines => string.Join('\n', lines)).Where(section => section.Length > 0));
    }

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);

    // Of several outputs each under its name; values in rows, one for each sample.
    private static IEnumerable<string> Output(OutputResult output) => output.Predictions.Count > 0
        ? output.Predictions.Select(Prediction).Prepend($"{output.Name}:")
        : output.Values.Chunk(output.TimeSteps * output.Width).Select(sample => string.Join(' ', sample.Select(value => Line($"{value:G6}")))).Prepend($"{output.Name}:");

    private static string Prediction(LabelledPrediction prediction)
    {
        string line = $"{Visible(prediction.Input)} -> {Visible(prediction.Predicted)}";
        return prediction.Predicted == prediction.Expected ? line : $"{line} (expected {Visible(prediction.Expected)})";
    }

    private static IEnumerable<int> Milestones(int epochs)
    {
        for (int decade = 1; decade < epochs; decade *= 10)
        {
            foreach (int factor in (int[])[1, 2, 5])
            {
                if (decade * factor < epochs) yield return decade * factor;
            }
        }

        if (epochs > 0) yield return epochs;
    }

    // Quotes show where a text that begins or ends with a space does.
    private static string Visible(string symbols)
    {
        string escaped = symbols
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\r", "\\r", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\t", "\\t", StringComparison.Ordinal);
        return escaped.StartsWith(' ') || escaped.EndsWith(' ') || escaped.Length == 0 ? $"'{escaped}'" : escaped;
    }
}
