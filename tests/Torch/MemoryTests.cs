using Research.Cells;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;
using TorchSharp;

namespace Research.Torch.Tests;

/// <summary>Nothing of a step or of a model stays behind.</summary>
[NonParallelizable]
public sealed class MemoryTests
{
    [Test]
    public void Tensors_AreAsManyAfterThousandsOfSteps()
    {
        Dataset data = Torches.Classes(8, 3, 2, 3, targetSteps: 1);
        using ICompiledModel model = Torches.Modules.Compile(Graph(data), new Objective(), new Seeds(1));
        RecurrentState state = model.CreateState();
        Batch batch = new(data, 4) { Rows = 4 };
        Run(10);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run(6000);
        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));

        void Run(int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                for (int row = 0; row < 4; row++) batch.Samples[row] = (step + row) % 8;
                if (step % 6 == 5) model.PredictBatch(batch, state);
                else model.TrainBatch(batch, state);
            }
        }
    }

    [Test]
    public void Tensors_AreAsManyAfterHundredModels()
    {
        Dataset data = Torches.Classes(8, 3, 2, 3, targetSteps: 1);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 100; i++)
        {
            using ICompiledModel model = Torches.Modules.Compile(Graph(data), new Objective(), new Seeds(i));
            Batch batch = new(data, 4) { Rows = 4 };
            model.TrainBatch(batch, model.CreateState());
            model.SetTensors([.. model.Tensors.Select(model.GetTensor)]);
        }

        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private static ModelGraph Graph(Dataset data) =>
        Model.Of(Layers.Recurrent(new LstmCell(4), returnSequences: true), Layers.Recurrent(new GruV1Cell(3)), Layers.Dense(3, Activation.Softmax)).Graph(data);
}
