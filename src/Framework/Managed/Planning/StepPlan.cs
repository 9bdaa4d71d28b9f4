using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>
/// A layer's forward and backward step as instructions over buffers, before batch size and time steps are known. What
/// does not depend on the recurrence is taken out of the time loop and runs once over all steps and rows.
/// </summary>
internal sealed class StepPlan
{
    public required StepEquations Step { get; init; }

    public required IReadOnlyList<BufferPlan> Buffers { get; init; }

    /// <summary>The instructions of each <see cref="Pass"/>, in the order in which they run.</summary>
    public required InstructionPlan[][] Passes { get; init; }

    public required WeightGradientPlan[] WeightGradients { get; init; }

    /// <summary>Where the inputs lie; the buffers are other layers'.</summary>
    public required BufferPlan[] Inputs { get; init; }

    public required Place Output { get; init; }

    /// <summary>What the output's last function reads, kept for every step for the loss; none where nobody asks.</summary>
    public Place Seed { get; init; } = Place.None;

    /// <summary>Where the layer above leaves the output's gradient.</summary>
    public required BufferPlan OutputGradient { get; init; }

    /// <summary>Where each input's gradient is left for the layer below; none if nobody wants it, or nothing depends on the input.</summary>
    public required Place[] InputGradients { get; init; }

    /// <summary>What the input is multiplied by, filled before each pass; null without dropout.</summary>
    public BufferPlan? InputNoise { get; init; }

    /// <summary>What the first state slot is multiplied by.</summary>
    public BufferPlan? StateNoise { get; init; }

    public required BufferPlan[] State { get; init; }

    /// <summary>The gradients of the state, in turn: step t reads from its later neighbour and writes its own.</summary>
    public required BufferPlan[] StateGradients { get; init; }
}
