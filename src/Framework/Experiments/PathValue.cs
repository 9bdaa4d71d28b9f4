namespace Research.Framework.Experiments;

/// <summary>One change to a plan, as it is written.</summary>
/// <param name="Path">What is changed.</param>
/// <param name="Value">The new value, with the spaces around it.</param>
internal readonly record struct PathValue(string Path, string Value)
{
    /// <summary>Reads <c>path=value</c>.</summary>
    /// <exception cref="ResearchException">The text has no such form.</exception>
    public static PathValue Of(string setting)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        return equals < 1
            ? throw new ResearchException($"Setting '{setting}': expected the form path=value, e.g. training.epochs=50.")
            : new(setting[..equals].Trim(), setting[(equals + 1)..]);
    }
}
