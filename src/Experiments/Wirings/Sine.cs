using Research.Datasets.Series;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>A sine, one step ahead and free-running.</summary>
/// <remarks>
/// What it teaches: a small error one step ahead says little of a forecast. One step ahead the network is put right at every step; free-running
/// it is fed its own outputs, and its errors add up in phase and amplitude. Both are judged on the same steps, none of which it has learnt.
/// </remarks>
/// <param name="cells">The cell under study.</param>
public sealed class Sine(ICellFactory cells) : IExperiment
{
    private const int Learnt = 300, Ahead = 100;

    /// <inheritdoc/>
    public string Name => "sine";

    /// <inheritdoc/>
    public string Summary => "A sine wave: one step ahead against a continuation that is fed its own outputs.";

    /// <inheritdoc/>
    public string Description =>
        "A small error one step ahead says little of a forecast. One step ahead the network is put right at every step; free-running it is fed its " +
        "own outputs, and its errors add up in phase and amplitude. Both are judged on the same steps, none of which it has learnt.";

    /// <summary>Steps of a period.</summary>
    public double Period { get; set; } = 25;

    /// <summary>Time steps of a window.</summary>
    public int Window { get; set; } = 20;

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        TimeSeries sine = TimeSeries.Of("sine", [.. Enumerable.Range(0, Learnt + Ahead).Select(step => Wave(step / Period))]);
        return new()
        {
            Data = Windows.Of(sine, Window, options: new() { Until = Learnt }),
            TestData = Windows.Of(sine, Window, options: new() { From = Learnt }),
            Model = Model.Of(Recurrent(cells, 16), Dense(1)),
            Training = new() { Epochs = 60, BatchSize = 16, Loss = Loss.MeanSquaredError, Optimizer = new Adam { LearningRate = 0.01 } },
            Metrics = [RootMeanSquaredError, RootMeanSquaredError.OfBaseline("naive")],
            Forecasts = [new() { Data = Continuation(sine), Metrics = [RootMeanSquaredError] }],
        };
    }

    private Dataset Continuation(TimeSeries sine) => new()
    {
        Description = $"{Ahead} steps after what was learnt",
        Samples = 1,
        Input = new() { TimeSteps = Window, Features = 1, Values = Values(sine.Part(Learnt - Window, Window)) },
        Target = new() { TimeSteps = Ahead, Width = 1, Values = Values(sine.Part(Learnt, Ahead)) },
    };

    // Its power series around the nearest whole period: no library's sine, which would decide bits.
    private static double Wave(double periods)
    {
        double angle = 2 * Math.PI * (periods - Math.Round(periods)), term = angle, sum = angle;
        for (int power = 3; power < 40; power += 2)
        {
            term *= -angle * angle / (power * (power - 1));
            sum += term;
        }

        return sum;
    }

    private static float[] Values(TimeSeries series) => [.. series.Column("sine").Select(value => (float)value)];
}
