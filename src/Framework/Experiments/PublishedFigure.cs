namespace Research.Framework.Experiments;

/// <summary>A figure that others report for an experiment.</summary>
/// <param name="Source">Who reports it, e.g. <c>tutorial</c>.</param>
/// <param name="Accuracy">A fraction of 1, e.g. 0.84.</param>
public sealed record PublishedFigure(string Source, double Accuracy)
{
    /// <summary>Who reports it.</summary>
    public string Source { get; init => field = Required.Value(value); } = Required.Value(Source);
}
