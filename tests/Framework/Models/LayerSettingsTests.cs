using Research.Framework.Equations;
using Research.Framework.Models;
using static Research.Framework.Models.Layers;

namespace Research.Framework.Tests.Models;

public class LayerSettingsTests
{
    [Test]
    public void LayerNormalization_SetsItsEpsilon()
    {
        LayerNormalizationLayer layer = LayerNormalization();
        Assert.That(Text(layer), Is.EqualTo((string[])["epsilon=0.001"]));
        Assert.That(Set(layer, "epsilon", "0.5"), Is.EqualTo(LayerNormalization() with { Epsilon = 0.5 }));
        Assert.That(layer.Epsilon, Is.EqualTo(0.001));
        Assert.That(() => Set(layer, "epsilon", "0"), Throws.TypeOf<ResearchException>().With.Message.Contains("above 0"));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(1e-60)]
    [TestCase(double.NaN)]
    public void LayerNormalization_EpsilonOutOfRange_IsRefused(double epsilon) =>
        Assert.That(() => LayerNormalization() with { Epsilon = epsilon }, Throws.TypeOf<ResearchException>().With.Message.Contains("epsilon above 0"));

    [Test]
    public void Residual_ListsItsInnerLayersByPlace()
    {
        ResidualLayer layer = Residual(LayerNormalization(), Residual(Dense(3))) with { Name = "block" };
        Assert.That(Text(layer), Is.EqualTo((string[])["inner.0.epsilon=0.001", "inner.1.inner.0.units=3", "inner.1.inner.0.activation=linear", "inner.1.inner.0.use_bias=true"]));
        ResidualLayer changed = (ResidualLayer)Set(layer, "inner.1.inner.0.activation", "tanh");
        Assert.That(changed.Name, Is.EqualTo("block"));
        Assert.That(((DenseLayer)((ResidualLayer)changed.Inner[1]).Inner[0]).Activation, Is.SameAs(Activation.Tanh));
        Assert.That(Text(layer)[2], Does.EndWith("linear"));
    }

    [Test]
    public void Residual_KeepsItsOwnListOfLayers()
    {
        Layer[] inner = [Dense(3)];
        ResidualLayer layer = Residual(inner);
        inner[0] = Dense(4);
        Assert.That(layer.Inner, Is.EqualTo(new[] { Dense(3) }));
    }

    [Test]
    public void LayersWithoutSettings_HaveNone() =>
        Assert.That((Layer[])[Concatenate(), LastStep(), new FunctionLayer("own", (_, x) => x)], Has.All.Property(nameof(Layer.Settings)).Empty);

    [Test]
    public void Copies_KeepTheirType_AndLeaveTheLayerAlone()
    {
        DenseLayer dense = Dense(3), named = dense.WithName("head");
        Assert.That((named.Name, named.Units, dense.Name), Is.EqualTo(("head", 3, (string?)null)));
    }

    private static string[] Text(Layer layer) => [.. layer.Settings.Select(setting => $"{setting.Name}={setting}")];

    private static Layer Set(Layer layer, string name, string value) => layer.Settings.Single(setting => setting.Name == name).Set(value);
}
