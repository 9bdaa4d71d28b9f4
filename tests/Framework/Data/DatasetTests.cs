using Research.Framework.Data;

namespace Research.Framework.Tests.Data;

public class DatasetTests
{
    [Test]
    public void Shortcuts_AreTheOnlyBlocks()
    {
        Dataset data = Of([Numbers("input")], [Classes("output")]);
        Dataset shortly = new() { Description = "test", Samples = 2, Input = data.Input, Target = data.Target };

        Assert.That(shortly.Inputs, Is.EqualTo(new[] { data.Inputs[0] }));
        Assert.That(shortly.Targets, Is.EqualTo(new[] { data.Targets[0] }));
        Assert.That(shortly.Validate, Throws.Nothing);
    }

    [Test]
    public void SeveralBlocks_AreFoundByName()
    {
        Dataset data = Of([Numbers("left"), Numbers("right")], [Classes("letter"), Classes("case")]);

        Assert.That(data.Validate, Throws.Nothing);
        Assert.That(data.Input, Is.SameAs(data.Inputs[0]));
        Assert.That(data.Target, Is.SameAs(data.Targets[0]));
        Assert.That(data.FindInput("right"), Is.SameAs(data.Inputs[1]));
        Assert.That(data.FindTarget("case"), Is.SameAs(data.Targets[1]));
        Assert.That(() => data.FindInput("up"), Throws.TypeOf<ResearchException>().With.Message.EqualTo("The data 'test' have no input 'up'; they have 'left', 'right'."));
        Assert.That(() => data.FindTarget("up"), Throws.TypeOf<ResearchException>().With.Message.EqualTo("The data 'test' have no target 'up'; they have 'letter', 'case'."));
    }

    [Test]
    public void Part_HasTheSamplesOfEveryBlock()
    {
        Dataset data = new()
        {
            Description = "four",
            Samples = 4,
            Input = new() { TimeSteps = 1, Features = 2, Values = [0, 1, 10, 11, 20, 21, 30, 31], Mask = [true, false, true, false] },
            Targets =
            [
                new() { Name = "kind", Width = 5, Classes = [0, 1, 2, 3], Weights = [1, 2, 3, 4], Mask = [true, true, false, true], ClassNames = ["a", "b", "c", "d", "e"] },
                new() { Name = "size", TimeSteps = 2, Width = 1, Values = [0, 1, 2, 3, 4, 5, 6, 7] },
            ],
            Boundaries = [true, false, true, false],
            InputLabels = ["0", "1", "2", "3"],
        };
        Dataset part = data.Part(1, 2);

        Assert.That((part.Description, part.Samples), Is.EqualTo(("four, samples 1 to 2", 2)));
        Assert.That(part.Validate, Throws.Nothing);
        Assert.That(part.Input.Values, Is.EqualTo([10, 11, 20, 21]));
        Assert.That(part.Input.Mask, Is.EqualTo([false, true]));
        Assert.That(part.FindTarget("kind").Classes, Is.EqualTo([1, 2]));
        Assert.That(part.FindTarget("kind").Weights, Is.EqualTo([2, 3]));
        Assert.That(part.FindTarget("kind").Mask, Is.EqualTo([true, false]));
        Assert.That(part.FindTarget("kind").ClassNames, Has.Count.EqualTo(5));
        Assert.That(part.FindTarget("size").Values, Is.EqualTo([2, 3, 4, 5]));
        Assert.That(part.Boundaries, Is.EqualTo([false, true]));
        Assert.That(part.InputLabels, Is.EqualTo(["1", "2"]));
        foreach ((int first, int count) in new[] { (-1, 2), (0, 0), (3, 2), (0, 5), (int.MaxValue, 1) })
            Assert.That(() => data.Part(first, count), Throws.TypeOf<ResearchException>().With.Message.Contains($"samples 0 to 3; expected a part of at least one of them, got {count} from {first}"));
    }

