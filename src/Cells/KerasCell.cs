using Research.Framework;
using Research.Framework.Equations;

namespace Research.Cells;

/// <summary>What Keras' recurrent cells have in common: their units and options, with Keras' defaults.</summary>
public abstract record KerasCell : ICell
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
    public Activation Activation { get; init => field = value ?? throw new ResearchException("Activation: expected a value, got null."); } = Activation.Tanh;

    /// <summary>Whether biases are added.</summary>
    /// <value>Default true.</value>
    public bool UseBias { get; init; } = true;

    /// <summary>How <c>kernel</c> starts.</summary>
    /// <value>Default <see cref="Initializers.GlorotUniform"/>.</value>
    public Initializer KernelInitializer { get; init => field = value ?? throw new ResearchException("KernelInitializer: expected a value, got null."); } = Initializers.GlorotUniform;

    /// <summary>How <c>recurrent_kernel</c> starts.</summary>
    /// <value>Default <see cref="Initializers.Orthogonal"/>.</value>
    public Initializer RecurrentInitializer { get; init => field = value ?? throw new ResearchException("RecurrentInitializer: expected a value, got null."); } = Initializers.Orthogonal;

    /// <summary>How <c>bias</c> starts; ignored without <see cref="UseBias"/>.</summary>
    /// <value>Default <see cref="Initializers.Zeros"/>; for an LSTM <see cref="Initializers.UnitForgetBias"/>.</value>
    public Initializer BiasInitializer { get; init => field = value ?? throw new ResearchException("BiasInitializer: expected a value, got null."); }

    /// <inheritdoc/>
    public virtual IReadOnlyList<Setting<ICell>> Settings =>
    [
        Chosen("activation", Activation, value => this with { Activation = value }),
        Setting.Flag<ICell>("use_bias", UseBias, value => this with { UseBias = value }),
        Chosen("kernel_initializer", KernelInitializer, value => this with { KernelInitializer = value }),
        Chosen("recurrent_initializer", RecurrentInitializer, value => this with { RecurrentInitializer = value }),
        Chosen("bias_initializer", BiasInitializer, value => this with { BiasInitializer = value }),
    ];

    private protected static Setting<ICell> Chosen(string name, Activation value, Func<Activation, ICell> with) =>
        Setting.Choice(name, value, Activation.All, choice => choice.Name, with);

    private static Setting<ICell> Chosen(string name, Initializer value, Func<Initializer, ICell> with) =>
        Setting.Choice(name, value, Initializers.All, choice => choice.Name, with);

    /// <inheritdoc/>
    public abstract CellStep Step(CellScope cell, Expr input, CellState state);
}
