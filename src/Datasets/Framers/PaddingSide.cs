namespace Research.Datasets.Framers;

/// <summary>Where a sample that is too short is padded.</summary>
public enum PaddingSide
{
    /// <summary>Padding comes first; the last time step is the newest symbol.</summary>
    Before,

    /// <summary>Padding comes last; the first time step is the oldest symbol.</summary>
    After,
}
