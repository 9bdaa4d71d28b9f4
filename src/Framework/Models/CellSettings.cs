using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>A cell's settings as those of the layer that runs it.</summary>
internal static class CellSettings
{
    /// <summary>The settings.</summary>
    /// <param name="path">What stands before their names, e.g. <c>cell</c>.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="with">The layer with its cell changed: by a function, since a layer that makes its cells changes each that it makes.</param>
    public static IEnumerable<Setting<T>> Of<T>(string path, ICell cell, Func<Func<ICell, ICell>, T> with) =>
        cell.Settings.Select(setting => new Setting<T>($"{path}.{setting.Name}", setting.Value, setting.Allowed, setting.Allowed is null ? null : given =>
            with(changed => (changed.Settings.FirstOrDefault(known => known.Name == setting.Name)
                ?? throw new ResearchException($"Setting '{given.Name}': the cell '{changed.Name}' no longer has it.")).Set(given.Name, given.Text))));
}
