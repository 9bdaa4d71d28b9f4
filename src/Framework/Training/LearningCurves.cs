namespace Research.Framework.Training;

/// <summary>The learning curves of a training as they grow.</summary>
/// <param name="names">Their names, in order.</param>
internal sealed class LearningCurves(IReadOnlyList<string> names)
{
    private const string Prefix = "curves/";

    private readonly List<double>[] _values = [.. names.Select(_ => new List<double>())];

    /// <summary>Adds an epoch.</summary>
    /// <param name="values">A value for each curve.</param>
    public void Add(IReadOnlyList<double> values)
    {
        for (int i = 0; i < _values.Length; i++) _values[i].Add(values[i]);
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
            _values[i].AddRange(tensors.Doubles(Prefix + names[i], epochs));
        }
    }
}
