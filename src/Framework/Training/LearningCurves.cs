namespace Research.Framework.Training;

/// <summary>The learning curves of a training as they grow.</summary>
/// <param name="names">Their names, in order.</param>
/// <param name="finite">How many of the first ones never have NaN or infinity, which a figure of validation data may.</param>
internal sealed class LearningCurves(IReadOnlyList<string> names, int finite)
{
    private const string Prefix = "curves/";

    private readonly List<double>[] _values = [.. names.Select(_ => new List<double>())];

    /// <summary>Adds an epoch: a value for each curve, in order.</summary>
    /// <param name="losses">The first ones.</param>
    /// <param name="rate">The next one; null where there is none.</param>
    /// <param name="figures">The last ones.</param>
    public void Add(double[] losses, double? rate, double[] figures)
    {
        int next = 0;
        foreach (double loss in losses) _values[next++].Add(loss);
        if (rate is { } factor) _values[next++].Add(factor);
        foreach (double figure in figures) _values[next++].Add(figure);
    }

    public IReadOnlyList<LearningCurve> ToList() => [.. names.Select((name, i) => new LearningCurve(name, [.. _values[i]]))];

    public void Save(TrainingTensors tensors)
    {
        for (int i = 0; i < _values.Length; i++) tensors.Add(Prefix + names[i], _values[i]);
    }

    public void Load(TrainingTensors tensors, int epochs)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            _values[i].Clear();
            _values[i].AddRange(i < finite ? tensors.Finite(Prefix + names[i], epochs) : tensors.Doubles(Prefix + names[i], epochs));
        }
    }

    /// <summary>A curve so far, by name.</summary>
    public IReadOnlyList<double> this[string name] => _values[Enumerable.Range(0, names.Count).First(i => names[i] == name)];
}
