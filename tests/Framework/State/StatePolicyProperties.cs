using Research.Framework.State;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Research.Framework.Tests.State;

public sealed class StatePolicyProperties
{
    [Property]
    public void Stateless_AlwaysResets(Phase phase, ushort epoch, ushort batch, bool[] boundaries) =>
        Assert.That(Decisions(StatePolicy.Stateless, phase, epoch, batch, boundaries), Is.All.EqualTo(RowState.Reset));

    [Property]
    public void Never_AlwaysCarries(Phase phase, ushort epoch, ushort batch, bool[] boundaries) =>
        Assert.That(Decisions(StatePolicy.Never, phase, epoch, batch, boundaries), Is.All.EqualTo(RowState.Carry));

    [Property]
    public void ResetEachEpoch_ResetsEveryRowOfBatchZeroOnly(Phase phase, ushort epoch, ushort batch, bool[] boundaries)
    {
        Assert.That(Decisions(StatePolicy.ResetEachEpoch, phase, epoch, 0, boundaries), Is.All.EqualTo(RowState.Reset));
        Assert.That(Decisions(StatePolicy.ResetEachEpoch, phase, epoch, 1 + batch, boundaries), Is.All.EqualTo(RowState.Carry));
    }

    [Property]
    public void ResetAtBoundaries_ResetsTheRowsThatBeginASequence(Phase phase, ushort epoch, ushort batch, bool[] boundaries) =>
        Assert.That(
            Decisions(StatePolicy.ResetAtBoundaries, phase, epoch, batch, boundaries),
            Is.EqualTo(boundaries.Select(begins => begins ? RowState.Reset : RowState.Carry)));

    [Property]
    public void ResetWhenAny_IsOr(byte[] picks, Phase phase, ushort epoch, byte batch, bool[] boundaries)
    {
        IStatePolicy[] policies = [Pick(0), .. picks.Take(4).Select(Pick)];
        RowState[][] each = [.. policies.Select(policy => Decisions(policy, phase, epoch, batch % 3, boundaries))];

        Assert.That(
            Decisions(StatePolicy.ResetWhenAny(policies), phase, epoch, batch % 3, boundaries),
            Is.EqualTo(boundaries.Select((_, row) => each.Any(rows => rows[row] == RowState.Reset) ? RowState.Reset : RowState.Carry)));
        Assert.That(
            StatePolicy.ResetWhenAny(policies).CarriesBetweenBatches,
            Is.EqualTo(policies.All(policy => policy.CarriesBetweenBatches)),
            "one that always resets leaves nothing to carry");

        IStatePolicy Pick(byte pick) => StatePolicy.All[(pick + picks.Length) % StatePolicy.All.Count];
    }

    [Property]
    public void WhenPredicting_AsksByPhase(byte first, byte second, Phase phase, ushort epoch, byte batch, bool[] boundaries)
    {
        IStatePolicy training = StatePolicy.All[first % StatePolicy.All.Count], predicting = StatePolicy.All[second % StatePolicy.All.Count];
        IStatePolicy both = StatePolicy.WhenPredicting(training, predicting);

        Assert.That(
            Decisions(both, phase, epoch, batch % 3, boundaries),
            Is.EqualTo(Decisions(phase == Phase.Train ? training : predicting, phase, epoch, batch % 3, boundaries)));
        Assert.That(both.CarriesBetweenBatches, Is.EqualTo(training.CarriesBetweenBatches));
    }

    [Property]
    public void APolicyThatDoesNotCarry_ResetsEveryRowInTraining(byte pick, ushort epoch, ushort batch, bool[] boundaries)
    {
        IStatePolicy policy = StatePolicy.All[pick % StatePolicy.All.Count];
        if (policy.CarriesBetweenBatches) return;
        Assert.That(Decisions(policy, Phase.Train, epoch, batch, boundaries), Is.All.EqualTo(RowState.Reset));
    }

    [Test]
    public void ResetWhenAny_OfNone_IsRefused() =>
        Assert.That(() => StatePolicy.ResetWhenAny(), Throws.TypeOf<ResearchException>().With.Message.Contains("at least one state policy"));

    [Test]
    public void Names_AreDistinctAndTellTheParts()
    {
        Assert.That(StatePolicy.All.Select(policy => policy.Name), Is.Unique);
        Assert.That(
            StatePolicy.ResetWhenAny(StatePolicy.ResetEachEpoch, StatePolicy.ResetAtBoundaries).Name,
            Is.EqualTo("reset-each-epoch or reset-at-boundaries"));
    }

    private static RowState[] Decisions(IStatePolicy policy, Phase phase, int epoch, int batch, bool[] boundaries)
    {
        BatchContext context = new(phase, epoch, batch, boundaries.Length, boundaries);
        RowState[] rows = new RowState[boundaries.Length];
        for (int row = 0; row < rows.Length; row++) rows[row] = policy.Before(context, row);
        return rows;
    }
}
