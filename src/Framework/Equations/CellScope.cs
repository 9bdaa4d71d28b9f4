namespace Research.Framework.Equations;

/// <summary>Where a cell declares its weights. Weights are named; the name is part of the seed stream they are drawn from.</summary>
public sealed class CellScope
{
    private readonly Dictionary<string, Expr> _declared;
    private readonly List<WeightDescription> _weights;
    private readonly string _place = "";
    private readonly Trace _trace;
    private readonly int _stateWidth;

    internal CellScope(Trace trace, string layer, int inputFeatures, int stateWidth)
    {
        _trace = trace;
        LayerName = layer;
        InputFeatures = inputFeatures;
        _stateWidth = stateWidth;
        _declared = [];
        _weights = [];
    }

    private CellScope(CellScope outer, string place, int inputFeatures, int stateWidth)
    {
        _trace = outer._trace;
        LayerName = outer.LayerName;
        InputFeatures = inputFeatures;
        _stateWidth = stateWidth;
        _declared = outer._declared;
        _weights = outer._weights;
        _place = $"{outer._place}{place}/";
    }

    /// <summary>The name of the layer being built, e.g. <c>lstm_1</c>.</summary>
    public string LayerName { get; }

    /// <summary>Features of the input, <c>[batch, features]</c>.</summary>
    public int InputFeatures { get; }

    internal IReadOnlyList<WeightDescription> Weights => _weights;

    internal Trace Trace => _trace;

    /// <summary>An input kernel, <c>[input features, columns]</c>.</summary>
    /// <param name="name">The name, e.g. <c>kernel</c>.</param>
    /// <param name="columns">Columns; for packed gates, gates times units.</param>
    /// <param name="initializer">Default: Glorot uniform, as in Keras.</param>
    public Expr Kernel(string name, int columns, Initializer? initializer = null) =>
        Weight(name, InputFeatures, columns, initializer ?? Initializers.GlorotUniform);

    /// <summary>A recurrent kernel, <c>[width of the first state slot, columns]</c>.</summary>
    /// <param name="name">The name, e.g. <c>recurrent_kernel</c>.</param>
    /// <param name="columns">Columns; for packed gates, gates times units.</param>
    /// <param name="initializer">Default: orthogonal, as in Keras.</param>
    public Expr RecurrentKernel(string name, int columns, Initializer? initializer = null) =>
        Weight(name, _stateWidth, columns, initializer ?? Initializers.Orthogonal);

    /// <summary>A bias, a row vector <c>[columns]</c> that is broadcast over the rows.</summary>
    /// <param name="name">The name, e.g. <c>bias</c>.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="initializer">Default: zeros.</param>
    public Expr Bias(string name, int columns, Initializer? initializer = null) =>
        Declare(name, 1, columns, vector: true, initializer ?? Initializers.Zeros);

    /// <summary>Any other weight, <c>[rows, columns]</c>.</summary>
    /// <param name="name">The name; what is declared once can be used as often as you like.</param>
    /// <param name="rows">Rows; at least 1.</param>
    /// <param name="columns">Columns; at least 1.</param>
    /// <param name="initializer">How it starts.</param>
    public Expr Weight(string name, int rows, int columns, Initializer initializer) =>
        Declare(name, rows, columns, vector: false, initializer);

    /// <summary>The scope of a cell inside of this one, whose weights bear the place's name: <c>lstm_1/inner/kernel</c>.</summary>
    /// <param name="place">The place, e.g. <c>inner</c>; without /.</param>
    /// <param name="inner">The cell; its recurrent kernels are as high as its first state is wide.</param>
    /// <param name="input">What it reads, <c>[batch, features]</c>; its kernels are as high as that is wide.</param>
    /// <exception cref="ResearchException">The place has no name that weights can bear.</exception>
    public CellScope Within(string place, ICell inner, Expr input)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(input);
        return string.IsNullOrWhiteSpace(place) || place.Contains('/')
            ? throw new ResearchException($"{_trace.Owner}: an inner cell needs a place without /, e.g. 'inner', got '{place}'.")
            : new CellScope(this, place, input.Columns, inner.State[0].Width);
    }

    /// <summary>A hand-written kernel as one operation with several outputs.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="inputs">Its inputs, each <c>[batch, width]</c>.</param>
    /// <returns>Its outputs, each <c>[batch, width]</c>, in the kernel's order.</returns>
    /// <exception cref="ShapeException">The inputs have other widths than the kernel reads, or are weights.</exception>
    public IReadOnlyList<Expr> Fused(IFusedKernel kernel, params Expr[] inputs)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(inputs);
        foreach (Expr input in inputs)
        {
            if (input.IsWeight) throw _trace.Error(nameof(Fused), input, null, "a fused kernel reads blocks of rows, [batch, width], not weights");
        }

        if (!inputs.Select(input => input.Columns).SequenceEqual(kernel.InputWidths))
            throw new ShapeException($"{_trace.Owner}: {nameof(Fused)}: the kernel '{kernel.GetType().Name}' reads blocks of widths [{string.Join(", ", kernel.InputWidths)}], got [{string.Join(", ", inputs.Select(input => input.Columns))}].");
        Expr node = new(_trace, Operations.Fused, Expr.Batch, Math.Max(1, kernel.SavedWidth), [.. inputs]) { Kernel = kernel };
        return [.. kernel.OutputWidths.Select((width, index) =>
            new Expr(_trace, Operations.FusedOutput, Expr.Batch, width, [node]) { Kernel = kernel, Index = index })];
    }

    private Expr Declare(string name, int rows, int columns, bool vector, Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        if (string.IsNullOrWhiteSpace(name)) throw new ResearchException($"{_trace.Owner}: a weight needs a name, e.g. 'kernel'.");
        if (rows < 1 || columns < 1) throw new ResearchException($"{_trace.Owner}: weight '{name}': expected a shape of at least [1, 1], got [{rows}, {columns}].");
        if ((long)rows * columns > Array.MaxLength)
            throw new ResearchException($"{_trace.Owner}: weight '{name}': expected at most {Array.MaxLength} numbers, got [{rows}, {columns}]; take fewer units.");
        name = _place + name;
        if (_declared.TryGetValue(name, out Expr? known))
            throw new ShapeException($"{_trace.Owner}: weight '{name}' is declared twice, as {known} and as [{rows}, {columns}]. To use it twice keep what the first call gave; a cell inside of another declares its weights in a scope of its own: cell.Within(\"inner\", ...).");

        WeightDescription weight = new($"{LayerName}/{name}", vector ? [columns] : [rows, columns], initializer);
        _weights.Add(weight);
        Expr expression = new(_trace, Operations.Weight, rows, columns, []) { Weight = weight };
        _declared.Add(name, expression);
        return expression;
    }
}
