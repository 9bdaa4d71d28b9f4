using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>The blocks of a fused kernel's call.</summary>
internal sealed class FusedPlan
{
    public required IFusedKernel Kernel { get; init; }

    public required Place[] Inputs { get; init; }

    public required Place[] Outputs { get; init; }

    public required Place Saved { get; init; }

    public Place[] OutputGradients { get; init; } = [];

    public Place[] InputGradients { get; init; } = [];
}
