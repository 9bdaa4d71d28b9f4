namespace Research.Framework.Models;

/// <summary>
/// x + f(x), with f some layers that yield the width and the steps of what they read. He, Zhang, Ren and Sun, <em>Deep residual
/// learning for image recognition</em>, CVPR 2016. Inner layers are called e.g. <c>residual_1/lstm_1</c>.
/// </summary>
/// <param name="Inner">f, first layer to last; recurrent ones return sequences.</param>
public sealed record ResidualLayer(params IReadOnlyList<Layer> Inner) : Layer
{
    /// <summary>f, first layer to last.</summary>
    /// <value>At least one layer.</value>
    /// <exception cref="ResearchException">There is none.</exception>
    public IReadOnlyList<Layer> Inner { get; init => field = Checked(value); } = Checked(Inner);

    /// <summary>The inner layers', by place, e.g. <c>inner.0.units</c>.</summary>
    public override IReadOnlyList<Setting<Layer>> Settings =>
        [.. Inner.SelectMany((layer, index) => layer.Settings.Select(setting => setting.Within<Layer>(changed => With(index, changed), FormattableString.Invariant($"inner.{index}"))))];

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Merge([input, model.Chain(Inner, input)], MergeMode.Sum);
    }

    private ResidualLayer With(int index, Layer layer) => this with { Inner = [.. Inner.Select((known, i) => i == index ? layer : known)] };

    private static IReadOnlyList<Layer> Checked(IReadOnlyList<Layer> inner)
    {
        return Required.Each(inner, nameof(Inner)).Count > 0 ? [.. inner] : throw new ResearchException("Residual: expected at least one inner layer, got none.");
    }
}
