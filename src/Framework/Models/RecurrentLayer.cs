using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>
/// A cell run over time: input <c>[batch, time steps, features]</c>, output <c>[batch, time steps, units]</c>, or
/// <c>[batch, 1, units]</c> (the last step) unless sequences are returned. A masked step holds the state and repeats the
/// output before it; before the first step that counts, the output is zero.
/// </summary>
/// <param name="Cell">One time step.</param>
public sealed record RecurrentLayer(ICell Cell) : Layer
{
    /// <summary>A layer that makes its cell itself, so that <see cref="Units"/> can be set.</summary>
    /// <param name="cells">Makes the cell.</param>
    /// <param name="units">Width of the output; at least 1.</param>
    /// <exception cref="ResearchException">There is no unit.</exception>
    public RecurrentLayer(ICellFactory cells, int units) : this(Created(cells, units))
    {
        Cells = cells;
        Units = units;
    }

    /// <summary>One time step.</summary>
    /// <value>Another cell in its place is a finished one: <see cref="Units"/> is then null.</value>
    public ICell Cell
    {
        get;
        init
        {
            field = Required.Value(value);
            Cells = null;
            Units = null;
        }
    } = Required.Value(Cell);

    /// <summary>Units of the cell (width of the output).</summary>
    /// <value>At least 1; null where the layer was made of a finished cell, which alone knows its size.</value>
    public int? Units { get; private init; }

    // Makes the cell at another size, with all that has been set since.
    private ICellFactory? Cells { get; init; }

    /// <summary>Whether every step's output goes to the next layer.</summary>
    /// <value>Default false: only the last one.</value>
    public bool ReturnSequences { get; init; }

    /// <summary>
    /// Whether time runs from the last step to the first. Returned sequences are then in the order in which they were
    /// computed, last step first, as in Keras.
    /// </summary>
    /// <value>Default false.</value>
    public bool GoBackwards { get; init; }

    /// <summary>Whether a masked step yields zeros instead of repeating the output before it.</summary>
    /// <value>Default false. Ignored without a mask.</value>
    public bool ZeroOutputForMask { get; init; }

    /// <summary>
    /// The name of an earlier recurrent layer whose final state starts this one (an encoder's, in a decoder); its slots
    /// must have the same widths. The gradient flows back into it. For a stack, whose layers can name each other alone; where
    /// there are flows, say <c>startsFrom</c> of <see cref="ModelScope.Add(Layer, Flow, Flow)"/>. Refused beside it.
    /// </summary>
    /// <value>Default null: the state policy decides.</value>
    public string? InitialStateFrom { get; init; }

    /// <summary>The share of input features dropped while training: one mask for all steps of a batch, drawn anew for each batch.</summary>
    /// <value>In [0, 1). Default 0.</value>
    public double Dropout { get; init; }

    /// <summary>The share of the first state slot (the hidden state) dropped where a step reads it, one mask for all steps of a batch.</summary>
    /// <value>In [0, 1). Default 0.</value>
    public double RecurrentDropout { get; init; }

    /// <inheritdoc/>
    public override string Kind => Cell.Name;

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (InitialStateFrom is not null && model.StartsFrom is { } given)
            throw new ResearchException($"Layer '{model.Path}' is given two states to start from, that of '{given.Node.Name}' and, by its {nameof(InitialStateFrom)}, that of '{InitialStateFrom}'; leave one out.");
        Flow steps = model.Scan("", Cell, GoBackwards ? model.Reverse(input) : input, new()
        {
            StartsFrom = InitialStateFrom is null ? model.StartsFrom : model.OutputOf(InitialStateFrom),
            ZeroOutputForMask = ZeroOutputForMask,
            Dropout = Dropout,
            RecurrentDropout = RecurrentDropout,
        });
        return ReturnSequences ? steps : model.Last(steps);
    }

    /// <summary>The layer's own, and the cell's under <c>cell</c>, e.g. <c>cell.activation</c>.</summary>
    public override IReadOnlyList<Setting<Layer>> Settings =>
    [
        .. Units is { } units ? [Setting.Whole<Layer>("units", units, WithUnits, atLeast: 1)] : (Setting<Layer>[])[],
        Setting.Shown<Layer>("state", string.Join(", ", Cell.State.Select(slot => $"{slot.Name}[{slot.Width}]"))),
        Setting.Flag<Layer>("return_sequences", ReturnSequences, value => this with { ReturnSequences = value }),
        Setting.Flag<Layer>("go_backwards", GoBackwards, value => this with { GoBackwards = value }),
        Setting.Flag<Layer>("zero_output_for_mask", ZeroOutputForMask, value => this with { ZeroOutputForMask = value }),
        Setting.Number<Layer>("dropout", Dropout, value => this with { Dropout = value }, atLeast: 0, below: 1),
        Setting.Number<Layer>("recurrent_dropout", RecurrentDropout, value => this with { RecurrentDropout = value }, atLeast: 0, below: 1),
        .. InitialStateFrom is null ? (Setting<Layer>[])[] : [Setting.Shown<Layer>("initial_state_from", InitialStateFrom)],
        .. CellSettings.Of<Layer>("cell", Cell, WithCell),
    ];

    /// <summary>A copy of another size.</summary>
    /// <param name="units">Width of the output; at least 1.</param>
    /// <exception cref="ResearchException">The layer was made of a finished cell, or there is no unit.</exception>
    public RecurrentLayer WithUnits(int units) => Cells is { } cells
        ? this with { Cell = Created(cells, units), Cells = cells, Units = units }
        : throw new ResearchException($"Layer '{Name ?? Kind}' was made of a finished cell, whose size it cannot change; make it with Recurrent(cells, units).");

    /// <summary>A copy with another dropout of its input.</summary>
    /// <param name="rate">In [0, 1).</param>
    public RecurrentLayer WithDropout(double rate) => this with { Dropout = rate };

    /// <summary>A copy with another dropout of its state.</summary>
    /// <param name="rate">In [0, 1).</param>
    public RecurrentLayer WithRecurrentDropout(double rate) => this with { RecurrentDropout = rate };

    /// <summary>A copy that yields every step.</summary>
    public RecurrentLayer ReturningSequences() => this with { ReturnSequences = true };

    /// <summary>A copy that runs from the last step to the first.</summary>
    public RecurrentLayer GoingBackwards() => this with { GoBackwards = true };

    private RecurrentLayer WithCell(Func<ICell, ICell> change) =>
        this with { Cell = change(Cell), Cells = Cells is null ? null : new ChangedCells(Cells, change), Units = Units };

    private static ICell Created(ICellFactory cells, int units)
    {
        ArgumentNullException.ThrowIfNull(cells);
        return cells.Create(units);
    }
}
