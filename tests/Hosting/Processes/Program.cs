using System.Diagnostics;
using System.Globalization;
using Research.Cells;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;

namespace Research.Framework.Hosting.Tests.Processes;

/// <summary>The command line in a process of its own, with experiments that end soon or never.</summary>
internal static class Program
{
    /// <summary>The environment's variable that names a file; the program leaves there how many bytes it took at most.</summary>
    public const string PeakVariable = "RESEARCH_PEAK_FILE";

    public static async Task<int> Main(string[] args)
    {
        int code = await ResearchHost.RunAsync(args, services => services
            .AddExperiment<Quick>()
            .AddExperiment<Large>()
            .AddExperiment<LongCompile>()
            .AddExperiment<HangingMetric>()
            .AddExperiment<HangingPlan>());
        if (Environment.GetEnvironmentVariable(PeakVariable) is { } path)
        {
            using Process own = Process.GetCurrentProcess();
            await File.WriteAllTextAsync(path, own.PeakWorkingSet64.ToString(CultureInfo.InvariantCulture));
        }

        return code;
    }

    private static void Hang()
    {
        while (true) Thread.Sleep(Timeout.Infinite);
    }

    // So that a test knows.
    private static void Say(string what) => File.WriteAllText(what, "now\n");

    private sealed class Quick(ICellFactory cells) : FakeExperiment("quick", cells)
    {
        public override ExperimentPlan Plan(Seeds seeds) => base.Plan(seeds) with
        {
            Training = new() { Epochs = 2, BatchSize = 1, Shuffle = false },
            Metrics = [Metric.Accuracy],
            Probes = [],
            Model = Model.Of(Layers.Recurrent(Cells, 2), Layers.Dense(5, Activation.Softmax)),
        };
    }

    /// <summary>Data of 40 MB, made anew for each seed, and predictions of 1.6 MB.</summary>
    private sealed class Large(ICellFactory cells) : FakeExperiment("large", cells)
    {
        private const int Samples = 2000, Steps = 10, Features = 500, Outputs = 20;

        public override ExperimentPlan Plan(Seeds seeds) => base.Plan(seeds) with
        {
            Training = new() { Epochs = 1, BatchSize = 50, Shuffle = false, Loss = Loss.MeanSquaredError },
            Metrics = [Metric.MeanSquaredError],
            Probes = [],
            Data = new Dataset
            {
                Description = "noise",
                Samples = Samples,
                Input = new InputBlock { TimeSteps = Steps, Features = Features, Values = Noise(seeds, Samples * Steps * Features) },
                Target = new TargetBlock { TimeSteps = Steps, Width = Outputs, Values = Noise(seeds, Samples * Steps * Outputs) },
            },
            Model = Model.Of(Layers.Recurrent(Cells, 2, returnSequences: true), Layers.Dense(Outputs)),
        };

        private static float[] Noise(Seeds seeds, int count)
        {
            Random random = seeds.Stream("data");
            float[] values = new float[count];
            for (int i = 0; i < count; i++) values[i] = random.NextSingle();
            return values;
        }
    }

    /// <summary>Orthogonal start weights that take many seconds.</summary>
    private sealed class LongCompile(ICellFactory cells) : FakeExperiment("long-compile", cells)
    {
        public override ExperimentPlan Plan(Seeds seeds) => base.Plan(seeds) with
        {
            Metrics = [],
            Probes = [],
            Model = Model.Of(Layers.Recurrent(new SimpleRnnCell(6000) { RecurrentInitializer = new Announced(Initializers.Orthogonal) }), Layers.Dense(5, Activation.Softmax)),
        };

        private sealed class Announced(Initializer own) : Initializer
        {
            public override string Name => own.Name;

            public override void Fill(Span<float> weights, int rows, int columns, Random random, CancellationToken cancellation = default)
            {
                Say("compiling");
                own.Fill(weights, rows, columns, random, cancellation);
                Say("compiled");
            }
        }
    }

    private sealed class HangingMetric(ICellFactory cells) : FakeExperiment("hanging-metric", cells)
    {
        // Cheap, so that it comes last; and it does not hang where a plan is tried, on equal probabilities. Of sample 0, whose input is 0, a
        // model without biases predicts those, too.
        public override ExperimentPlan Plan(Seeds seeds) => base.Plan(seeds) with
        {
            Training = new() { Epochs = 0, BatchSize = 1, Shuffle = false },
            Metrics = [Metric.Of("hanging", predictions =>
            {
                if (predictions.Values[^1] == 1f / 5) return 0;
                Say("measuring");
                Hang();
                return 0;
            })],
        };
    }

    private sealed class HangingPlan(ICellFactory cells) : FakeExperiment("hanging-plan", cells)
    {
        public override ExperimentPlan Plan(Seeds seeds)
        {
            Say("planning");
            Hang();
            return base.Plan(seeds);
        }
    }
}
