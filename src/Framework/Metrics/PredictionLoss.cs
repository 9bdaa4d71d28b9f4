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
        Accumulator mean = Begin();
        mean.Add(predictions);
        return mean.Result();
    }

    /// <summary>The same of predictions that come piece by piece.</summary>
    public Accumulator Begin() => new(this);

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

    private static ResearchException NoProbabilities(Dataset data, ReadOnlySpan<float> output)
    {
        string row = string.Join(", ", output[..Math.Min(output.Length, 5)].ToArray().Select(value => value.ToString("G4", CultureInfo.InvariantCulture)));
        return new($"Cross-entropy needs predictions that are probabilities: 0 or more, and not all 0; for '{data.Description}' the model predicted {row}{(output.Length > 5 ? ", …" : "")}. End the model in softmax (Activation.Softmax) or choose another loss.");
    }

    /// <summary>One evaluation.</summary>
    /// <param name="loss">The loss.</param>
    internal sealed class Accumulator(PredictionLoss loss) : IMetricAccumulator
    {
        // Equations are read for as many rows at once whatever the pieces: so is the sum's order the same.
        private readonly List<EquationRow> _block = [];
        private double _sum;
        private long _counted, _rows;
        private string _description = "";

        public void Add(Predictions piece)
        {
            TargetBlock target = piece.Target;
            if (target.Classes is null && target.Values is null) throw new ResearchException($"The loss '{loss._loss}' needs targets; '{piece.Data.Description}' has none for output '{target.Name}'.");
            if (loss._loss.Finding(piece.Data, target) is { } finding) throw new ResearchException(finding);
            if (piece.Values.Length != (long)piece.Count * target.Width)
                throw new ResearchException($"Loss '{loss._loss}': expected predictions [{piece.Count}, {target.Width}], got {piece.Values.Length} values.");
            _rows += piece.Count;
            _description = piece.Data.Description;
            for (int row = 0; row < piece.Count; row++)
            {
                if (!piece.Counts(row)) continue;
                _counted++;
                double weight = target.Weights?[row] ?? 1;
                if (weight == 0) continue;
                if (loss._equations is not null) _block.Add(new(piece, row));
                else _sum += weight * loss.OfRow(piece, row);
                if (_block.Count == Block) AddBlock();
            }
        }

        public double Result()
        {
            if (_block.Count > 0) AddBlock();
            return _counted > 0
                ? _sum / _counted
                : throw new ResearchException($"Loss '{loss._loss}': expected at least one row that counts, got none of {_rows}; the mask of '{_description}' leaves nothing.");
        }

        // Adds the losses of the block, which is emptied.
        private void AddBlock()
        {
            int width = _block[0].Piece.Target.Width;
            double[,] output = new double[_block.Count, width], target = new double[_block.Count, width], weight = new double[_block.Count, 1];
            for (int i = 0; i < _block.Count; i++)
            {
                (Predictions piece, int row) = _block[i];
                for (int k = 0; k < width; k++)
                {
                    output[i, k] = piece.Values[row * width + k];
                    target[i, k] = piece.Target.Classes is { } classes ? piece.TargetClass(classes, row) == k ? 1 : 0 : piece.Target.Values![row * width + k];
                }

                weight[i, 0] = piece.Target.Weights?[row] ?? 1;
            }

            double[,] losses = loss._equations!.Forward(new Dictionary<string, double[]>(), [output, target, weight], []).Output;
            _block.Clear();
            double sum = 0;
            foreach (double one in losses) sum += one;
            _sum += sum;
        }
    }

    // At most a block of them holds on to its pieces.
    private readonly record struct EquationRow(Predictions Piece, int Row);
}
