using Research.Framework.Managed.Planning;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Framework.Managed.Execution;

/// <summary>An output and its loss, before rows and time steps are known.</summary>
internal sealed class OutputPlan
{
    public required GraphOutput Output { get; init; }

    public required Loss Loss { get; init; }

    /// <summary>What the loss is multiplied by.</summary>
    public required double Weight { get; init; }

    public required LossShortcut Shortcut { get; init; }

    /// <summary>The node whose last function the shortcut goes past; null without one, and where that function is a stage of its own.</summary>
    public GraphNode? Source { get; init; }

    /// <summary>The node whose last function is a stage of its own, because others read what it yields, and past which the shortcut goes; null elsewhere.</summary>
    public GraphNode? SplitAt { get; init; }

    /// <summary>A loss of the user's own: equations over output, target and weight; null for the others.</summary>
    public StepPlan? Function { get; init; }

    /// <summary>Whether the model itself reads the output, too.</summary>
    public required bool IsRead { get; init; }
}
