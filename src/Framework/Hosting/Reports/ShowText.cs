using System.Globalization;
using System.Text;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;

namespace Research.Framework.Hosting.Reports;

/// <summary>A plan resolved and compiled but not run: its fields, weights and state.</summary>
internal static class ShowText
{
    private const int ParagraphWidth = 100;

    public static void Write(TextWriter writer, CatalogExperiment experiment, ExperimentRun run)
    {
        ExperimentPlan plan = run.Plan;
        using ICompiledModel model = run.Engine.Compile(plan.Model.Graph(plan.Data), plan.Training.Objective, new Seeds(run.Seed));
        writer.WriteLine(OneLine.Of(experiment.Name));
        if (experiment.Summary.Length > 0) writer.WriteLine(OneLine.Of(experiment.Summary));
        writer.WriteLine(OneLine.Of(string.Create(CultureInfo.InvariantCulture, $"cell {experiment.Cell.Name}, engine {EngineText.Of(run.Engine)}, seed {run.Seed}")));

        if (experiment.Description.Length > 0)
        {
            writer.WriteLine();
            foreach (string line in Wrapped(OneLine.Of(experiment.Description))) writer.WriteLine(line);
        }

        writer.WriteLine();
        writer.WriteLine("Plan (the last column: what --set path=value may give)");
        TextColumns.Write(writer, [.. PlanFields.Of(plan).Select(field => new[] { field.Name, field.ToString(), field.Allowed ?? "" })], "  ");

        writer.WriteLine();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Weights: {model.Graph.ParameterCount:#,0} parameters"));
        TextColumns.Write(writer, [.. model.Graph.Weights.Select(Describe)], "  ");

        writer.WriteLine();
        writer.WriteLine(OneLine.Of($"State, for each row of a batch ({plan.State.Name})"));
        TextColumns.Write(writer, [.. model.CreateState().Layers.Select(layer => new[]
        {
            layer.Name, string.Join(", ", layer.Slots.Select(slot => string.Create(CultureInfo.InvariantCulture, $"{slot.Name}[{slot.Width}]"))),
        })], "  ");
    }

    // A paragraph in lines that are read with ease, of the same length in every terminal.
    private static IEnumerable<string> Wrapped(string paragraph)
    {
        StringBuilder line = new();
        foreach (string word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > ParagraphWidth)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }

    private static string[] Describe(WeightDescription weight) =>
    [
        weight.Name,
        $"[{string.Join(", ", weight.Shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]",
        weight.Count.ToString("#,0", CultureInfo.InvariantCulture),
        weight.Initializer.Name,
    ];
}
