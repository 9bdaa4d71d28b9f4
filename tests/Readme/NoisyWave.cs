using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace ReadersProject;

/// <summary>A reader's own data: the next value of a noisy wave from the twenty before it.</summary>
public sealed class NoisyWave(ICellFactory cells) : IExperiment
{
    private const int Steps = 20;

    public string Name => "noisy-wave";

    public ExperimentPlan Plan(Seeds seeds)
    {
        Random noise = seeds.Stream("noise");
        float[] series = [.. Enumerable.Range(0, 300).Select(i => Math.Abs(i % 20 - 10) / 10f + 0.1f * noise.NextSingle())];
        return new()
        {
            Data = Windows("a noisy wave", series[..220]),
            TestData = Windows("how it goes on", series[200..]),
            Model = Model.Of(Recurrent(cells, 16), Dense(1)),
            Training = new() { Epochs = 60, Loss = Loss.MeanSquaredError },
            Metrics = [RootMeanSquaredError],
        };
    }

    private static Dataset Windows(string description, float[] series) => new()
    {
        Description = description,
        Samples = series.Length - Steps,
        Input = new()
        {
            TimeSteps = Steps,
            Features = 1,
            Values = [.. Enumerable.Range(0, series.Length - Steps).SelectMany(start => series[start..(start + Steps)])],
        },
        Target = new() { Width = 1, Values = series[Steps..] },
    };
}
