namespace Research.Snapshots;

/// <summary>What the wirings over series reach: exactly at one seed.</summary>
[Parallelizable(ParallelScope.All)]
public class SeriesSnapshots
{
    [TestCaseSource(typeof(SeriesRuns), nameof(SeriesRuns.Experiments))]
    public Task Result(string experiment) => Snapshot.Verify(ResultText.Of(SeriesRuns.Run(experiment, 7)));
}
