using System.Globalization;

namespace Research.Framework.Models;

/// <summary>
/// Masks the steps all of whose features equal a value, and zeroes them; the layers above skip them. Joined with the
/// data's own mask, if it has one.
/// </summary>
/// <param name="Value">The value that stands for padding; a finite number.</param>
public sealed record MaskingLayer(float Value) : Layer
{
    /// <summary>The value that stands for padding.</summary>
    /// <value>A finite number.</value>
    /// <exception cref="ResearchException">The value is not finite: no step could equal it.</exception>
    public float Value { get; init => field = Checked(value); } = Checked(Value);

    /// <inheritdoc/>
    public override IReadOnlyList<Setting<Layer>> Settings =>
        [Setting.Single<Layer>("value", Value, value => this with { Value = value })];

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Mask(input, Value);
    }

    private static float Checked(float value) => float.IsFinite(value)
        ? value
        : throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Masking: expected a finite value, got {value}."));
}
