using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Equations.Functions;
using static Research.Framework.Models.Layers;

namespace Research.Plain.Fuzz;

/// <summary>Puts together a random model: flows are read by several layers, joined, turned around, cut and repeated; all that nobody reads is put out.</summary>
/// <param name="inputs">The inputs.</param>
/// <param name="random">Draws everything.</param>
/// <param name="onlyForward">Whether time must run forward through every layer, as earlier batches need it.</param>
/// <param name="scale">How much wider than usual cells and dense layers are.</param>
internal sealed class RandomGraph(IReadOnlyList<RandomInput> inputs, Random random, bool onlyForward, int scale)
{
    private static readonly Activation[] s_activations = [Activation.Linear, Activation.Tanh, Activation.Sigmoid, Activation.Softplus, Activation.Silu, Activation.Relu];

    // Probabilities that keep away from 0 and 1, where floats lose what 1 - p is; no loss goes past its last operation.
    private static readonly Activation s_unsure = new("unsure", x => 0.1 + 0.8 * Sigmoid(x));

    private static readonly FunctionLoss[] s_functions =
    [
        new("weighted_square", (output, target, weight) => weight * Mean(Square(output - target))),
        new("distance", (output, target, weight) => weight * Sqrt(Sum(Square(output - target)))),
        new("soft_margin", (output, target, weight) => Mean(Softplus(target - output)) * (0.5 * weight + 0.1)),
    ];

    private readonly List<Part> _parts = [];
    private readonly List<Part> _unread = [];
    private readonly List<Encoder> _encoders = [];
    private ModelScope _model = null!;

    public List<RandomOutput> Outputs { get; } = [];

    public void Build(ModelScope model)
    {
        _model = model;
        foreach (RandomInput input in inputs)
        {
            Flow flow = model.Input(input.Name);
            if (input.Symbols > 0) flow = model.Add(Embedding(input.Symbols, random.Next(1, 4), maskZero: Chance(0.6)), Chance(0.2) && !onlyForward ? model.Reverse(flow) : flow);
            Keep(new Part(flow));
        }

        int layers = random.Next(1, 8);
        for (int i = 0; i < layers; i++) AddLayer();
        if (Chance(0.8)) PutOut(Pick(_ => true)!);
        while (_unread.Count > 0) PutOut(Read(_unread[random.Next(_unread.Count)]));
    }

    private void AddLayer()
    {
        switch (random.Next(15))
        {
            case 0 or 1 or 2 when Pick(part => !part.IsLast) is { } part: AddRecurrent(part); break;
            case 3 when !onlyForward && Pick(part => !part.IsLast) is { } part: AddBidirectional(part); break;
            case 4 when !onlyForward: AddDecoder(); break;
            case 5 when Pick(_ => true) is { } part: Keep(part.With(_model.Add(Dense(Width(3), s_activations[random.Next(s_activations.Length)]), part.Flow))); break;
            case 6 when Pick(_ => true) is { } part: Keep(part.With(_model.Add(LayerNormalization(), part.Flow))); break;
            case 7 when Pick(part => !part.IsLast) is { } part: Keep(part.With(_model.Add(Residual(Inner(part.Flow.Features)), part.Flow))); break;
            case 8 or 9: AddJoin(); break;
            case 10 when !onlyForward: AddSelection(); break;
            case 11 when Pick(_ => true) is { } part: Keep(new Part(_model.Last(part.Flow)) { IsLast = true }); break;
            case 12 when !onlyForward && Pick(part => Length(part.Flow) == 1 && (part.Flow.Steps.Input is null || part.Flow.Steps.Count == 1)) is { } part:
                Keep(new Part(Chance(0.5) ? _model.Repeat(part.Flow, random.Next(1, 4)) : _model.RepeatTo(part.Flow, _model.Input(inputs[random.Next(inputs.Count)].Name))));
                break;
            case 13 when Pick(_ => true) is { } part:
                if (Chance(0.5) && !onlyForward) Keep(part.With(_model.Reverse(part.Flow)));
                else if (Chance(0.5)) Keep(part.With(_model.Add(Masking(), part.Flow)));
                else Keep(part.With(_model.Add(Dropout(random.Next(3) * 0.3), part.Flow)));
                break;
            case 14 when Pick(_ => true) is { } part:
                // Each weight twice.
                int width = part.Flow.Features;
                Keep(part.With(_model.Map($"twice_{_parts.Count}", part.Flow, (scope, x) =>
                {
                    Expr kernel = scope.Kernel("kernel", width), scale = scope.Bias("scale", width, Initializers.Ones);
                    return Tanh(x.Dot(kernel) * scale).Dot(kernel) + x * scale;
                })));
                break;
        }
    }

