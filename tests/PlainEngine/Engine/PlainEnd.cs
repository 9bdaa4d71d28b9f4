using Research.Framework.Equations;

namespace Research.Plain.Engine;

/// <summary>Equations without their last function, past which a loss takes its gradient.</summary>
/// <param name="LastFunction">The function.</param>
/// <param name="Step">What it reads.</param>
internal sealed record PlainEnd(Operation LastFunction, DoubleStep Step);
