namespace Research.Framework.Models;

/// <summary>A layer that a model's graph was built with.</summary>
/// <param name="Name">Its name in the model, e.g. <c>lstm_1</c>.</param>
/// <param name="Layer">Its settings.</param>
/// <param name="Output">What yields its output.</param>
public sealed record GraphLayer(string Name, Layer Layer, GraphNode Output);
