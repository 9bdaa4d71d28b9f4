namespace Research.Framework.Models;

/// <summary>A layer of a model under its name.</summary>
/// <param name="Name">Its name in the model, e.g. <c>lstm_1</c>.</param>
/// <param name="Layer">Its settings.</param>
public sealed record ModelLayer(string Name, Layer Layer)
{
    /// <summary>Its name in the model.</summary>
    public string Name { get; init => field = Required.Value(value); } = Required.Value(Name);

    /// <summary>Its settings.</summary>
    public Layer Layer { get; init => field = Required.Value(value); } = Required.Value(Layer);
}
