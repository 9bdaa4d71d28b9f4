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
    /// must have the same widths. The gradient flows back into it.
    /// </summary>
    /// <value>Default null: the state manager decides.</value>
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
        Flow steps = model.Scan("", Cell, GoBackwards ? model.Reverse(input) : input, new()
        {
            StartsFrom = InitialStateFrom is null ? model.StartsFrom : model.OutputOf(InitialStateFrom),
            ZeroOutputForMask = ZeroOutputForMask,
            Dropout = Dropout,
            RecurrentDropout = RecurrentDropout,
        });
        return ReturnSequences ? steps : model.Last(steps);
    }
}
