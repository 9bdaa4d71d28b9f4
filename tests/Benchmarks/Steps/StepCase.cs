using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.Training;

namespace Research.Benchmarks.Steps;

/// <summary>A size at which steps are timed.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Samples">Rows of a batch.</param>
/// <param name="TimeSteps">Time steps of a sample.</param>
/// <param name="Features">Features at each time step.</param>
/// <param name="Units">Units of the recurrent layers.</param>
/// <param name="Classes">Classes of the softmax layer on top.</param>
internal sealed record StepCase(string Name, int Samples, int TimeSteps, int Features, int Units, int Classes)
{
    /// <summary>All cases, in the order of the table.</summary>
    public static IReadOnlyList<StepCase> All { get; } =
    [
        new("a", 1, 1, 1, 32, 26),
        new("b", 1, 3, 1, 32, 26),
        new("f", 1, 5, 1, 32, 26),
        new("d", 25, 1, 1, 16, 26),
        new("e", 1, 1, 1, 50, 26) { CarriesState = true },
        new("g", 32, 50, 64, 128, 64) { EveryStep = true },
        new("h", 64, 100, 128, 256, 128) { EveryStep = true },
        new("i", 64, 64, 512, 512, 512) { EveryStep = true, Layers = 2 },
        new("generation", 1, 1, 1, 50, 26) { CarriesState = true, Generates = true },
    ];

    /// <summary>The cases of these names, or all of them.</summary>
    /// <param name="names">Names; null for all.</param>
    /// <exception cref="ResearchException">There is no such case.</exception>
    public static IReadOnlyList<StepCase> Named(IReadOnlyList<string>? names) => names is null ? All :
    [
        .. names.Select(name => All.FirstOrDefault(known => known.Name == name)
            ?? throw new ResearchException($"There is no case '{name}'; there are {string.Join(", ", All.Select(known => known.Name))}.")),
    ];

    /// <summary>Recurrent layers.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether there is a target at every time step, instead of after the last one.</summary>
    public bool EveryStep { get; init; }

    /// <summary>Whether the state goes on from step to step.</summary>
    public bool CarriesState { get; init; }

    /// <summary>Whether the step is the prediction of a letter that is fed back, instead of training.</summary>
    public bool Generates { get; init; }

    /// <summary>
    /// Whether each repeat trains a new model. Only small models come near an end of their training, where gradients
    /// turn denormal; drawing large weights anew would take longer than the measurement.
    /// </summary>
    public bool FreshEachRepeat => Units < 128;

    public Model Model(CellRegistration cell)
    {
        List<Layer> layers = [];
        for (int i = 0; i < Layers; i++) layers.Add(Research.Framework.Models.Layers.Recurrent(cell.Create(Units), returnSequences: EveryStep || i < Layers - 1));
        layers.Add(Research.Framework.Models.Layers.Dense(Classes, Activation.Softmax));
        return Research.Framework.Models.Model.Of(layers);
    }

    public TrainingOptions Training => new() { BatchSize = Samples, Optimizer = new Adam() };

    /// <summary>Random inputs with random classes, several batches of them: nothing that the model could learn by heart.</summary>
    public Dataset Data()
    {
        int batches = Samples * TimeSteps * Features > 100_000 ? 2 : Generates ? Classes : 25;
        int samples = Samples * batches, targetSteps = EveryStep ? TimeSteps : 1;
        Random random = new Seeds(7).Stream("benchmark data");
        float[] inputs = new float[samples * TimeSteps * Features];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = random.NextSingle();
        int[] classes = new int[samples * targetSteps];
        for (int i = 0; i < classes.Length; i++) classes[i] = random.Next(Classes);
        return new Dataset
        {
            Description = $"random data of case {Name}",
            Samples = samples,
            Input = new() { TimeSteps = TimeSteps, Features = Features, Values = inputs },
            Target = new() { TimeSteps = targetSteps, Width = Classes, Classes = classes },
        };
    }
}
