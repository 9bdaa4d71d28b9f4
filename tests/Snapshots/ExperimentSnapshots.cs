using System.Globalization;

namespace Research.Snapshots;

[Parallelizable(ParallelScope.All)]
public class ExperimentSnapshots
{
    private const int Seed = 7;

    /// <summary>What a reader wants to know of an experiment: how its loss fell, what it predicts and what it generates.</summary>
    [TestCaseSource(typeof(ExperimentRuns), nameof(ExperimentRuns.Experiments))]
    public Task Result(string experiment) => Snapshot.Verify(ResultText.Of(ExperimentRuns.Result(experiment, "lstm", Seed)));

    /// <summary>
    /// The bits of every registered cell in every experiment after two epochs: one file that shows at a glance what a
    /// change of arithmetic, of initializers or of random streams reaches.
    /// </summary>
    [Test]
    public Task Fingerprints()
    {
        string[] lines =
        [
            .. from experiment in ExperimentRuns.Experiments
               from cell in ExperimentRuns.Cells
               let plan = ExperimentRuns.Plan(experiment, cell, Seed)
               let result = ExperimentRuns.Run(experiment, cell, plan with { Training = plan.Training with { Epochs = 2 }, Probes = [] }, Seed)
               select string.Create(CultureInfo.InvariantCulture, $"{experiment,-20}{cell,-20}{result.Fingerprint}"),
        ];
        return Snapshot.Verify(string.Join('\n', [string.Create(CultureInfo.InvariantCulture, $"{"experiment",-20}{"cell",-20}seed {Seed}, 2 epochs"), .. lines]));
    }
}
