namespace Research.Framework.Models;

/// <summary>Copies of layers with another setting, for languages without <c>with</c>.</summary>
public static class LayerExtensions
{
    /// <summary>A copy of another name.</summary>
    /// <typeparam name="T">The layer's type.</typeparam>
    /// <param name="layer">The layer.</param>
    /// <param name="name">The name; see <see cref="Layer.Name"/>.</param>
    public static T WithName<T>(this T layer, string name)
        where T : Layer
    {
        ArgumentNullException.ThrowIfNull(layer);
        return (T)((Layer)layer with { Name = name });
    }
}
