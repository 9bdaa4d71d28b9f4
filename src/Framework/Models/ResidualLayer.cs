namespace Research.Framework.Models;

/// <summary>
/// x + f(x), with f some layers that yield the width and the steps of what they read. He, Zhang, Ren and Sun, <em>Deep residual
/// learning for image recognition</em>, CVPR 2016. Inner layers are called e.g. <c>residual_1/lstm_1</c>.
/// </summary>
/// <param name="Inner">f, first layer to last; recurrent ones return sequences.</param>
public sealed record ResidualLayer(params IReadOnlyList<Layer> Inner) : Layer
{
    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Merge([input, model.Chain(Inner, input)], MergeMode.Sum);
    }
}
