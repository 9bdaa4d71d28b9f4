using Research.Framework.Objectives;
using Research.Framework.Training;

namespace Research.Framework.Tests.Training;

public class TrainingOptionsTests
{
    [TestCaseSource(typeof(Optimizer), nameof(Optimizer.All))]
    public void Findings_KerasSettings_None(Optimizer optimizer) =>
        Assert.That(new TrainingOptions { Optimizer = optimizer }.Objective.Findings(), Is.Empty);

    [Test]
    public void Objective_IsMadeOfItsParts_AndNotGivenBesides()
    {
        TrainingOptions options = new() { WeightRules = [new() { Pattern = "*", L2 = 1 }], Loss = Loss.MeanSquaredError, EarlierBatches = 2, Optimizer = new Sgd() };
        Assert.That(options.Objective, Is.EqualTo(new Objective { Loss = Loss.MeanSquaredError, Optimizer = new Sgd(), EarlierBatches = 2, WeightRules = [new() { Pattern = "*", L2 = 1 }] }));
        Assert.That(typeof(TrainingOptions).GetProperty(nameof(TrainingOptions.Objective))!.SetMethod!.IsPublic, Is.False, "given beside its parts, one would silently undo the other");
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        TestCaseData Case(Optimizer optimizer, string says) => new TestCaseData(new TrainingOptions { Optimizer = optimizer }, says).SetArgDisplayNames(optimizer.Name, says);
        TestCaseData Rule(WeightRule rule, string says) => new TestCaseData(new TrainingOptions { WeightRules = [rule] }, says).SetArgDisplayNames("rule", says);
        yield return Case(new Adam { LearningRate = 0 }, "learning rate");
        yield return Case(new Adam { LearningRate = double.NaN }, "learning rate");
        yield return Case(new Adam { Beta1 = 1 }, "beta1");
        yield return Case(new Adam { Beta2 = -0.1 }, "beta2");
        yield return Case(new Adam { Epsilon = 0 }, "epsilon");
        yield return Case(new Adam { Epsilon = 1e-60 }, "epsilon");
        yield return Case(new AdamW { WeightDecay = -1 }, "weight decay");
        yield return Case(new AdamW { DecayPattern = "" }, "decay pattern");
        yield return Case(new Sgd { Momentum = 1 }, "momentum");
        yield return Case(new RmsProp { Rho = 1 }, "rho");
        yield return Case(new RmsProp { Momentum = -0.5 }, "momentum");
        yield return Case(new RmsProp { Epsilon = double.NaN }, "epsilon");
        yield return Case(new Sgd { ClipNorm = 0 }, "clip norm");
        yield return Case(new Sgd { ClipValue = -1 }, "clip value");
        yield return Case(new Sgd { GlobalClipNorm = double.NaN }, "global clip norm");
        yield return Case(new Sgd { ClipNorm = 1, ClipValue = 1 }, "clipping");
        yield return Rule(new() { Pattern = "" }, "pattern");
        yield return Rule(new() { Pattern = "*", L2 = -1 }, "L2");
        yield return Rule(new() { Pattern = "*", MaxNorm = 0 }, "max norm");
    }

    [TestCaseSource(nameof(Wrong))]
    public void Findings_NameTheSetting(TrainingOptions options, string says) =>
        Assert.That(options.Objective.Findings().Single().Message, Does.Contain(says));

    [TestCase("*", "lstm_1/kernel", ExpectedResult = true)]
    [TestCase("*/kernel", "lstm_1/kernel", ExpectedResult = true)]
    [TestCase("*/kernel", "lstm_1/recurrent_kernel", ExpectedResult = false)]
    [TestCase("*kernel", "lstm_1/recurrent_kernel", ExpectedResult = true)]
    [TestCase("lstm_1/*", "lstm_1/kernel", ExpectedResult = true)]
    [TestCase("lstm_1/*", "lstm_10/kernel", ExpectedResult = false)]
    [TestCase("lstm_*/*kernel", "lstm_1/kernel", ExpectedResult = true)]
    [TestCase("lstm_1/kernel", "lstm_1/kernel", ExpectedResult = true)]
    [TestCase("kernel", "lstm_1/kernel", ExpectedResult = false)]
    [TestCase("a*a", "a", ExpectedResult = false)]
    [TestCase("a*ab*b", "aabb", ExpectedResult = true)]
    [TestCase("a*ab*b", "aab", ExpectedResult = false)]
    [TestCase("**", "", ExpectedResult = true)]
    public bool NamePattern_Matches(string pattern, string name) => NamePattern.Matches(pattern, name);
}
