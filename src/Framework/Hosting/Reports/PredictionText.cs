using System.Globalization;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Research.Framework.Hosting.Reports;

/// <summary>One run's predictions in the tutorial's form, <c>A -> B</c>, in columns, wrong ones marked; and its generated texts.</summary>
internal static class PredictionText
{
    private const int Most = 52;
    private const int MostWrong = 6;
    private const int Gap = 3;

    public static void Write(HostConsole console, ExperimentResult run)
    {
        OutputResult[] labelled = [.. run.Outputs.Where(output => output.Predictions.Count > 0 || output.LeftOut > 0)];
        if (labelled.Length == 0 && run.Generated.Count == 0) return;

        console.Output.WriteLine();
        string heading = OneLine.Of(string.Create(CultureInfo.InvariantCulture, $"{run.Experiment}, seed {run.Seed}"));
        if (labelled.Length == 0) console.Output.WriteLine(heading);
        foreach (OutputResult output in labelled)
        {
            IReadOnlyList<LabelledPrediction> predictions = output.Predictions;
            string which = run.Outputs.Count > 1 ? OneLine.Of($", {output.Name}") : "";
            if (output.LeftOut > 0)
            {
                console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{heading}{which}: predictions of {output.LeftOut:#,0} samples left out, too many to keep"));
                continue;
            }

            console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{heading}{which}: {predictions.Count(IsRight)} of {predictions.Count} right"));
            WriteColumns(console, [.. predictions.Take(Most)]);
            if (predictions.Count > Most) WriteRest(console, [.. predictions.Skip(Most)]);
        }

        foreach (GeneratedText text in run.Generated) console.Output.WriteLine("  " + OneLine.Of($"from {text.From}: {text.Text}"));
    }

    // Of many, the wrong ones are what a reader looks for.
    private static void WriteRest(HostConsole console, LabelledPrediction[] rest)
    {
        string[] wrong = [.. rest.Where(prediction => !IsRight(prediction)).GroupBy(Describe).OrderByDescending(same => same.Count())
            .Select(same => same.Count() == 1 ? same.Key : string.Create(CultureInfo.InvariantCulture, $"{same.Key} × {same.Count()}"))];
        string line = string.Create(CultureInfo.InvariantCulture, $"  and {rest.Length} more (--json FILE writes them all)");
        if (wrong.Length > 0) line += $", wrong among them: {string.Join(", ", wrong.Take(MostWrong))}{(wrong.Length > MostWrong ? ", …" : "")}";
        console.Output.WriteLine(line);
    }

    private static bool IsRight(LabelledPrediction prediction) => prediction.Expected == prediction.Predicted;

    private static string Describe(LabelledPrediction prediction) => OneLine.Of(IsRight(prediction)
        ? $"{prediction.Input} -> {prediction.Predicted}"
        : $"{prediction.Input} -> {prediction.Predicted} (not {prediction.Expected})");

    private static void WriteColumns(HostConsole console, LabelledPrediction[] predictions)
    {
        if (predictions.Length == 0) return;
        string[] texts = [.. predictions.Select(Describe)];
        int width = texts.Max(text => text.Length) + Gap;
        int columns = Math.Max(1, (Math.Min(console.Width, 120) - 2 + Gap) / width);
        int rows = (texts.Length + columns - 1) / columns;
        for (int row = 0; row < rows; row++)
        {
            console.Output.Write("  ");
            for (int i = row; i < texts.Length; i += rows) // down, then across, as a list is read
            {
                if (IsRight(predictions[i])) console.Output.Write(texts[i]);
                else console.Tables.Write(new Unwrapped(texts[i], new Style(Color.Red)));
                if (i + rows < texts.Length) console.Output.Write(new string(' ', width - texts[i].Length));
            }

            console.Output.WriteLine();
        }
    }

    /// <summary>A text that stays on its line however narrow the terminal is, as those without a style do.</summary>
    private sealed class Unwrapped(string text, Style style) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => [new(text, style)];
    }
}
