using Research.Framework.Data;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>A plan in the making: at first the simplest that runs.</summary>
/// <param name="seed">Decides its numbers.</param>
internal sealed class PlanDraft(int seed)
{
    private bool _filled;

    /// <summary>What was changed.</summary>
    public List<string> Notes { get; } = [];

    public int Samples { get; set; } = 3;

    public BlockDraft Input { get; } = new() { Name = "input" };

    public BlockDraft? Second { get; set; }

    public BlockDraft Target { get; } = new() { Name = "output", Width = 2 };

    /// <summary>How many symbols the input holds; 0 for numbers.</summary>
    public int Symbols { get; set; }

    /// <summary>Whether targets are classes.</summary>
    public bool OfClasses { get; set; }

    public bool[]? Boundaries { get; set; }

    public string[]? Labels { get; set; }

    /// <summary>What stands before the last layer.</summary>
    public List<Layer> Layers { get; } = [];

    public Layer? Last { get; set; }

    public Func<Dataset, Dataset?> Validation { get; set; } = _ => null;

    public Func<Dataset, Dataset?> Test { get; set; } = _ => null;

    public IStatePolicy State { get; set; } = StatePolicy.Stateless;

    public TrainingOptions Training { get; set; } = new() { Epochs = 2, BatchSize = 2, Loss = Loss.MeanSquaredError };

    public List<IMetric> Metrics { get; } = [];

    public List<Probe> Probes { get; } = [];

    /// <summary>Draws the numbers, once the sizes are known.</summary>
    public void Fill()
    {
        if (_filled) return;
        _filled = true;
        Random random = new(seed);
        foreach (BlockDraft block in Inputs)
        {
            block.Values = [.. Enumerable.Range(0, Samples * block.TimeSteps * block.Width).Select(_ => Symbols > 0 ? random.Next(Symbols) : 2 * random.NextSingle() - 1)];
        }

        int rows = Samples * Target.TimeSteps;
        if (OfClasses) Target.Classes = [.. Enumerable.Range(0, rows).Select(_ => random.Next(Target.Width))];
        else Target.Values = [.. Enumerable.Range(0, rows * Target.Width).Select(_ => random.NextSingle())];
    }

    public ExperimentPlan Plan()
    {
        Dataset data = new()
        {
            Description = "fuzzed",
            Samples = Samples,
            Inputs = [.. Inputs.Select(block => new InputBlock { Name = block.Name, TimeSteps = block.TimeSteps, Features = block.Width, Values = block.Values!, Mask = block.Mask })],
            Targets = [new TargetBlock { Name = Target.Name, TimeSteps = Target.TimeSteps, Width = Target.Width, Values = Target.Values, Classes = Target.Classes, Mask = Target.Mask, Weights = Target.Weights, ClassNames = Target.Names }],
            Boundaries = Boundaries,
            InputLabels = Labels,
        };
        Layer last = Last ?? Framework.Models.Layers.Dense(Target.Width);
        Layer[] ends = Target.TimeSteps == 1 && Input.TimeSteps > 1 ? [.. Layers, last, Framework.Models.Layers.LastStep()] : [.. Layers, last];
        return new ExperimentPlan
        {
            Data = data,
            Model = Second is null ? Model.Of(ends) : Model.Build(model =>
            {
                Flow second = model.Add(Framework.Models.Layers.LastStep(), model.Input(Second.Name));
                Flow first = model.Chain(ends[..^1], model.Input());
                model.Output(Target.Name, model.Add(ends[^1], model.Join(Framework.Models.Layers.Concatenate(), first, model.RepeatTo(second, first))));
            }),
            ValidationData = Validation(data),
            TestData = Test(data),
            State = State,
            Training = Training,
            Metrics = Metrics,
            Probes = Probes,
        };
    }

    private IEnumerable<BlockDraft> Inputs => Second is null ? [Input] : [Input, Second];

    public override string ToString() =>
        FormattableString.Invariant($"{string.Join(", ", Notes)}: {Samples} samples, input {Block(Input)}, target {Block(Target)}, {string.Join(" > ", Layers.Append(Last))}, {Training.Loss.Name}, {Training.Optimizer.Name}, state {State.Name}, metrics [{string.Join(", ", Metrics.Select(metric => metric.Name))}]");

    private static string Block(BlockDraft block) => FormattableString.Invariant($"[{block.TimeSteps}, {block.Width}]{(block.Mask is { } mask ? $" masked {string.Concat(mask.Take(40).Select(real => real ? 'T' : 'F'))}" : "")}");
}
