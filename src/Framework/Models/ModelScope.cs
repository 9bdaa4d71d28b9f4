using System.Globalization;
using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>
/// Where a model, or a layer of it, is put together: layers are added to it, and the few primitives that all layers are made
/// of. Every shape is checked as it is added; what is wrong is refused with layer, primitive and shapes.
/// </summary>
public sealed class ModelScope
{
    // Every whole number up to here is a float.
    private const int MostSymbols = 1 << 24;

    private const string ModelPath = "model";

    private static readonly string[] Reserved = ["optimizer", "stream", "state", "training"];

    private readonly GraphBuilder _builder;
    private readonly string _path;
    private readonly Dictionary<string, int> _counts = [];
    private readonly HashSet<string> _names = [];
    private readonly Flow? _startsFrom;
    private bool _startTaken;
    private int _unnamed;

    internal ModelScope(GraphBuilder builder, string path, Flow? startsFrom)
    {
        _builder = builder;
        _path = path;
        _startsFrom = startsFrom;
    }

    /// <summary>The layer being built, e.g. <c>lstm_1</c>; empty for the model itself.</summary>
    public string Path => _path;

    /// <summary>What an earlier layer yields, whose final state is to start this one, as it was given to <see cref="Add(Layer, Flow, Flow)"/>; null for none.</summary>
    public Flow? StartsFrom
    {
        get
        {
            _startTaken = true;
            return _startsFrom;
        }
    }

    /// <summary>An input of the data; asked for again, the same flow.</summary>
    /// <param name="name">The block's name. Default <c>input</c>.</param>
    /// <exception cref="ResearchException">The data have no such input, or it is asked for inside of a layer.</exception>
    public Flow Input(string name = "input")
    {
        ArgumentNullException.ThrowIfNull(name);
        RequireModel($"Input '{name}'");
        return _builder.Input(name);
    }

    /// <summary>Names an output of the model.</summary>
    /// <param name="name">The name of the target that it is compared with, e.g. <c>output</c>.</param>
    /// <param name="flow">What is put out.</param>
    /// <exception cref="ResearchException">The name is empty or taken, or it is asked for inside of a layer.</exception>
    public void Output(string name, Flow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        RequireModel($"Output '{name}'");
        RequireOwn(flow, $"output '{name}'");
        _builder.Output(name, flow);
    }

    /// <summary>Adds a layer.</summary>
    /// <param name="layer">The layer; unnamed ones are called by kind and count, e.g. <c>lstm_1</c>.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="startsFrom">What an earlier recurrent layer yields, whose final state starts this one. Default null: the state policy decides.</param>
    /// <returns>What it yields.</returns>
    /// <exception cref="ResearchException">Shapes do not fit, a name cannot be used or is taken, or the layer takes no state to start from.</exception>
    public Flow Add(Layer layer, Flow input, Flow? startsFrom = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(input);
        return Add(layer, [input], startsFrom);
    }

