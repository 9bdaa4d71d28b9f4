using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Conformance;

/// <summary>Weights so large that threads divide their update.</summary>
public sealed class SharedUpdateTests
{
    private const int Rows = 2, TimeSteps = 2, Units = 400;

    private static IEnumerable<Optimizer> Optimizers =>
    [
        new Adam(),
        new Adam { AmsGrad = true },
        new AdamW { WeightDecay = 0.1 },
        new Adam { GlobalClipNorm = 0.01 },
        new Sgd(),
        new Sgd { Momentum = 0.9 },
        new Sgd { Momentum = 0.9, Nesterov = true },
        new RmsProp(),
        new RmsProp { Centered = true, Momentum = 0.9 },
    ];

    [TestCaseSource(nameof(Optimizers))]
    public void Threads_DoNotShow(Optimizer optimizer)
    {
        float[] expected = Train(new TrainingOptions { Optimizer = optimizer });
        Assert.That(Train(new TrainingOptions { Optimizer = optimizer, Threads = 3 }).AsSpan().SequenceEqual(expected), Is.True);
    }

    private static float[] Train(TrainingOptions training)
    {
        ICompiledModel model = new ManagedEngine().Compile(Model.Of(Recurrent(new LstmCell(Units))), 1, training with { Loss = Loss.MeanSquaredError }, new Seeds(7));
        Dataset data = new()
        {
            Description = "random",
            Samples = Rows,
            Input = new() { TimeSteps = TimeSteps, Features = 1, Values = Numbers.ToFloat(Numbers.Uniform("inputs", Rows * TimeSteps)) },
            Target = new() { TimeSteps = 1, Width = Units, Values = Numbers.ToFloat(Numbers.Uniform("targets", Rows * Units)) },
        };
        RecurrentState state = model.CreateState();
        for (int i = 0; i < 3; i++) model.TrainBatch(EngineRun.Batch(data), state);
        return [.. model.Graph.Weights.SelectMany(weight => model.GetWeight(weight.Name))];
    }
}
