using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Torch.Tests;

#pragma warning disable CA1050 // in no namespace, so that it is of all of them
/// <summary>Tells every test of this assembly why it does not run, where libtorch is not here.</summary>
[SetUpFixture]
public sealed class LibTorchFixture
{
    [OneTimeSetUp]
    public void RequireLibTorch()
    {
        ModelGraph graph = Model.Of(Layers.Dense(1)).Graph([new InputShape("input", 1)]);
        IReadOnlyList<Finding> findings = Torches.Modules.Findings(graph, new Objective { Loss = Loss.MeanSquaredError });
        if (findings.Count > 0) Assert.Ignore(findings[0].Message);
    }
}
