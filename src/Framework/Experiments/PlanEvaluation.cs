using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Metrics;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>What a trained model makes of the data that a plan evaluates.</summary>
/// <param name="Metrics">The plan's metrics.</param>
/// <param name="Outputs">What each output was.</param>
internal sealed record PlanEvaluation(IReadOnlyList<MetricValue> Metrics, IReadOnlyList<OutputResult> Outputs)
{
    /// <summary>Evaluates a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="memory">Bytes of the machine: predictions that are too many for it are judged batch by batch, and not kept.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <exception cref="ResearchException">A prediction is not finite.</exception>
    public static PlanEvaluation Of(ICompiledModel model, ExperimentPlan plan, long memory, CancellationToken cancellation)
    {
        Dataset data = plan.EvaluatedData;
        Evaluator evaluator = new(model, data, plan.State, plan.Training.BatchSize, needsTargets: false);
        IReadOnlyList<Predictions>? kept = PredictionRoom.IsFor(data, plan.Metrics, memory) ? evaluator.Predict(cancellation) : null;
        MetricAccumulation metrics = new(plan.Metrics);
        int first = 0;
        foreach (IReadOnlyList<Predictions> piece in kept is null ? evaluator.Pieces(cancellation) : [kept])
        {
            foreach (Predictions predictions in piece) RequireFinite(predictions, first);
            metrics.Add(piece);
            first += piece[0].Data.Samples;
        }

        double[] values = metrics.Results();
        return new(
            [.. plan.Metrics.Select((metric, i) => new MetricValue(metric.Name, values[i]))],
            kept is null ? [.. model.Graph.Outputs.Select(output => LeftOut(data.FindTarget(output.Name), data.Samples))] : [.. kept.Select(Result)]);
    }

    // The last update has no loss after it that could tell.
    private static void RequireFinite(Predictions predictions, int firstSample)
    {
        int width = predictions.Target.Width;
        for (int row = 0; row < predictions.Count; row++)
        {
            if (!predictions.Counts(row)) continue;
            foreach (float value in predictions.Values.AsSpan(row * width, width))
            {
                if (!float.IsFinite(value))
                    throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"The trained model predicts {value} for sample {firstSample + row / predictions.Target.TimeSteps} of '{predictions.Data.Description}', output '{predictions.Target.Name}': the training diverged at its end. Lower the learning rate or check the data."));
            }
        }
    }

    /// <summary>Predictions as a result has them.</summary>
    public static OutputResult Result(Predictions predictions) => new()
    {
        Name = predictions.Target.Name,
        TimeSteps = predictions.Target.TimeSteps,
        Width = predictions.Target.Width,
        Values = InUnits(predictions, predictions.Values, predictions.Predicted)!,
        Targets = predictions.Target.Weights?.All(weight => weight == 0) != true ? InUnits(predictions, predictions.Target.Values, predictions.Expected) : null,
        Names = predictions.Target.ClassNames ?? (predictions.Target.HasClasses && predictions.Data.Text is { } text ? [.. Enumerable.Range(0, predictions.Target.Width).Select(text.Decode)] : null),
        Counts = Enumerable.Range(0, predictions.Count).All(predictions.Counts) ? null : [.. Enumerable.Range(0, predictions.Count).Select(predictions.Counts)],
        Predictions = Label(predictions),
    };

    private static float[]? InUnits(Predictions predictions, float[]? values, Func<int, int, double> restored)
    {
        int width = predictions.Target.Width;
        return predictions.Target.Units is null || values is null ? values : [.. Enumerable.Range(0, values.Length).Select(i => (float)restored(i / width, i % width))];
    }

    private static OutputResult LeftOut(TargetBlock target, int samples) => new() { Name = target.Name, TimeSteps = target.TimeSteps, Width = target.Width, LeftOut = samples };

    private static List<LabelledPrediction> Label(Predictions predictions)
    {
        Dataset data = predictions.Data;
        TargetBlock target = predictions.Target;
        if (target.Classes is null) return [];
        string separator = target.ClassNames is { } names ? (names.All(IsOneSymbol) ? "" : " ") : data.Text?.Separator ?? " ";
        List<LabelledPrediction> labelled = [];
        for (int sample = 0; sample < data.Samples; sample++)
        {
            List<string> expected = [], predicted = [];
            for (int step = 0; step < target.TimeSteps; step++)
            {
                int row = sample * target.TimeSteps + step;
                if (!predictions.Counts(row)) continue;
                expected.Add(Symbol(target.Classes[row]));
                predicted.Add(Symbol(predictions.PredictedClass(row)));
            }

            if (expected.Count == 0) continue; // nothing was asked
            string input = data.InputLabels?[sample] ?? string.Create(CultureInfo.InvariantCulture, $"sample {sample}");
            labelled.Add(new LabelledPrediction(input, string.Join(separator, expected), string.Join(separator, predicted)));
        }

        return labelled;

        string Symbol(int index) => target.ClassNames?[index] ?? data.Text?.Decode(index) ?? index.ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsOneSymbol(string name) => name.EnumerateRunes().Count() == 1;
}
