using Research.Framework;
using Research.Framework.Equations;

namespace Research.Cells;

/// <summary>What Keras' recurrent cells have in common: their units and options, with Keras' defaults.</summary>
public abstract class KerasCell : ICell
{
    private protected KerasCell(int units, Initializer biasInitializer, params string[] state)
    {
        if (units < 1) throw new ResearchException($"{GetType().Name}: expected at least 1 unit, got {units}.");
        Units = units;
        BiasInitializer = biasInitializer;
        State = [.. state.Select(name => new StateSlot(name, units))];
    }

    /// <summary>Width of the output and of each part of the state.</summary>
    public int Units { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StateSlot> State { get; }

    /// <summary>The function that makes the candidate and, in an LSTM, the output.</summary>
    /// <value>Default <see cref="Activation.Tanh"/>.</value>
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <summary>Whether biases are added.</summary>
    /// <value>Default true.</value>
    public bool UseBias { get; init; } = true;

    /// <summary>How <c>kernel</c> starts.</summary>
    /// <value>Default <see cref="Initializers.GlorotUniform"/>.</value>
    public Initializer KernelInitializer { get; init; } = Initializers.GlorotUniform;

    /// <summary>How <c>recurrent_kernel</c> starts.</summary>
    /// <value>Default <see cref="Initializers.Orthogonal"/>.</value>
    public Initializer RecurrentInitializer { get; init; } = Initializers.Orthogonal;

    /// <summary>How <c>bias</c> starts; ignored without <see cref="UseBias"/>.</summary>
    /// <value>Default <see cref="Initializers.Zeros"/>; for an LSTM <see cref="Initializers.UnitForgetBias"/>.</value>
    public Initializer BiasInitializer { get; init; }

    /// <inheritdoc/>
    public abstract CellStep Step(CellScope cell, Expr input, CellState state);
}
