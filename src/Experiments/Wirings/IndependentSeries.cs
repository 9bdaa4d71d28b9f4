using Research.Datasets.Series;
using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>Many short series of different lengths, each a row of its own, with the state carried within each.</summary>
/// <remarks>
/// What it teaches: a batch's rows are independent. Each row carries the state of its own trajectory, one time step a batch, and is reset
/// where that trajectory ends, whatever the other rows do; none ever sees another's. Every trajectory swings at a rate of its own, which one
/// number does not tell and its past does: a network without memory cannot forecast it. The model that learnt in a batch of many rows is
/// judged on one new series, as with a batch of 1.
/// </remarks>
/// <param name="cells">The cell under study.</param>
public sealed class IndependentSeries(ICellFactory cells) : IExperiment
{
    /// <inheritdoc/>
    public string Name => "independent-series";

    /// <inheritdoc/>
    public string Summary => "Trajectories of different lengths as rows of a batch, each reset at its own end; then one new series.";

    /// <inheritdoc/>
    public string Description =>
        "A batch's rows are independent. Each row carries the state of its own trajectory, one time step a batch, and is reset where that " +
        "trajectory ends, whatever the other rows do; none ever sees another's. Every trajectory swings at a rate of its own, which one number does " +
        "not tell and its past does: a network without memory cannot forecast it. The model that learnt in a batch of many rows is judged on one " +
        "new series, as with a batch of 1.";

    /// <summary>Trajectories that are learnt.</summary>
    public int Trajectories { get; set; } = 12;

    /// <summary>Rows side by side: as many as trajectories by default; fewer take the next trajectory when theirs has ended.</summary>
    public int Rows { get; set; } = 12;

    /// <summary>Whether state is carried from step to step; without it each step stands alone.</summary>
    public bool Memory { get; set; } = true;

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        if (Trajectories < 1) throw new ResearchException($"{Name}: expected at least 1 trajectory, got {Trajectories}.");
        Random random = seeds.Stream("trajectories");
        TimeSeries[] learnt = [.. Enumerable.Range(0, Trajectories).Select(_ => Trajectory(random))];
        return new()
        {
            Data = Windows.InRows(learnt, Rows),
            // The new series is alone: the other rows of its batches are masked, which is as good as a batch of 1.
            TestData = Windows.InRows([Trajectory(random)], Rows),
            Model = Model.Of(Recurrent(cells, 16), Dense(1)),
            State = Memory ? StatePolicy.ResetAtBoundaries : StatePolicy.Stateless,
            Training = new()
            {
                Epochs = 60,
                BatchSize = Rows,
                Shuffle = false,
                EarlierBatches = Memory ? 7 : 0,
                Loss = Loss.MeanSquaredError,
                Optimizer = new Adam { LearningRate = 0.01 },
            },
            Metrics = [RootMeanSquaredError, RootMeanSquaredError.OfBaseline("naive")],
        };
    }

    // x[t] = 2 cos(rate) x[t - 1] - x[t - 2] swings at its rate for ever; no library's sine decides a bit.
    private static TimeSeries Trajectory(Random random)
    {
        double factor = 1.7 - 1.2 * random.NextDouble();
        double[] values = new double[random.Next(20, 41)];
        values[1] = 0.3 + 0.2 * random.NextDouble();
        for (int step = 2; step < values.Length; step++) values[step] = Math.Clamp(factor * 0.98 * values[step - 1] - 0.96 * values[step - 2], -2, 2);
        return TimeSeries.Of("trajectory", values);
    }
}