    [Test]
    public void NoBlocks_AreFound_ButTargetsAreNotNeededToPredict()
    {
        Dataset nothing = new() { Description = "test", Samples = 2 };

        Assert.That(nothing.Validate, Refuses("inputs: expected at least one, got none; set Input", "targets: expected at least one, got none; set Target"));
        Assert.That(() => nothing.Input, Throws.TypeOf<ResearchException>().With.Message.Contains("have no input"));
        Assert.That(() => nothing.Target, Throws.TypeOf<ResearchException>().With.Message.Contains("have no target"));
        Dataset noTargets = new() { Description = "test", Samples = 2, Input = Numbers("input") };
        Assert.That(() => noTargets.Validate(needsTargets: false), Throws.Nothing);
        Assert.That(noTargets.Validate, Refuses("targets: expected at least one"));
        Dataset unknown = Of([Numbers("input")], [new() { Width = 3 }]);
        Assert.That(() => unknown.Validate(needsTargets: false), Throws.Nothing);
        Assert.That(unknown.Validate, Refuses("expected either class indices or values"));
    }

    [Test]
    public void Names_AreThereAndDiffer()
    {
        Assert.That(Of([Numbers(" ")], [Classes("output")]).Validate, Refuses("inputs: expected a name for each, got an empty one"));
        Assert.That(Of([Numbers("input")], [Classes("x"), Classes("x")]).Validate, Refuses("targets: 2 are called 'x'"));
        Assert.That(Of([Numbers("x")], [Classes("x")]).Validate, Throws.Nothing);
    }

    [Test]
    public void Findings_NameTheBlock_WhereThereAreSeveral()
    {
        InputBlock wrong = new() { Name = "right", TimeSteps = 2, Features = 1, Values = [1], Mask = [true] };
        TargetBlock low = new() { Name = "case", Width = 0, Classes = [] };

        Assert.That(Of([wrong], [Classes("output")]).Validate, Refuses(": inputs: expected [2, 2, 1] = 4 values, got 1", "; mask: expected [2, 2] = 4 flags, got 1"));
        Assert.That(Of([Numbers("left"), wrong], [Classes("letter"), low]).Validate,
            Refuses("input 'right': inputs: expected [2, 2, 1] = 4 values, got 1", "input 'right': mask: expected", "target 'case': target width: expected at least 1, got 0"));
    }

    [Test]
    public void TargetsParts_AreChecked()
    {
        Assert.That(Of(new TargetBlock { TimeSteps = 2, Width = 1, Values = new float[4], Mask = [true], Weights = [1, 1] }).Validate,
            Refuses("target mask: expected [2, 2] = 4 flags, got 1", "target weights: expected [2, 2] = 4 numbers, got 2"));
        Assert.That(Of(new TargetBlock { TimeSteps = 2, Width = 1, Values = new float[4], Weights = [1, 1, -0.5f, 1] }).Validate,
            Refuses("target weights: expected finite numbers of 0 or more, got -0.5 at sample 1"));
        Assert.That(Of(new TargetBlock { Width = 2, Classes = [0, 2] }).Validate, Refuses("target classes: expected 0 to 1, got 2 at sample 1"));
        Assert.That(Of(new TargetBlock { Width = 1, Values = [0, float.NaN] }).Validate, Refuses("target values: expected finite values, got NaN at sample 1"));
        Assert.That(Of(new TargetBlock { Width = 3, Classes = [0, 1], ClassNames = ["a", "b"] }).Validate, Refuses("class names: expected 3, as the target is wide, got 2"));
        Assert.That(Of(new TargetBlock { Width = 1, Classes = [0, 0], Values = [0, 0] }).Validate, Refuses("not both"));
    }

    private static NUnit.Framework.Constraints.Constraint Refuses(params string[] findings) =>
        findings.Aggregate((NUnit.Framework.Constraints.Constraint)Throws.TypeOf<ResearchException>(), (all, finding) => all & Throws.Exception.With.Message.Contains(finding));

    private static InputBlock Numbers(string name) => new() { Name = name, TimeSteps = 1, Features = 1, Values = [1, 2] };

    private static TargetBlock Classes(string name) => new() { Name = name, Width = 3, Classes = [0, 2] };

    private static Dataset Of(TargetBlock target) => Of([Numbers("input")], [target]);

    private static Dataset Of(InputBlock[] inputs, TargetBlock[] targets) => new() { Description = "test", Samples = 2, Inputs = inputs, Targets = targets };
}
