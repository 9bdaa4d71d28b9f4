namespace Research.Framework.Models;

/// <summary>
/// Masks the steps all of whose features equal a value, and zeroes them; the layers above skip them. Joined with the
/// data's own mask, if it has one.
/// </summary>
/// <param name="Value">The value that stands for padding.</param>
public sealed record MaskingLayer(float Value) : Layer
{
    internal override string Kind => "masking";
}
