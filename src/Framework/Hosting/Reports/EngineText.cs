using Research.Framework.Engine;

namespace Research.Framework.Hosting.Reports;

/// <summary>An engine as reports name it.</summary>
internal static class EngineText
{
    /// <summary>Its name, and where it computes, where that may be chosen, e.g. <c>torch (cuda)</c>.</summary>
    public static string Of(IEngine engine) => engine is IDeviceEngine on ? $"{engine.Name} ({on.Device})" : engine.Name;
}
