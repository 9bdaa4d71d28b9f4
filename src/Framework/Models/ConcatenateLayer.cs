namespace Research.Framework.Models;

/// <summary>Flows of equally many steps side by side: <c>[batch, time steps, n1]</c>, <c>[batch, time steps, n2]</c>, … to <c>[batch, time steps, n1 + n2 + …]</c>.</summary>
public sealed record ConcatenateLayer : JoinLayer
{
    /// <inheritdoc/>
    public override Flow Build(ModelScope model, IReadOnlyList<Flow> inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Merge(inputs, MergeMode.Concat);
    }
}
