namespace Research.Framework.Models;

/// <summary>The last step of a sequence, under a mask the last that counts: <c>[batch, time steps, features]</c> to <c>[batch, 1, features]</c>.</summary>
public sealed record LastStepLayer : Layer
{
    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Last(input);
    }
}
