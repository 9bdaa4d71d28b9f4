namespace Research.Framework.Models;

/// <summary>One step repeated: <c>[batch, 1, features]</c> to <c>[batch, times, features]</c>; the mask ends here.</summary>
/// <param name="Times">How many steps; at least 1.</param>
public sealed record RepeatVectorLayer(int Times) : Layer
{
    internal override string Kind => "repeat_vector";
}