    /// <summary>Adds a layer that joins several flows.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">What it reads; at least one.</param>
    /// <exception cref="ResearchException">Shapes do not fit, or a name cannot be used or is taken.</exception>
    public Flow Join(JoinLayer layer, params IReadOnlyList<Flow> inputs)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count == 0) throw new ResearchException($"{Owner}: a joining layer reads at least one flow, got none.");
        return Add(layer, inputs, null);
    }

    /// <summary>Adds layers one after the other, each reading what the one before it yields.</summary>
    /// <param name="layers">The layers, first to last.</param>
    /// <param name="input">What the first reads.</param>
    /// <returns>What the last yields; the input itself where there is no layer.</returns>
    public Flow Chain(IReadOnlyList<Layer> layers, Flow input)
    {
        ArgumentNullException.ThrowIfNull(layers);
        return layers.Aggregate(input, (flow, layer) => Add(layer, flow));
    }

    /// <summary>A cell over time, from the first step to the last: yields every step's output.</summary>
    /// <param name="name">The place within the layer, which weights and state bear, e.g. <c>forward</c>; empty for the layer itself.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="input">What it reads, <c>[batch, time steps, features]</c>.</param>
    /// <param name="options">Default: nothing special.</param>
    /// <returns><c>[batch, time steps, units]</c>.</returns>
    /// <exception cref="ResearchException">The cell's shapes do not fit, or a rate is out of range.</exception>
    public Flow Scan(string name, ICell cell, Flow input, ScanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        GraphNode read = Reads("scan", input);
        options ??= new();
        string full = Full(name);
        foreach (double rate in new[] { options.Dropout, options.RecurrentDropout }) RequireRate(full, rate);

        // It would run, on a single time step, and learn nothing from time.
        if (LastStepBefore(read) is { } last && options.StartsFrom is null)
            throw new ResearchException(last == ModelPath
                ? $"Layer '{full}' reads a sequence, but gets a last step alone; give it the sequence, or put a RepeatVector layer between them."
                : $"Layer '{full}' reads a sequence, but '{last}' yields only its last step; let '{last}' return sequences, or put a RepeatVector layer between them.");
        StepEquations step = StepEquations.OfCell(cell, full, read.Width, options.Dropout > 0, options.RecurrentDropout > 0);
        ScanNode? start = options.StartsFrom is null ? null : Encoder(full, step, options.StartsFrom);
        _builder.Own(full);
        ScanNode scan = new(full, read, step, options, start);
        if (scan.InputDropout > 0) _builder.OwnStream(scan.InputStream);
        if (scan.StateDropout > 0) _builder.OwnStream(scan.StateStream);
        return _builder.Add(scan);
    }

    /// <summary>Equations on each step of a flow, without state: <c>[batch, time steps, features]</c> to <c>[batch, time steps, width]</c>.</summary>
    /// <param name="name">The place within the layer, which weights bear; empty for the layer itself.</param>
    /// <param name="input">What is read.</param>
    /// <param name="equations">From the scope where weights are declared and the input <c>[batch, features]</c> to the output <c>[batch, width]</c>.</param>
    /// <exception cref="ShapeException">Shapes in the equations do not fit.</exception>
    public Flow Map(string name, Flow input, Func<CellScope, Expr, Expr> equations)
    {
        ArgumentNullException.ThrowIfNull(equations);
        return Rows(name, [input], (scope, inputs) => equations(scope, inputs[0]));
    }

    /// <summary>Equations on each step of several flows of equally many steps. A step of the result counts where it counts in every flow.</summary>
    /// <param name="name">The place within the layer, which weights bear; empty for the layer itself.</param>
    /// <param name="inputs">What is read; at least one flow.</param>
    /// <param name="equations">From the scope where weights are declared and the inputs, each <c>[batch, features]</c>, to the output <c>[batch, width]</c>.</param>
    /// <exception cref="ResearchException">The flows have different numbers of steps.</exception>
    /// <exception cref="ShapeException">Shapes in the equations do not fit.</exception>
    public Flow Rows(string name, IReadOnlyList<Flow> inputs, Func<CellScope, IReadOnlyList<Expr>, Expr> equations)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(equations);
        if (inputs.Count == 0) throw new ResearchException($"{Owner}: rows need at least one flow to read, got none.");
        GraphNode[] read = [.. inputs.Select(input => Reads("rows", input))];
        string full = Full(name);
        if (Array.Find(read, node => CannotFit(node, read[0])) is { } other) throw new ShapeException($"{Owner}: rows over {read[0].Shape} and {other.Shape}: the flows must have equally many time steps; repeat the one of a single step with RepeatTo.");
        StepEquations step = StepEquations.OfRows(full, [.. read.Select(node => node.Width)], equations);
        if (step.Weights.Count > 0) _builder.Own(full);
        return _builder.Add(new RowsNode(full, read, step));
    }

    /// <summary>A vector for each symbol: <c>[batch, time steps, 1]</c> with whole numbers from 0 to <c>[batch, time steps, width]</c>.</summary>
    /// <param name="name">The place within the layer, which the weight bears; empty for the layer itself.</param>
    /// <param name="input">The symbols.</param>
    /// <param name="symbols">How many there are; at least 1.</param>
    /// <param name="width">Width of each vector; at least 1.</param>
    /// <param name="maskZero">Whether symbol 0 is padding: its steps are masked.</param>
    /// <param name="initializer">How the vectors start. Default U(-0.05, 0.05), as in Keras.</param>
    /// <exception cref="ResearchException">The input has several features, or a size is out of range.</exception>
    public Flow Lookup(string name, Flow input, int symbols, int width, bool maskZero = false, Initializer? initializer = null)
    {
        GraphNode read = Reads("lookup", input);
        string full = Full(name);
        if (read.Width != 1) throw new ShapeException($"Layer '{full}': an embedding reads one symbol per time step, got {read.Width} features, {read.Shape}.");
        if (symbols < 1 || width < 1 || (long)symbols * width > Array.MaxLength)
            throw new ShapeException($"Layer '{full}': lookup: expected at least 1 symbol and width 1, and at most {Array.MaxLength} numbers in all, got [{symbols}, {width}].");
        if (symbols > MostSymbols) throw new ShapeException($"Layer '{full}': lookup: expected at most {MostSymbols} symbols, got {symbols}: beyond it numbers of single precision, which inputs are, cannot tell one from the next.");
        _builder.Own(full);
        return _builder.Add(new LookupNode(full, read, new WeightDescription($"{full}/embeddings", [symbols, width], initializer ?? Initializers.Uniform(0.05f)), maskZero));
    }

    /// <summary>A single step repeated; the mask ends here.</summary>
    /// <param name="input">A flow of one step.</param>
    /// <param name="times">How many steps; at least 1.</param>
    /// <exception cref="ResearchException">The flow is a sequence, or the number is out of range.</exception>
    public Flow Repeat(Flow input, int times) => Repeat(input, StepCount.Of(times));

    /// <summary>A single step repeated for as many steps as another flow has; the mask ends here.</summary>
    /// <param name="input">A flow of one step.</param>
    /// <param name="like">The flow whose steps are counted.</param>
    /// <exception cref="ResearchException">The flow is a sequence.</exception>
    public Flow RepeatTo(Flow input, Flow like) => Repeat(input, Reads("repeat", like).Steps);

    /// <summary>Time turned around, padding included.</summary>
    /// <param name="input">What is read.</param>
    public Flow Reverse(Flow input) => _builder.Add(new ReverseNode(Owned, Reads("reverse", input)));

    /// <summary>The last step alone. It counts for every sample: under a mask it is the last step that counts, or the last of all where none does.</summary>
    /// <param name="input">What is read.</param>
    public Flow Last(Flow input) => Select(input, -1, 1);

    /// <summary>Some of the steps, one after the other.</summary>
    /// <param name="input">What is read.</param>
    /// <param name="start">The first one: from 0, or, where negative, counted from the end.</param>
    /// <param name="count">How many; at least 1.</param>
    /// <exception cref="ResearchException">The steps lie outside of what is read.</exception>
    public Flow Select(Flow input, int start, int count)
    {
        GraphNode read = Reads("select", input);
        bool outside = count < 1 || (start < 0 && count > -start) || (read.Steps.Input is null && (start < 0 ? -start > read.Steps.Count : (long)start + count > read.Steps.Count));
        return outside
            ? throw new ShapeException($"{Owner}: select {count} from {start} of {read.Shape}: expected steps that there are.")
            : _builder.Add(new SelectNode(Owned, read, start, count));
    }

    /// <summary>Masks, and zeroes, the steps all of whose features equal a value.</summary>
    /// <param name="input">What is read.</param>
    /// <param name="value">The value that stands for padding; a finite number.</param>
    /// <exception cref="ResearchException">The value is not finite: no step could equal it.</exception>
    public Flow Mask(Flow input, float value) => float.IsFinite(value)
        ? _builder.Add(new MaskNode(Owned, Reads("mask", input), value))
        : throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"{Owner}: mask: expected a finite value, got {value}."));

    /// <summary>Dropout: while training, zeroes a share of the features, and scales the others by 1 / (1 - rate).</summary>
    /// <param name="name">The place within the layer, which the random stream bears; empty for the layer itself.</param>
    /// <param name="input">What is read.</param>
    /// <param name="rate">The share; in [0, 1).</param>
    /// <exception cref="ResearchException">The rate is out of range.</exception>
    public Flow Noise(string name, Flow input, double rate)
    {
        GraphNode read = Reads("noise", input);
        string full = Full(name);
        RequireRate(full, rate);
        _builder.Own(full);
        NoiseNode noise = new(full, read, rate);
        _builder.OwnStream(noise.Stream);
        return _builder.Add(noise);
    }

    /// <summary>Flows of equally many steps side by side, or their sum, product or mean.</summary>
    /// <param name="inputs">At least one flow; of equal widths but for <see cref="MergeMode.Concat"/>.</param>
    /// <param name="mode">How they are joined.</param>
    /// <exception cref="ResearchException">Steps or widths differ.</exception>
    public Flow Merge(IReadOnlyList<Flow> inputs, MergeMode mode)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (!Enum.IsDefined(mode)) throw new ResearchException($"{Owner}: expected a merge mode of {string.Join(", ", Enum.GetNames<MergeMode>())}, got {mode}.");
        bool sideBySide = mode is MergeMode.Concat or MergeMode.None;
        if (!sideBySide && inputs.FirstOrDefault(input => input.Features != inputs[0].Features) is { } other)
            throw new ShapeException($"{Owner}: merge mode {mode.ToString().ToLowerInvariant()} over {inputs[0]} and {other}: the widths must be equal; join them with {nameof(MergeMode.Concat)}, or give both the same units.");
        Flow merged = Rows("", inputs, (_, flows) => mode switch
        {
            MergeMode.Sum => flows.Aggregate((sum, flow) => sum + flow),
            MergeMode.Multiply => flows.Aggregate((product, flow) => product * flow),
            MergeMode.Average => flows.Aggregate((sum, flow) => sum + flow) * (1.0 / flows.Count),
            _ => Functions.Concat([.. flows]),
        });
        return mode == MergeMode.None
            ? new Flow(_builder, merged.Node) { ClosedBecause = $"{Owner} keeps its directions apart (merge mode none), so no layer can follow it; choose another merge mode." }
            : merged;
    }

    /// <summary>What a layer that has been added to the model yields.</summary>
    /// <param name="layer">The layer's name, e.g. <c>lstm_1</c>.</param>
    /// <exception cref="ResearchException">No layer before this one has that name.</exception>
    public Flow OutputOf(string layer) =>
        _builder.FindLayer(layer) ?? throw new ResearchException($"{Owner}: no layer before it is called '{layer}'; there are {ModelGraph.Names(_builder.LayerNames)}.");

    private string Owner => _path.Length == 0 ? "Model" : $"Layer '{_path}'";

    private string Owned => _path.Length == 0 ? ModelPath : _path;

    private Flow Repeat(Flow input, StepCount times)
    {
        GraphNode read = Reads("repeat", input);
        return read.Steps.Count > 1
            ? throw new ShapeException($"{Owner}: repeats a single step, but gets a sequence of {read.Steps}, {read.Shape}; put a recurrent layer that does not return sequences before it.")
            : _builder.Add(new RepeatNode(Owned, read, times));
    }

    private Flow Add(Layer layer, IReadOnlyList<Flow> inputs, Flow? startsFrom)
    {
        bool top = _path.Length == 0;
        if (top) layer = _builder.Next(layer);
        string kind = Required.Value(UserCodeException.Guard($"Layer {layer.GetType().Name}", () => layer.Kind), nameof(layer.Kind));
        int count = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        string name = layer.Name ?? $"{kind}_{count}";
        if (string.IsNullOrWhiteSpace(name) || name.StartsWith('@') || name.Contains('/'))
            throw new ResearchException($"Layer {_counts.Values.Sum()}: expected a name without / and not beginning with @, which weights and checkpoints need for themselves; got '{name}'.");
        if (top) RequireUnreserved($"Layer {_counts.Values.Sum()}", name);
        if (!_names.Add(name)) throw new ResearchException($"Two layers are called '{name}'; give one of them another name.");
        foreach (Flow input in inputs) Reads(name, input);
        if (startsFrom is not null) RequireOwn(startsFrom, name);
        ModelScope scope = new(_builder, top ? name : $"{_path}/{name}", startsFrom);
        Flow output = UserCodeException.Guard($"Layer '{scope._path}'", () => layer is JoinLayer join ? join.Build(scope, inputs) : layer.Build(scope, inputs[0]));
        if (output is null) throw new ResearchException($"Layer '{scope._path}' built nothing: expected the flow that it yields, got null.");
        RequireOwn(output, $"layer '{name}'");
        if (startsFrom is not null && !scope._startTaken)
            throw new ResearchException($"Layer '{name}' takes no state to start from; leave out startsFrom, or add a recurrent layer.");
        if (top) _builder.AddLayer(name, layer, output);
        return output;
    }

    private GraphNode Reads(string reader, Flow input)
    {
        ArgumentNullException.ThrowIfNull(input);
        RequireOwn(input, reader);
        return input.ClosedBecause is { } reason ? throw new ResearchException(reason) : input.Node;
    }

    private void RequireOwn(Flow flow, string reader)
    {
        if (!ReferenceEquals(flow.Owner, _builder)) throw new ResearchException($"{Owner}: {reader} is given a flow of another model; a flow belongs to the model that is being built.");
    }

    private void RequireModel(string what)
    {
        if (_path.Length > 0) throw new ResearchException($"{Owner}: {what}: inputs and outputs belong to the model, not to a layer; let the layer read what it is given.");
    }

    private string Full(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Length == 0 ? [] : name.Split('/');
        if (name.StartsWith('@') || Array.Exists(parts, string.IsNullOrWhiteSpace))
            throw new ResearchException($"{Owner}: expected a name not beginning with @, with no part between / left empty, got '{name}'.");
        if (_path.Length == 0 && parts is [var first, ..]) RequireUnreserved(Owner, first);
        if (_path.Length == 0 && name.Length == 0) return FormattableString.Invariant($"model_{++_unnamed}");
        return _path.Length == 0 ? name : name.Length == 0 ? _path : $"{_path}/{name}";
    }

    private static void RequireUnreserved(string owner, string name)
    {
        if (Reserved.Contains(name)) throw new ResearchException($"{owner}: nothing can be called '{name}', as checkpoints need {ModelGraph.Names(Reserved)} for themselves.");
    }

    // Whether two flows cannot have equally many steps. Those of inputs are known only with the data; but a single step and
    // the sequence that it was taken from are no match.
    private static bool CannotFit(GraphNode left, GraphNode right) => (left.Steps.Input, right.Steps.Input) switch
    {
        (null, null) => left.Steps != right.Steps,
        (null, { } input) => left.Steps.Count == 1 && IsFrom(input, left),
        ({ } input, null) => right.Steps.Count == 1 && IsFrom(input, right),
        _ => false,
    };

    private static bool IsFrom(string input, GraphNode node)
    {
        while (node.Steps.Input is null && node.Inputs.Count > 0) node = node.Inputs[0];
        return node.Steps.Input == input;
    }

    private static void RequireRate(string layer, double rate)
    {
        if (!SinglePrecision.IsZeroOrPositive(rate) || rate >= 1)
            throw new ResearchException($"Layer '{layer}': expected a dropout rate of at least 0 and below 1, got {SinglePrecision.Said(rate)}.");
    }

    // The layer whose last step alone this is, through whatever treats steps one by one; null where a part of it is something else.
    private static string? LastStepBefore(GraphNode node) => node switch
    {
        SelectNode { IsLast: true } => node.Name,
        RowsNode or MaskNode or NoiseNode or ReverseNode or LookupNode when node.Inputs.All(input => LastStepBefore(input) is not null) => LastStepBefore(node.Inputs[0]),
        _ => null,
    };

    private ScanNode Encoder(string layer, StepEquations step, Flow from)
    {
        RequireOwn(from, layer);
        GraphNode node = from.Node;
        while (node is SelectNode) node = node.Inputs[0];
        if (node is not ScanNode encoder)
            throw new ResearchException($"Layer '{layer}' starts from the state of '{node.Name}', which has none; name what a recurrent layer yields.");
        if (!encoder.Step.Slots.Select(slot => slot.Width).SequenceEqual(step.Slots.Select(slot => slot.Width)))
            throw new ShapeException($"Layer '{layer}' starts from the state of '{encoder.Name}', but their states differ: [{Widths(step)}] and [{Widths(encoder.Step)}] numbers per row. Give both the same kind of cell and the same units.");
        return encoder;

        static string Widths(StepEquations step) => string.Join(", ", step.Slots.Select(slot => slot.Width));
    }
}
