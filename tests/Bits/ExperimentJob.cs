using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Experiments;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;

namespace Research.Bits;

/// <summary>A short training whose final weights are hashed.</summary>
/// <param name="Name">The experiment's name.</param>
/// <param name="Cell">The cell's name.</param>
/// <param name="Plan">What is run, drawn anew for each run.</param>
internal sealed record ExperimentJob(string Name, string Cell, Func<ExperimentPlan> Plan) : IBitsJob
{
    private const int Seed = 7;
    private const int Steps = 100; // at least; a whole number of epochs

    public string Title => $"{Name} {Cell}";

    /// <summary>Whether it is one of the experiments, and not a size made up for the sake of the kernels.</summary>
    public bool IsExperiment { get; init; }

    /// <summary>Every cell with every experiment, and sizes that need more than one tile, panel or block of a matrix.</summary>
    public static IReadOnlyList<ExperimentJob> All()
    {
        ServiceProvider services = new ServiceCollection()
            .AddResearch()
            .AddResearchCells()
            .AddAlphabetExperiments()
            .BuildServiceProvider();
        List<ExperimentJob> jobs = [];
        foreach (CellRegistration cell in RegisteredCells.All)
        {
            foreach (ExperimentRegistration registration in services.GetServices<ExperimentRegistration>())
            {
                string name = registration.Create(services, cell.AsFactory()).Name;
                jobs.Add(new(name, cell.Name, () => Shortened(registration.Create(services, cell.AsFactory()).Plan(new Seeds(Seed)))) { IsExperiment = true });
            }
        }

        // In turn: weights that are packed, a sum over the features in blocks, a sum over samples and time steps in blocks.
        foreach (string name in new[] { "lstm", "gru" })
        {
            CellRegistration cell = RegisteredCells.Named(name);
            jobs.Add(new("large-layer", name, () => Random(cell, samples: 70, timeSteps: 3, features: 96, units: 160)));
            jobs.Add(new("many-features", name, () => Random(cell, samples: 40, timeSteps: 2, features: 600, units: 48)));
            jobs.Add(new("many-time-steps", name, () => Random(cell, samples: 40, timeSteps: 20, features: 8, units: 48)));
            jobs.Add(new("dropout", name, () => Random(cell, samples: 40, timeSteps: 4, features: 8, units: 48, dropout: 0.3)));
        }

        return jobs;
    }

    public string Run(IEngine engine) =>
        new ExperimentRunner(TimeProvider.System).Run(new() { Experiment = Name, Cell = Cell, Engine = engine, Plan = Plan(), Seed = Seed }).Fingerprint;

    private static ExperimentPlan Shortened(ExperimentPlan plan)
    {
        int batches = (plan.Data.Samples + plan.Training.BatchSize - 1) / plan.Training.BatchSize;
        int epochs = Math.Min(plan.Training.Epochs, (Steps + batches - 1) / batches);
        return plan with { Training = plan.Training with { Epochs = epochs } };
    }

    // Batches of 33 rows, which no tile divides, and a smaller last one; two layers; shuffled; orthogonal start weights,
    // which all cells draw.
    private static ExperimentPlan Random(CellRegistration cell, int samples, int timeSteps, int features, int units, double dropout = 0)
    {
        const int Classes = 37;
        Random random = new Seeds(Seed).Stream("data");
        float[] inputs = new float[samples * timeSteps * features];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = 2 * random.NextSingle() - 1;
        int[] classes = new int[samples * timeSteps];
        for (int i = 0; i < classes.Length; i++) classes[i] = random.Next(Classes);
        return new ExperimentPlan
        {
            Data = new Dataset
            {
                Description = "random",
                Samples = samples,
                Input = new() { TimeSteps = timeSteps, Features = features, Values = inputs },
                Target = new() { TimeSteps = timeSteps, Width = Classes, Classes = classes },
            },
            Model = Model.Of(
                Layers.Recurrent(cell.Create(units), returnSequences: true) with { Dropout = dropout, RecurrentDropout = dropout },
                Layers.Recurrent(cell.Create(units), returnSequences: true),
                Layers.Dense(Classes, Activation.Softmax)),
            Training = new() { Epochs = 2, BatchSize = 33, Shuffle = true },
        };
    }
}
