using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;

namespace Research.Framework.Hosting.Tests.Processes;

/// <summary>The command line in a process of its own, with experiments that end soon or never.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => ResearchHost.RunAsync(args, services => services
        .AddExperiment<Quick>()
        .AddExperiment<HangingMetric>()
        .AddExperiment<HangingPlan>());

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
