using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>Makes layers; bring it in with <c>using static</c>.</summary>
public static class Layers
{
    /// <summary>A recurrent layer that yields its last step.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="returnSequences">Whether every step is yielded instead.</param>
    public static RecurrentLayer Recurrent(ICell cell, bool returnSequences = false)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new RecurrentLayer(cell) { ReturnSequences = returnSequences };
    }

    /// <summary>A dense layer.</summary>
    /// <param name="units">Width of the output; at least 1.</param>
    /// <param name="activation">Default linear.</param>
    public static DenseLayer Dense(int units, Activation? activation = null) =>
        units >= 1
            ? new DenseLayer(units) { Activation = activation ?? Activation.Linear }
            : throw new ResearchException($"Dense layer: expected at least 1 unit, got {units}.");
}
