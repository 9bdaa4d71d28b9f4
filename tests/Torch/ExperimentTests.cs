using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Cells.Torch;
using Research.Experiments;
using Research.Framework.Experiments;

namespace Research.Torch.Tests;

/// <summary>An experiment, whole, by one word.</summary>
public sealed class ExperimentTests
{
    [Test]
    public void StatefulOneChar_SaysTheSame()
    {
        using ServiceProvider services = new ServiceCollection().AddResearch().AddResearchCells().AddAlphabetExperiments().AddTorchEngine(Torches.Options).BuildServiceProvider();
        ExperimentCatalog catalog = services.GetRequiredService<ExperimentCatalog>();
        ExperimentResult managed = catalog.Run("stateful-one-char", seed: 7), torch = catalog.Run("stateful-one-char", seed: 7, engine: "torch");
        Assert.Multiple(() =>
        {
            Assert.That(torch.Engine, Is.EqualTo("torch"));
            Assert.That(torch.Generated.Select(text => text.ToString()), Is.EqualTo(managed.Generated.Select(text => text.ToString())).And.Not.Empty);
            Assert.That(torch.Metrics[0].Value, Is.EqualTo(managed.Metrics[0].Value).And.EqualTo(1));
        });
    }
}
