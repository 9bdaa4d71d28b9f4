using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>
/// A cell run over time: input <c>[batch, time steps, features]</c>, output <c>[batch, time steps, units]</c>, or
/// <c>[batch, 1, units]</c> (the last step) unless sequences are returned.
/// </summary>
/// <param name="Cell">One time step.</param>
public sealed record RecurrentLayer(ICell Cell) : Layer
{
    /// <summary>Whether every step's output goes to the next layer.</summary>
    /// <value>Default false: only the last one.</value>
    public bool ReturnSequences { get; init; }

    internal override string Kind => Cell.Name;
}
