namespace Research.Framework.Engine;

/// <summary>An engine that can compute in several places.</summary>
public interface IDeviceEngine : IEngine
{
    /// <summary>Where it computes, e.g. <c>cpu</c>; shown in results.</summary>
    /// <exception cref="ResearchException">Where that is decided by the machine, the engine cannot be started on it.</exception>
    string Device { get; }

    /// <summary>The devices that it knows by name, whether this machine has them or not, e.g. <c>cpu</c>, <c>cuda</c>.</summary>
    IReadOnlyList<string> Devices { get; }

    /// <summary>The same engine on another device.</summary>
    /// <param name="device">One of <see cref="Devices"/>, or a name that an engine makes of one, e.g. <c>cuda:1</c> for the second.</param>
    /// <exception cref="ResearchException">There is no device of that name.</exception>
    IEngine On(string device);
}
