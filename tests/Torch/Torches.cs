using Research.Cells.Torch;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Torch.Tests;

/// <summary>The engine under test, on the device that RESEARCH_TORCH_DEVICE names (default: cpu), and data for it.</summary>
internal static class Torches
{
    public static TorchOptions Options { get; } = new() { Device = Environment.GetEnvironmentVariable("RESEARCH_TORCH_DEVICE") ?? "cpu" };

    public static TorchEngine Modules { get; } = new(Options);

    public static TorchEngine Equations { get; } = new(Options with { UsesModules = false });

    /// <summary>The largest difference of a weight from the built-in engine's, after 30 steps from equal weights.</summary>
    public static double Alike(IEngine engine, ModelGraph graph, Dataset data)
    {
        float[] Train(IEngine own)
        {
            using ICompiledModel model = own.Compile(graph, new Objective(), new Seeds(4));
            RecurrentState state = model.CreateState();
            Batch batch = new(data, data.Samples) { Rows = data.Samples };
            for (int row = 0; row < data.Samples; row++) batch.Samples[row] = row;
            for (int step = 0; step < 30; step++) model.TrainBatch(batch, state);
            return [.. graph.Weights.SelectMany(weight => model.GetWeight(weight.Name))];
        }

        return Train(engine).Zip(Train(new ManagedEngine()), (one, other) => Math.Abs((double)one - other)).Max();
    }

    /// <summary>Random inputs with random classes.</summary>
    public static Dataset Classes(int samples, int steps, int features, int classes, int targetSteps, int seed = 5)
    {
        Random random = new Seeds(seed).Stream("torch tests");
        return new Dataset
        {
            Description = "random classes",
            Samples = samples,
            Input = new() { TimeSteps = steps, Features = features, Values = [.. Enumerable.Range(0, samples * steps * features).Select(_ => random.NextSingle() - 0.5f)] },
            Target = new() { TimeSteps = targetSteps, Width = classes, Classes = [.. Enumerable.Range(0, samples * targetSteps).Select(_ => random.Next(classes))] },
        };
    }
}
