namespace Research.Framework.Training;

/// <summary>A figure of the validation data that is watched: the best so far, and for how many epochs none was better.</summary>
/// <param name="name">What watches it, as its tensors are called, e.g. <c>early_stopping</c>.</param>
/// <param name="largerIsBetter">Which way is better.</param>
/// <param name="minimumDelta">By how much a better one must be better.</param>
internal sealed class WatchedFigure(string name, bool largerIsBetter, double minimumDelta)
{
    private double _best = double.NaN; // none yet

    /// <summary>The best so far; NaN while there is none.</summary>
    public double Best => _best;

    /// <summary>Epochs since the best one that were counted.</summary>
    public int Wait { get; private set; }

    /// <summary>Takes the next epoch's figure, if it is better.</summary>
    /// <returns>Whether it is: the first that is finite always is.</returns>
    public bool Improves(double value)
    {
        bool better = double.IsFinite(value) && (double.IsNaN(_best) || (largerIsBetter ? value > _best + minimumDelta : value < _best - minimumDelta));
        if (better) (_best, Wait) = (value, 0);
        return better;
    }

    public void CountEpoch() => Wait++;

    public void CountAnew() => Wait = 0;

    public void Save(TrainingTensors tensors)
    {
        tensors.Add($"{name}/best", [_best]);
        tensors.Add($"{name}/wait", [(long)Wait]);
    }

    /// <summary>Takes over what was kept.</summary>
    /// <param name="tensors">What was kept.</param>
    /// <param name="curve">The figure's curve so far.</param>
    public void Load(TrainingTensors tensors, IReadOnlyList<double> curve)
    {
        _best = tensors.Doubles($"{name}/best", 1)[0];
        Wait = tensors.Count($"{name}/wait", curve.Count);
        if (double.IsNaN(_best) ? curve.Any(double.IsFinite) : !curve.Contains(_best)) throw TrainingTensors.Damaged($"{name}/best", $"one of the figure's values", $"{_best}");
    }
}
