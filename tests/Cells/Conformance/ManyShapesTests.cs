using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.Training;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Conformance;

/// <summary>One model, batches of many lengths: what it keeps for each does not add up.</summary>
public sealed class ManyShapesTests
{
    private const int Rows = 16, Units = 64, Longest = 160;

    private static readonly TrainingOptions Options = new() { Loss = Loss.MeanSquaredError };

    [Test]
    public void ManyLengths_TakeLittleMoreThanTheLongest()
    {
        long one = Kept([Longest]), all = Kept([.. Enumerable.Range(1, Longest)]);
        Assert.That(one, Is.GreaterThan(4 << 20), "otherwise this says nothing");
        Assert.That(all, Is.LessThan(5 * one), "the lengths together have 80 times as many steps as the longest");
    }

    /// <summary>What is bound again, and what makes room while a gradient is not yet formed, changes no bit.</summary>
    [Test]
    public void ManyLengths_SameBitsAsAModelForEach()
    {
        int[] lengths = [Longest, 140, 150, 120, 156, Longest, 130, 140, 1, 150];
        using ICompiledModel together = Compile();
        IReadOnlyList<NamedTensor> carried = [];
        float[] weights = [];
        foreach (int length in lengths)
        {
            Train(together, length);
            using ICompiledModel alone = Compile();
            if (carried.Count > 0) alone.SetTensors(carried);
            Train(alone, length);
            carried = [.. alone.Tensors.Select(alone.GetTensor)];
            weights = Weights(alone);
        }

        Assert.That(Weights(together).AsSpan().SequenceEqual(weights), Is.True);
    }

    private static float[] Weights(ICompiledModel model) => [.. model.Graph.Weights.SelectMany(weight => model.GetWeight(weight.Name))];

    private static long Kept(int[] lengths)
    {
        using ICompiledModel model = Compile();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (int length in lengths) Train(model, length);
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(model);
        return kept;
    }

    private static ICompiledModel Compile() => new ManagedEngine().Compile(Model.Of(Recurrent(new LstmCell(Units))), 1, Options, new Seeds(7));

    private static void Train(ICompiledModel model, int length)
    {
        Dataset data = new()
        {
            Description = "random",
            Samples = Rows,
            Input = new() { TimeSteps = length, Features = 1, Values = Numbers.ToFloat(Numbers.Uniform("inputs", Rows * length)) },
            Target = new() { TimeSteps = 1, Width = Units, Values = Numbers.ToFloat(Numbers.Uniform("targets", Rows * Units)) },
        };
        model.TrainBatch(EngineRun.Batch(data), model.CreateState());
    }
}
