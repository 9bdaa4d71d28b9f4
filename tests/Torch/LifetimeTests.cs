using Research.Cells;
using Research.Cells.Torch;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using static Research.Framework.Equations.Functions;

namespace Research.Torch.Tests;

/// <summary>Traps of torch and of its bindings, and models in threads.</summary>
public sealed class LifetimeTests
{
    // The collector was seen to free numbers that torch was about to read: "Expected false to be true" in about one of 2,000 steps.
    [Test]
    public void Numbers_LiveUntilTorchHasReadThem()
    {
        Dataset data = Torches.Classes(4, 2, 2, 2, targetSteps: 1);
        using ICompiledModel model = Torches.Equations.Compile(Graph(data), new Objective { Optimizer = new RmsProp { Centered = true } }, new Seeds(1));
        using CancellationTokenSource done = new();
        Thread collector = new(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            Batch batch = new(data, 4) { Rows = 4 };
            for (int row = 0; row < 4; row++) batch.Samples[row] = row;
            RecurrentState state = model.CreateState();
            for (int step = 0; step < 500; step++) Assert.That(model.TrainBatch(batch, state).Loss, Is.GreaterThan(0));
        }
        finally
        {
            done.Cancel();
            collector.Join();
        }
    }

    [Test]
    public void Seeds_RunInThreads()
    {
        Dataset data = Torches.Classes(8, 3, 2, 3, targetSteps: 1);
        float[] Train(int seed)
        {
            ModelGraph graph = Graph(data, classes: 3);
            using ICompiledModel model = Torches.Modules.Compile(graph, new Objective(), new Seeds(seed));
            Batch batch = new(data, 4) { Rows = 4 };
            RecurrentState state = model.CreateState();
            for (int step = 0; step < 50; step++) model.TrainBatch(batch, state);
            return [.. graph.Weights.SelectMany(weight => model.GetWeight(weight.Name))];
        }

        float[][] alone = [.. Enumerable.Range(0, 6).Select(Train)], together = new float[6][];
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 3 }, seed => together[seed] = Train(seed));
        Assert.That(together, Is.EqualTo(alone));
    }

    [Test]
    public void Model_IsOneThreadsAtATime()
    {
        Dataset data = Torches.Classes(8, 200, 2, 3, targetSteps: 1);
        using ICompiledModel model = Torches.Equations.Compile(Graph(data, classes: 3), new Objective(), new Seeds(1));
        int refused = 0;
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            try
            {
                Batch batch = new(data, 4) { Rows = 4 };
                for (int step = 0; step < 5; step++) model.TrainBatch(batch, model.CreateState());
            }
            catch (ResearchException exception) when (exception.Message.Contains("another thread", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref refused);
            }
        });
        Assert.That(refused, Is.GreaterThan(0));
    }

    [Test]
    public void OwnOperation_NeedsItsTorchFunction()
    {
        ElementwiseOperation cube = ElementwiseOperation.Unary<CubeKernel>("Cube", x => x * x * x, (g, x, _) => 3 * g * x * x);
        FunctionCell cell = new("cubed", [new StateSlot("hidden", 3)], (scope, input, state) =>
        {
            Expr h = Tanh(cube.Of(input.Dot(scope.Kernel("kernel", 3)) + state["hidden"]));
            return new CellStep(h, h);
        });
        Dataset data = Torches.Classes(4, 3, 2, 2, targetSteps: 1);
        ModelGraph graph = Model.Of(Layers.Recurrent(cell), Layers.Dense(2, Activation.Softmax)).Graph(data);
        TorchEngine knowing = new(Torches.Options with { Operations = [new TorchOperation(cube, (x, _) => x[0] * x[0] * x[0])] });
        Assert.That(Torches.Modules.Findings(graph, new Objective())[0].Message, Is.EqualTo("the engine 'torch' does not know the operation 'Cube'; tell it with TorchOptions.Operations"));
        Assert.That(Torches.Alike(knowing, graph, data), Is.LessThan(1e-6));
    }

    [Test]
    public void CellWithItsOwnFunction_AgreesWithItsEquations()
    {
        Dataset data = Torches.Classes(4, 5, 2, 2, targetSteps: 1);
        Assert.That(Torches.Alike(Torches.Modules, Model.Of(Layers.Recurrent(new DecayCell(3)), Layers.Dense(2, Activation.Softmax)).Graph(data), data), Is.LessThan(1e-6));
    }

    [Test]
    public void CellWithItsOwnFunction_ThatYieldsWrongShapes_IsNamed()
    {
        Dataset data = Torches.Classes(4, 5, 2, 2, targetSteps: 1);
        using ICompiledModel model = Torches.Modules.Compile(Model.Of(Layers.Recurrent(new DecayCell(3) { IsWrong = true }), Layers.Dense(2, Activation.Softmax)).Graph(data), new Objective(), new Seeds(1));
        Assert.That(() => model.PredictBatch(new Batch(data, 1) { Rows = 1 }, model.CreateState()),
            Throws.TypeOf<ResearchException>().With.Message.EqualTo("Cell 'decay' of layer 'decay_1', on torch: output: expected [5, 1, 3], got [1, 1, 3]."));
    }

    // torch.matmul with shapes that do not fit was seen to end the process; mm, which equations run on, is refused, with twenty lines of which one is a message.
    [Test]
    public void ProductThatCannotBe_IsRefusedInOneLine()
    {
        Dataset data = Torches.Classes(4, 5, 2, 2, targetSteps: 1);
        using ICompiledModel model = Torches.Modules.Compile(Model.Of(Layers.Recurrent(new DecayCell(3) { Fails = true }), Layers.Dense(2, Activation.Softmax)).Graph(data), new Objective(), new Seeds(1));
        Assert.That(() => model.PredictBatch(new Batch(data, 1) { Rows = 1 }, model.CreateState()),
            Throws.TypeOf<ResearchException>().With.Message.EqualTo("Cell 'decay' of layer 'decay_1', on torch: mat1 and mat2 shapes cannot be multiplied (1x2 and 1x2)"));
        Assert.That(() => new TorchStep(new TorchOperations([]), new Dictionary<string, TorchSharp.torch.Tensor>(), 1).Dot(TorchSharp.torch.zeros(1, 2), TorchSharp.torch.zeros(3, 1)), Throws.InstanceOf<System.Runtime.InteropServices.ExternalException>());
    }

    [Test]
    public void ScanResult_RefusesNull() => Assert.Multiple(() =>
    {
        Assert.That(() => new TorchScanResult(null!, []), Throws.TypeOf<ResearchException>().With.Message.EqualTo("Output: expected a tensor, got null."));
        Assert.That(() => new TorchScanResult(TorchSharp.torch.zeros(1), null!), Throws.TypeOf<ResearchException>().With.Message.EqualTo("State: expected a list, got null."));
    });

    private static ModelGraph Graph(Dataset data, int classes = 2) => Model.Of(Layers.Recurrent(new LstmCell(4)), Layers.Dense(classes, Activation.Softmax)).Graph(data);

    private readonly struct CubeKernel : IUnaryKernel
    {
        public static TVector Apply<TSimd, TVector>(TVector x, TVector s)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            TSimd.Multiply(TSimd.Multiply(x, x), x);
    }
}
