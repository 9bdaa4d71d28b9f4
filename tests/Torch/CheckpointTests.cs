using Research.Cells;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Framework.Weights;

namespace Research.Torch.Tests;

/// <summary>A training that is begun on one engine goes on on the other.</summary>
public sealed class CheckpointTests
{
    private static readonly Optimizer[] s_optimizers = [new Adam { AmsGrad = true }, new AdamW(), new Sgd { Momentum = 0.9 }, new RmsProp { Centered = true, Momentum = 0.5 }];

    [Test]
    public void Checkpoint_GoesBothWays([Range(0, 3)] int which)
    {
        Optimizer optimizer = s_optimizers[which];
        Dataset data = Torches.Classes(10, 4, 3, 3, targetSteps: 1);
        ModelGraph graph = Model.Of(Layers.Recurrent(new LstmCell(5)), Layers.Dropout(0.3), Layers.Dense(3, Activation.Softmax)).Graph(data);
        Objective objective = new() { Optimizer = optimizer };
        IEngine managed = new ManagedEngine(), torch = Torches.Modules;
        float[] whole = Train(managed, managed);
        Assert.Multiple(() =>
        {
            Assert.That(Train(torch, managed), Is.EqualTo(whole).Within(2e-5f), "begun on torch");
            Assert.That(Train(managed, torch), Is.EqualTo(whole).Within(2e-5f), "begun on the built-in engine");
            Assert.That(Train(torch, torch), Is.EqualTo(whole).Within(2e-5f), "all on torch");
        });

        float[] Train(IEngine first, IEngine second)
        {
            TrainingOptions half = new() { Epochs = 3, BatchSize = 4, Shuffle = false, Optimizer = optimizer }, all = half with { Epochs = 6 };
            using ICompiledModel one = first.Compile(graph, objective, new Seeds(2)), two = second.Compile(graph, objective, new Seeds(9));
            TrainingRun begun = new(one, half, StatePolicy.ResetEachEpoch, new Seeds(2));
            begun.Train(data);
            Checkpoint kept = begun.CreateCheckpoint();
            new TrainingRun(two, all, StatePolicy.ResetEachEpoch, new Seeds(2)) { MayDiffer = [.. kept.Conditions.Keys] }.Resume(data, kept);
            return [.. graph.Weights.SelectMany(weight => two.GetWeight(weight.Name))];
        }
    }

    [Test]
    public void State_GoesBothWays()
    {
        Dataset data = Torches.Classes(6, 2, 3, 3, targetSteps: 1);
        ModelGraph graph = Model.Of(Layers.Recurrent(new GruCell(5)), Layers.Dense(3, Activation.Softmax)).Graph(data);
        using ICompiledModel managed = new ManagedEngine().Compile(graph, new Objective(), new Seeds(2)), torch = Torches.Modules.Compile(graph, new Objective(), new Seeds(2));
        RecurrentState alternating = managed.CreateState(), alone = managed.CreateState();
        Batch batch = new(data, 1) { Rows = 1 };
        for (int sample = 0; sample < 6; sample++)
        {
            batch.Samples[0] = sample;
            batch.RowStates[0] = sample == 0 ? RowState.Reset : RowState.Carry;
            float[] mixed = (sample % 2 == 0 ? torch : managed).PredictBatch(batch, alternating).All[0].Values;
            Assert.That(mixed, Is.EqualTo(managed.PredictBatch(batch, alone).All[0].Values).Within(1e-6f), $"sample {sample}");
        }
    }
}
