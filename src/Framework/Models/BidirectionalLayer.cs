using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>
/// Two cells over the same input, one forward and one backward in time; the backward one's sequence is turned back, so
/// that step t of both belongs together. Its last output is [forward at T-1, backward at 0]. At masked steps returned
/// sequences are zero, as in Keras 3. Weights and states are called <c>name/forward</c> and <c>name/backward</c>.
/// </summary>
/// <param name="Forward">The cell that runs forward in time.</param>
/// <param name="Backward">The cell that runs backward in time, with weights of its own.</param>
public sealed record BidirectionalLayer(ICell Forward, ICell Backward) : Layer
{
    /// <summary>A layer that makes its cells itself, so that <see cref="Units"/> can be set.</summary>
    /// <param name="cells">Makes the cells of both directions.</param>
    /// <param name="units">Width of each direction's output; at least 1.</param>
    /// <exception cref="ResearchException">There is no unit.</exception>
    public BidirectionalLayer(ICellFactory cells, int units) : this(Created(cells, units), Created(cells, units))
    {
        ForwardCells = BackwardCells = cells;
        Units = units;
    }

    /// <summary>The cell that runs forward in time.</summary>
    /// <value>Another cell in its place is a finished one: <see cref="Units"/> is then null.</value>
    public ICell Forward
    {
        get;
        init
        {
            field = Required.Value(value);
            Units = null;
        }
    } = Required.Value(Forward);

    /// <summary>The cell that runs backward in time, with weights of its own.</summary>
    /// <value>Another cell in its place is a finished one: <see cref="Units"/> is then null.</value>
    public ICell Backward
    {
        get;
        init
        {
            field = Required.Value(value);
            Units = null;
        }
    } = Required.Value(Backward);

    /// <summary>Units of each direction's cell (width of its output).</summary>
    /// <value>At least 1; null where the layer was made of finished cells, which alone know their size.</value>
    public int? Units { get; private init; }

    // Make the cells at another size, with all that has been set since; used while there are units.
    private ICellFactory? ForwardCells { get; init; }

    private ICellFactory? BackwardCells { get; init; }

    /// <summary>Whether every step's output goes to the next layer.</summary>
    /// <value>Default false: only the last one of each direction.</value>
    public bool ReturnSequences { get; init; }

    /// <summary>How the two directions are joined.</summary>
    /// <value>Default <see cref="MergeMode.Concat"/>.</value>
    public MergeMode Merge { get; init; }

    /// <summary>The share of input features dropped while training, drawn for each direction by itself; see <see cref="ScanOptions.Dropout"/>.</summary>
    /// <value>In [0, 1). Default 0.</value>
    public double Dropout { get; init; }

    /// <summary>The share of each direction's first state slot dropped where a step reads it; see <see cref="ScanOptions.RecurrentDropout"/>.</summary>
    /// <value>In [0, 1). Default 0.</value>
    public double RecurrentDropout { get; init; }

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        ScanOptions options = new() { ZeroOutputForMask = ReturnSequences, Dropout = Dropout, RecurrentDropout = RecurrentDropout };
        Flow forward = model.Scan("forward", Forward, input, options);
        Flow backward = model.Scan("backward", Backward, model.Reverse(input), options);
        return ReturnSequences
            ? model.Merge([forward, model.Reverse(backward)], Merge)
            : model.Merge([model.Last(forward), model.Last(backward)], Merge);
    }

    /// <summary>The layer's own, and the cells' under <c>forward</c> and <c>backward</c>, e.g. <c>forward.activation</c>.</summary>
    public override IReadOnlyList<Setting<Layer>> Settings =>
    [
        .. Units is { } units ? [Setting.Whole<Layer>("units", units, WithUnits, atLeast: 1)] : (Setting<Layer>[])[],
        Setting.Shown<Layer>("cells", $"{Forward.Name}, {Backward.Name}"),
        Setting.Flag<Layer>("return_sequences", ReturnSequences, value => this with { ReturnSequences = value }),
        Setting.Number<Layer>("dropout", Dropout, value => this with { Dropout = value }, atLeast: 0, below: 1),
        Setting.Number<Layer>("recurrent_dropout", RecurrentDropout, value => this with { RecurrentDropout = value }, atLeast: 0, below: 1),
        Setting.Choice<Layer, MergeMode>("merge", Merge, Enum.GetValues<MergeMode>(), mode => mode.ToString().ToLowerInvariant(), value => this with { Merge = value }),
        .. CellSettings.Of<Layer>("forward", Forward, WithForward),
        .. CellSettings.Of<Layer>("backward", Backward, WithBackward),
    ];

    /// <summary>A copy of another size.</summary>
    /// <param name="units">Width of each direction's output; at least 1.</param>
    /// <exception cref="ResearchException">The layer was made of finished cells, or there is no unit.</exception>
    public BidirectionalLayer WithUnits(int units) => Units is not null
        ? this with { Forward = Created(ForwardCells!, units), Backward = Created(BackwardCells!, units), Units = units }
        : throw new ResearchException($"Layer '{Name ?? Kind}' was made of finished cells, whose size it cannot change; make it with Bidirectional(cells, units).");

    /// <summary>A copy with another dropout of its input.</summary>
    /// <param name="rate">In [0, 1).</param>
    public BidirectionalLayer WithDropout(double rate) => this with { Dropout = rate };

    /// <summary>A copy with another dropout of its state.</summary>
    /// <param name="rate">In [0, 1).</param>
    public BidirectionalLayer WithRecurrentDropout(double rate) => this with { RecurrentDropout = rate };

    /// <summary>A copy that joins its directions in another way.</summary>
    /// <param name="mode">How.</param>
    public BidirectionalLayer WithMerge(MergeMode mode) => this with { Merge = mode };

    /// <summary>A copy that yields every step.</summary>
    public BidirectionalLayer ReturningSequences() => this with { ReturnSequences = true };

    private BidirectionalLayer WithForward(Func<ICell, ICell> change) =>
        this with { Forward = change(Forward), ForwardCells = ForwardCells is null ? null : new ChangedCells(ForwardCells, change), Units = Units };

    private BidirectionalLayer WithBackward(Func<ICell, ICell> change) =>
        this with { Backward = change(Backward), BackwardCells = BackwardCells is null ? null : new ChangedCells(BackwardCells, change), Units = Units };

    private static ICell Created(ICellFactory cells, int units)
    {
        ArgumentNullException.ThrowIfNull(cells);
        return cells.Create(units);
    }
}