    private void AddRecurrent(Part part)
    {
        int kind = random.Next(RandomCells.Kinds), units = Width(4);
        bool sequences = Chance(0.6);
        RecurrentLayer layer = Recurrence(kind, units) with { ReturnSequences = sequences, GoBackwards = !onlyForward && Chance(0.25) };
        Flow flow = _model.Add(layer, part.Flow);
        _encoders.Add(new Encoder(flow, kind, units));
        Keep(new Part(flow) { IsLast = !sequences, IsSigmoid = RandomCells.YieldsProbabilities(kind) });
    }

    private void AddBidirectional(Part part)
    {
        int units = Width(3);
        bool sequences = Chance(0.6);
        ICell[] cells = [.. Enumerable.Range(0, 2).Select(_ => RandomCells.Of(random.Next(7), units))];
        BidirectionalLayer layer = Bidirectional(cells[0], cells[1], sequences) with
        {
            Merge = (MergeMode)random.Next(5),
            Dropout = Chance(0.2) ? 0.3 : 0,
            RecurrentDropout = Chance(0.2) ? 0.3 : 0,
        };
        Part result = new(_model.Add(layer, part.Flow)) { IsLast = !sequences };

        // Directions that are kept apart can only be put out.
        if (layer.Merge == MergeMode.None) PutOut(result, asItIs: true);
        else Keep(result);
    }

    // From the state of an encoder that others read, too, or whose output nobody reads.
    private void AddDecoder()
    {
        if (_encoders.Count == 0 || Chance(0.5))
        {
            if (Pick(part => !part.IsLast) is not { } read) return;
            int kind = random.Next(RandomCells.Kinds), units = Width(3);
            _encoders.Add(new Encoder(_model.Add(Recurrence(kind, units) with { ReturnSequences = Chance(0.5) }, read.Flow), kind, units));
        }

        Encoder encoder = _encoders[^1];
        if (Pick(_ => true) is not { } part) return;
        bool sequences = Chance(0.7);
        Flow flow = _model.Add(Recurrence(encoder.Kind, encoder.Units) with { ReturnSequences = sequences }, part.Flow, startsFrom: encoder.Flow);
        _encoders.Add(encoder with { Flow = flow });
        Keep(new Part(flow) { IsLast = !sequences, IsSigmoid = RandomCells.YieldsProbabilities(encoder.Kind) });
    }

    private RecurrentLayer Recurrence(int kind, int units) => new(RandomCells.Of(kind, units))
    {
        ZeroOutputForMask = Chance(0.2),
        Dropout = Chance(0.15) ? 0.3 : 0,
        RecurrentDropout = Chance(0.15) ? 0.3 : 0,
    };

    private Layer[] Inner(int width) => random.Next(3) switch
    {
        0 => [Recurrent(RandomCells.Of(random.Next(7), width), returnSequences: true)],
        1 => [LayerNormalization(), Dense(width, Activation.Tanh)],
        _ => [Dense(Width(3), Activation.Silu), Recurrent(RandomCells.Of(random.Next(7), width), returnSequences: true), Dense(width)],
    };

    private void AddJoin()
    {
        if (Pick(_ => true) is not { } first) return;
        bool sideBySide = Chance(0.4);
        List<Part> joined = [first];
        for (int i = random.Next(1, 3); i > 0; i--)
        {
            if (Pick(part => part.Flow.Steps == first.Flow.Steps && (sideBySide || part.Flow.Features == first.Flow.Features)) is { } other) joined.Add(other);
        }

        Flow[] flows = [.. joined.Select(part => part.Flow)];
        Flow flow = sideBySide ? _model.Join(Concatenate(), flows) : _model.Merge(flows, (MergeMode)random.Next(1, 4));
        Keep(new Part(flow) { IsLast = first.IsLast });
    }

