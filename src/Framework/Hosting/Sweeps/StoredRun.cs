namespace Research.Framework.Hosting.Sweeps;

/// <summary>A run's JSON in the journal.</summary>
/// <param name="Begin">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
internal sealed record StoredRun(long Begin, long Length);
