using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Research.Framework.Engine;
using Research.Framework.Experiments;
using Research.Framework.Managed;

namespace Research.Framework.Hosting.Tests;

public sealed class EngineRegistryTests
{
    private static readonly FakeEngine s_second = new() { Name = "second" };

    [Test]
    public void Default_IsTheBuiltInOne_WhateverIsAdded()
    {
        ExperimentCatalog catalog = Catalog(services => services.AddEngine(s_second).AddEngine<FakeEngine>());
        Assert.That(catalog.Engines, Is.EqualTo(["fake", "managed", "second"]));
        Assert.That(catalog.Engine(null), Is.TypeOf<ManagedEngine>());
        Assert.That(catalog.Engine("Second"), Is.SameAs(s_second));
    }

    [Test]
    public void OfTwoWithOneName_TheLaterIsUsed()
    {
        FakeEngine mine = new() { Name = "managed" };
        ExperimentCatalog catalog = Catalog(services => services.AddEngine(mine));
        Assert.That(catalog.Engines, Is.EqualTo(["managed"]));
        Assert.That(catalog.Engine(null), Is.SameAs(mine));
    }

    [Test]
    public void UnknownEngine_NamesTheNearest() => Assert.That(
        () => Catalog(services => services.AddEngine(s_second)).Engine("secnod"),
        Throws.TypeOf<ResearchException>().With.Message.EqualTo("Unknown engine 'secnod'; did you mean 'second'? Known: managed, second."));

    [Test]
    public void NoEngine_SaysHowToAddOne() => Assert.That(
        () => Catalog(services => services.RemoveAll<IEngine>()).Engine(null),
        Throws.TypeOf<ResearchException>().With.Message.Contains("AddEngine<MyEngine>()"));

    [Test]
    public void CatalogRun_UsesTheEngineItNames()
    {
        ExperimentCatalog catalog = Catalog(services => services
            .AddEngine(s_second)
            .AddSingleton<IExperimentRunner>(new FakeRunner())
            .AddCell("lstm", units => new FakeCell("lstm", units))
            .AddExperiment<OneChar>());
        Assert.That(catalog.Run("one-char", seed: 1, engine: "second").Engine, Is.EqualTo("second"));
        Assert.That(catalog.Run("one-char", seed: 1).Engine, Is.EqualTo("managed"));
    }

    [Test]
    public async Task Engines_AreListed()
    {
        CommandLineRun run = await CommandLineRun.Of(["engines"], more: services => services.AddEngine(s_second));
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Is.EqualTo("fake\nsecond\n"));
    }

    [Test]
    public async Task Engine_IsSaidInTableFileAndShow()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--engine", "second", "--json", file], more: services => services.AddEngine(s_second));
            Assert.That(run.Output, Does.StartWith("lstm, second engine, seed 1\n"));
            using JsonDocument json = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
            Assert.That(json.RootElement[0].GetProperty("engine").GetString(), Is.EqualTo("second"));
        }
        finally
        {
            File.Delete(file);
        }

        CommandLineRun show = await CommandLineRun.Of(["show", "one-char", "--engine", "second"], more: services => services.AddEngine(s_second));
        Assert.That(show.Output, Does.Contain("cell lstm, engine second, seed 1\n"));
        CommandLineRun main = await CommandLineRun.Of(["--engine", "secnd"], more: services => services.AddEngine(s_second));
        Assert.That(main.ExitCode, Is.EqualTo(2));
        Assert.That(main.Error, Is.EqualTo("Unknown engine 'secnd'; did you mean 'second'? Known: fake, second.\n"));
    }

    [Test]
    public async Task Device_IsChosenByName_AndSaidInTableFileAndShow()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--engine", "movable", "--device", "far", "--json", file], more: services => services.AddEngine(new FakeDeviceEngine()));
            Assert.That(run.Output, Does.StartWith("lstm, movable (far) engine, seed 1\n"));
            using JsonDocument json = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
            Assert.That(json.RootElement[0].EnumerateObject().Select(property => property.Name), Is.EqualTo(["experiment", "cell", "engine", "device", "plan", "runs"]));
            Assert.That(json.RootElement[0].GetProperty("device").GetString(), Is.EqualTo("far"));
        }
        finally
        {
            File.Delete(file);
        }

        CommandLineRun show = await CommandLineRun.Of(["show", "one-char", "--engine", "movable"], more: services => services.AddEngine(new FakeDeviceEngine()));
        Assert.That(show.Output, Does.Contain("cell lstm, engine movable (near), seed 1\n"));
    }

    [TestCase("movable", "frr", "Unknown device 'frr'; did you mean 'far'? Known: near, far.\n")]
    [TestCase("second", "far", "The engine 'second' has no devices to choose from, got '--device far'; it computes on the processor.\n")]
    [TestCase("absent", "far", "Experiment 'one-char' cannot be run: engine 'absent': add the package.\n")]
    public async Task Device_ThatIsNone_IsRefusedInOneLine(string engine, string device, string says)
    {
        CommandLineRun run = await CommandLineRun.Of(["run", "one-char", "--engine", engine, "--device", device],
            more: services => services.AddEngine(s_second).AddEngine(new FakeDeviceEngine()).AddEngine(new UnavailableEngine("absent", "add the package")));
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Is.EqualTo(says));
    }

    [Test]
    public async Task Engines_AreListedWithTheirDevices_AndWhyOneIsNotHere()
    {
        CommandLineRun run = await CommandLineRun.Of(["engines"], more: services => services.AddEngine(new FakeDeviceEngine()).AddEngine(new UnavailableEngine("absent", "add the package")));
        Assert.That(run.Output, Is.EqualTo("absent (not here: add the package)\nfake\nmovable (--device near, far)\n"));
    }

    [Test]
    public void UnavailableEngine_NeverCompiles() => Assert.That(
        () => new UnavailableEngine("absent", "add the package").Compile(null!, null!, new Seeds(1)),
        Throws.TypeOf<ResearchException>().With.Message.EqualTo("engine 'absent': add the package."));

    private static ExperimentCatalog Catalog(Action<IServiceCollection> add)
    {
        IServiceCollection services = new ServiceCollection().AddResearch();
        add(services);
        return services.BuildServiceProvider().GetRequiredService<ExperimentCatalog>();
    }
}