    private void AddSelection()
    {
        if (Pick(_ => true) is not { } part) return;
        int length = Length(part.Flow), start = random.Next(length), count = random.Next(1, length - start + 1);
        bool fromEnd = Chance(0.4);
        Flow flow = _model.Select(part.Flow, fromEnd ? start - length : start, count);
        Keep(new Part(flow) { IsLast = part.IsLast || count == 1 });
    }

    private void PutOut(Part part, bool asItIs = false)
    {
        string name = Outputs.Count == 0 ? "output" : FormattableString.Invariant($"output_{Outputs.Count}");
        int kind = asItIs ? 0 : random.Next(8);
        if (part.IsSigmoid && kind == 0) kind = 8;
        Flow flow = kind switch
        {
            0 or 8 => part.Flow,
            1 or 2 or 3 => _model.Add(Dense(1 + Width(3), Activation.Softmax), part.Flow),
            6 => _model.Add(Dense(Width(3), s_unsure), part.Flow),
            4 or 5 => _model.Add(Dense(random.Next(2, 4), Activation.Sigmoid), part.Flow),
            _ => _model.Add(Dense(Width(3)), part.Flow),
        };
        if (!asItIs && Chance(0.3)) flow = _model.Last(flow);
        else if (!asItIs && Chance(0.1) && !onlyForward) flow = _model.Reverse(flow);
        RandomOutput output = kind switch
        {
            1 => new(new(name, Loss.CategoricalCrossEntropy), true, true),
            2 or 5 => new(new(name, Loss.CategoricalCrossEntropy), false, true),
            3 => new(new(name, Loss.SparseCategoricalCrossEntropy), true, true),
            4 or 6 or 8 => new(new(name, Loss.BinaryCrossEntropy), false, true),
            _ => new(new(name, random.Next(4) switch
            {
                0 => Loss.MeanSquaredError,
                1 => Loss.Huber(0.3),
                2 => Loss.MeanAbsoluteError,
                _ => s_functions[random.Next(s_functions.Length)],
            }), false, false),
        };
        Put(flow, output);

        // The same once more, under another name; or read on.
        if (!asItIs && Chance(0.1)) Put(flow, output with { Loss = output.Loss with { Output = name + "_again", Weight = 0.5 } });
        else if (!asItIs && Chance(0.15) && Outputs.Count < 4) Keep(new Part(flow) { IsLast = part.IsLast || Length(flow) == 1 });
    }

    private void Put(Flow flow, RandomOutput output)
    {
        Outputs.Add(Chance(0.3) ? output with { Loss = output.Loss with { Weight = output.Loss.Weight * random.Next(3) } } : output);
        _model.Output(output.Loss.Output, flow);
    }

    private Part? Pick(Func<Part, bool> fits)
    {
        Part[] known = [.. _parts.Where(fits)], unread = [.. _unread.Where(fits)];
        if (known.Length == 0) return null;
        return Read(unread.Length > 0 && Chance(0.7) ? unread[random.Next(unread.Length)] : known[random.Next(known.Length)]);
    }

    private Part Read(Part part)
    {
        _unread.Remove(part);
        return part;
    }

    private void Keep(Part part)
    {
        _parts.Add(part);
        _unread.Add(part);
    }

    private int Length(Flow flow) => flow.Steps.Input is { } name ? inputs.First(input => input.Name == name).Steps : flow.Steps.Count;

    private int Width(int most) => scale == 1 ? random.Next(1, most + 1) : random.Next(1, most * scale);

    private bool Chance(double share) => random.NextDouble() < share;

    private sealed record Part(Flow Flow)
    {
        /// <summary>Whether it is a step selected from a sequence, which recurrent layers refuse.</summary>
        public bool IsLast { get; init; }

        /// <summary>Whether a cell yields it whose output is a sigmoid.</summary>
        public bool IsSigmoid { get; init; }

        /// <summary>What is made of it step by step.</summary>
        public Part With(Flow flow) => new(flow) { IsLast = IsLast };
    }

    private sealed record Encoder(Flow Flow, int Kind, int Units);
}
