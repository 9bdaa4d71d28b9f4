using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Plain.Fuzz;

/// <summary>A random model with an objective and data for it.</summary>
internal sealed class RandomModel
{
    private readonly Random _random;
    private readonly RandomInput[] _inputs;
    private readonly RandomGraph _parts;

    // Large enough for all that an engine does only where it pays.
    private readonly bool _isLarge;

    public RandomModel(int seed)
    {
        _random = new Random(seed);
        bool onlyForward = _random.Next(4) == 0;
        _isLarge = _random.Next(15) == 0;
        int steps = _random.Next(1, 6);
        _inputs = [.. Enumerable.Range(0, onlyForward ? 1 : _random.Next(1, 4)).Select(index =>
        {
            bool symbols = _random.Next(4) == 0;
            return new RandomInput(
                index == 0 ? "input" : FormattableString.Invariant($"input_{index}"), _random.Next(2) == 0 ? steps : _random.Next(1, 6), symbols ? 1 : _random.Next(1, 4), symbols ? _random.Next(2, 6) : 0, _random.Next(2) == 0);
        })];
        _parts = new RandomGraph(_inputs, new Random(seed), onlyForward, _isLarge ? 9 : 1);
        Graph = Model.Build(_parts.Build).Graph([.. _inputs.Select(input => new InputShape(input.Name, input.Features))]);
        for (int i = 0; i < _parts.Outputs.Count; i++)
        {
            // A cell's saturating output that others read is refused with the loss that goes with it.
            RandomOutput output = _parts.Outputs[i];
            if (new Objective { Loss = Loss.MeanSquaredError, Losses = [output.Loss] }.Findings(Graph).Count > 0)
                _parts.Outputs[i] = output with { Loss = output.Loss with { Loss = Loss.MeanSquaredError }, Classes = false };
        }

        Objective = RandomObjective(onlyForward);
        Dataset longer = Data(1);
        Case = new Case(Graph, Objective, Graph.Findings(longer, needsTargets: true).Count == 0 && _random.Next(2) == 0 ? [Data(0), longer] : [Data(0)], _isLarge ? _random.Next(8, 20) : _random.Next(1, 5));
    }

    /// <summary>The model with data of other numbers of time steps, where it lets them.</summary>
    public Case Case { get; }

    public ModelGraph Graph { get; }

    public Objective Objective { get; }

    private Objective RandomObjective(bool onlyForward)
    {
        Optimizer optimizer = _random.Next(7) switch
        {
            0 => new Sgd { LearningRate = 0.1 },
            1 => new Sgd { LearningRate = 0.1, Momentum = 0.9, Nesterov = _random.Next(2) == 0 },
            2 => new RmsProp { LearningRate = 0.05, Epsilon = 1e-2, Centered = _random.Next(2) == 0, Momentum = _random.Next(2) * 0.5, EpsilonOutsideRoot = _random.Next(2) == 0 },
            3 when Graph.Weights.Count > 0 => new AdamW { LearningRate = 0.05, Epsilon = 1e-2, DecayPattern = Pattern() },
            4 => new Adam { LearningRate = 0.05, Epsilon = 1e-2, AmsGrad = true },
            _ => new Adam { LearningRate = 0.05, Epsilon = 1e-2 },
        };
        optimizer = _random.Next(6) switch
        {
            0 => optimizer with { ClipNorm = 0.1 },
            1 => optimizer with { ClipValue = 0.05 },
            2 => optimizer with { GlobalClipNorm = 0.1 },
            3 => optimizer with { Schedule = LearningRateSchedule.Exponential(3, 0.5) },
            _ => optimizer,
        };
        return new Objective
        {
            Losses = [.. _parts.Outputs.Select(output => output.Loss)],
            Optimizer = optimizer,
            WeightRules = Graph.Weights.Count == 0 ? [] : [.. Enumerable.Range(0, _random.Next(3)).Select(index => new WeightRule { Pattern = Pattern(), L2 = index == 0 ? 0.01 : 0, MaxNorm = _random.Next(2) == 0 ? 0.8 : null })],
            EarlierBatches = onlyForward ? _random.Next(4) : 0,
        };
    }

    private string Pattern() => _random.Next(2) == 0 || Graph.Weights.Count == 0 ? "*" : Graph.Weights[_random.Next(Graph.Weights.Count)].Name;

    private Dataset Data(int more)
    {
        int samples = _isLarge ? 30 : 7;
        InputBlock[] blocks = [.. _inputs.Select(input => new InputBlock
        {
            Name = input.Name,
            TimeSteps = input.Steps + more,
            Features = input.Features,
            Values = Values(input, samples * (input.Steps + more)),
            Mask = input.Masked ? Mask(samples, input.Steps + more) : null,
        })];
        Dataset inputs = new() { Description = "random", Samples = samples, Inputs = blocks };
        return new Dataset
        {
            Description = inputs.Description,
            Samples = samples,
            Inputs = blocks,
            Targets = [.. Graph.Outputs.Zip(_parts.Outputs, (output, known) => Target(output, known, output.Node.Steps.In(inputs), samples))],
        };
    }

    private TargetBlock Target(GraphOutput output, RandomOutput known, int steps, int samples)
    {
        int rows = samples * steps, width = output.Node.Width;
        bool[]? mask = _random.Next(3) == 0 ? Mask(samples, steps) : null;
        float[] values = [.. Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, width).Select(_ => mask?[row] == false ? 0 : known.Probabilities ? _random.NextSingle() : 2 * _random.NextSingle() - 1))];
        return new TargetBlock
        {
            Name = output.Name,
            TimeSteps = steps,
            Width = width,
            Classes = known.Classes ? [.. Enumerable.Range(0, rows).Select(_ => _random.Next(width))] : null,
            Values = known.Classes ? null : values,
            Weights = _random.Next(3) == 0 ? [.. Enumerable.Range(0, rows).Select(_ => _random.Next(4) * 0.5f)] : null,
            Mask = mask,
        };
    }

    // Every fifth step of numbers is padding, all zero; so is symbol 0.
    private float[] Values(RandomInput input, int rows) => [.. Enumerable.Range(0, rows).SelectMany(_ =>
    {
        bool padding = _random.Next(5) == 0;
        return Enumerable.Range(0, input.Features).Select(_ => padding ? 0 : input.Symbols > 0 ? _random.Next(input.Symbols) : 2 * _random.NextSingle() - 1).ToArray();
    })];

    // Padding before, after or anywhere; sometimes a whole sample.
    private bool[] Mask(int samples, int steps) => [.. Enumerable.Range(0, samples).SelectMany(_ =>
    {
        int kind = _random.Next(4), real = _random.Next(steps + 1);
        return Enumerable.Range(0, steps).Select(step => kind switch
        {
            0 => step < real,
            1 => step >= steps - real,
            2 => _random.Next(3) > 0,
            _ => true,
        }).ToArray();
    })];
}
