namespace Research.Framework.Metrics;

/// <summary>The mean of a score over the rows that count, in their order, of predictions that come as a whole or piece by piece.</summary>
/// <param name="metric">The metric's name, for messages.</param>
internal sealed class RowMean(string metric)
{
    private double _sum;
    private long _counted, _rows;
    private bool _isNumber = true;
    private string _description = "";

    /// <summary>The mean; NaN where a prediction is.</summary>
    /// <exception cref="ResearchException">No row counts.</exception>
    public double Value => !_isNumber ? double.NaN
        : _counted > 0 ? _sum / _counted
        : throw new ResearchException($"Metric '{metric}': expected at least one row that counts, got none of {_rows}; the mask of '{_description}' leaves nothing.");

    /// <summary>Adds the rows of a piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="score">The score of a row.</param>
    /// <exception cref="ResearchException">The predictions have another size than the target.</exception>
    public void Add(Predictions piece, Func<int, double> score)
    {
        int width = piece.Target.Width;
        if (piece.Values.Length != (long)piece.Count * width)
            throw new ResearchException($"Metric '{metric}': expected predictions [{piece.Count}, {width}], got {piece.Values.Length} values.");
        _rows += piece.Count;
        _description = piece.Data.Description;
        for (int row = 0; row < piece.Count && _isNumber; row++)
        {
            if (!piece.Counts(row)) continue;
            // A prediction that is no number is neither right nor wrong: it must not pass for class 0.
            _isNumber = !piece.Values.AsSpan(row * width, width).Contains(float.NaN);
            if (!_isNumber) break;
            _sum += score(row);
            _counted++;
        }
    }
}
