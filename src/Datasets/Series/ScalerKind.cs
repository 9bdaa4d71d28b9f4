namespace Research.Datasets.Series;

/// <summary>How a column is scaled for a model.</summary>
public enum ScalerKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>The training part's smallest value becomes 0, its largest 1.</summary>
    MinMax,

    /// <summary>The training part's mean becomes 0, its standard deviation (over n) 1.</summary>
    Standard,
}
