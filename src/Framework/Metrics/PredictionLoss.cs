using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Objectives;

namespace Research.Framework.Metrics;

/// <summary>A loss of predictions, in double and without an engine.</summary>
internal sealed class PredictionLoss
{
    // Rows whose equations are read at once.
    private const int Block = 256;

    private readonly Loss _loss;
    private readonly DoubleStep? _equations;

    public PredictionLoss(Loss loss, int width)
    {
        _loss = loss;
        if (loss is FunctionLoss function) _equations = new DoubleStep(function.Trace(width));
    }

    /// <summary>The mean over the rows that count, each times its weight.</summary>
    public double Of(Predictions predictions)
    {
        TargetBlock target = predictions.Target;
        if (target.Classes is null && target.Values is null) throw new ResearchException($"The loss '{_loss}' needs targets; '{predictions.Data.Description}' has none for output '{target.Name}'.");
        if (_loss.Finding(predictions.Data, target) is { } finding) throw new ResearchException(finding);
        if (predictions.Values.Length != (long)predictions.Count * target.Width)
            throw new ResearchException($"Loss '{_loss}': expected predictions [{predictions.Count}, {target.Width}], got {predictions.Values.Length} values.");
        int rows = 0;
        double sum = 0;
        List<int> block = [];
        for (int row = 0; row < predictions.Count; row++)
        {
            if (!predictions.Counts(row)) continue;
            rows++;
            double weight = target.Weights?[row] ?? 1;
            if (weight == 0) continue;
            if (_equations is not null) block.Add(row);
            else sum += weight * OfRow(predictions, row);
            if (block.Count == Block) sum += OfEquations(predictions, block);
        }

        if (block.Count > 0) sum += OfEquations(predictions, block);
        return rows > 0
            ? sum / rows
            : throw new ResearchException($"Loss '{_loss}': expected at least one row that counts, got none of {predictions.Count}; the mask of '{predictions.Data.Description}' leaves nothing.");
    }

    private double OfRow(Predictions predictions, int row)
    {
        int width = predictions.Target.Width;
        ReadOnlySpan<float> output = predictions.Values.AsSpan(row * width, width);
        if (_loss.IsCrossEntropy && RowError.Total(output) is null) throw NoProbabilities(predictions.Data, output);
        if (predictions.Target.Classes is { } classes) return RowError.CrossEntropy(output, predictions.TargetClass(classes, row));
        ReadOnlySpan<float> target = predictions.Target.Values.AsSpan(row * width, width);
        if (_loss.IsCrossEntropy) return RowError.CrossEntropy(output, target);
        double sum = 0;
        for (int i = 0; i < width; i++) sum += OfValue(output[i], target[i]);
        return sum / width;
    }

    private double OfValue(double output, double target) => _loss.Kind switch
    {
        LossKind.MeanSquaredError => RowError.Squared(output, target),
        LossKind.MeanAbsoluteError => RowError.Absolute(output, target),
        LossKind.Huber => RowError.Absolute(output, target) is var size && size <= _loss.Delta
            ? 0.5 * RowError.Squared(output, target)
            : _loss.Delta * size - 0.5 * _loss.Delta * _loss.Delta,
        _ => RowError.Binary(output, target),
    };

    /// <summary>The sum over a block of rows, which is emptied.</summary>
    private double OfEquations(Predictions predictions, List<int> rows)
    {
        TargetBlock block = predictions.Target;
        double[,] output = new double[rows.Count, block.Width], target = new double[rows.Count, block.Width], weight = new double[rows.Count, 1];
        for (int i = 0; i < rows.Count; i++)
        {
            int row = rows[i];
            for (int k = 0; k < block.Width; k++)
            {
                output[i, k] = predictions.Values[row * block.Width + k];
                target[i, k] = block.Classes is { } classes ? predictions.TargetClass(classes, row) == k ? 1 : 0 : block.Values![row * block.Width + k];
            }

            weight[i, 0] = block.Weights?[row] ?? 1;
        }

        double[,] losses = _equations!.Forward(new Dictionary<string, double[]>(), [output, target, weight], []).Output;
        rows.Clear();
        double sum = 0;
        foreach (double loss in losses) sum += loss;
        return sum;
    }

    private static ResearchException NoProbabilities(Dataset data, ReadOnlySpan<float> output)
    {
        string row = string.Join(", ", output[..Math.Min(output.Length, 5)].ToArray().Select(value => value.ToString("G4", CultureInfo.InvariantCulture)));
        return new($"Cross-entropy needs predictions that are probabilities: 0 or more, and not all 0; for '{data.Description}' the model predicted {row}{(output.Length > 5 ? ", …" : "")}. End the model in softmax (Activation.Softmax) or choose another loss.");
    }
}
