namespace Research.Datasets.Series;

/// <summary>A series divided in time.</summary>
public sealed class SeriesSplit
{
    internal SeriesSplit(TimeSeries whole, int index)
    {
        Index = index;
        Before = whole.Part(0, index);
        After = whole.Part(index, whole.Length - index);
    }

    /// <summary>The first step of the later part, from 0: what <see cref="WindowOptions.From"/> takes for windows that look back over the split.</summary>
    public int Index { get; }

    /// <summary>The earlier part: what scalers are fitted on.</summary>
    public TimeSeries Before { get; }

    /// <summary>The later part.</summary>
    public TimeSeries After { get; }
}
