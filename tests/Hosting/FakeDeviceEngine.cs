using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Framework.Hosting.Tests;

/// <summary>An engine of two devices, near and far.</summary>
internal sealed class FakeDeviceEngine(string device = "near") : IDeviceEngine
{
    private readonly FakeEngine _engine = new();

    public string Name => "movable";

    public string Device => device;

    public IReadOnlyList<string> Devices => ["near", "far"];

    public IEngine On(string device) => Devices.Contains(device)
        ? new FakeDeviceEngine(device)
        : throw new ResearchException(NameSuggestions.Unknown("device", device, Devices));

    public ICompiledModel Compile(ModelGraph graph, Objective objective, Seeds seeds, int threads, CancellationToken cancellation) => _engine.Compile(graph, objective, seeds, threads, cancellation);
}
