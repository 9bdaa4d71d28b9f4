using Research.Framework.Objectives;

namespace Research.Framework.Tests.Training;

public class LearningRateScheduleTests
{
    private static readonly LearningRateSchedule[] Schedules =
    [
        LearningRateSchedule.Constant,
        LearningRateSchedule.Steps([100, 200], [0.5, 0.1]),
        LearningRateSchedule.Exponential(100, 0.9),
        LearningRateSchedule.Exponential(100, 0.9, staircase: true),
        LearningRateSchedule.InverseTime(100, 0.5),
        LearningRateSchedule.Linear(100, 0.1),
        LearningRateSchedule.Cosine(100, 0.1),
        LearningRateSchedule.Exponential(100, 0.5).AfterWarmUp(10),
    ];

    [TestCaseSource(nameof(Schedules))]
    public void At_FollowsTheFormula(LearningRateSchedule schedule)
    {
        for (long step = 0; step < 500; step++)
        {
            double share = Math.Min(step / 100.0, 1);
            double expected = schedule.Name switch
            {
                "constant" => 1,
                "steps(100, 200; 0.5, 0.1)" => step <= 100 ? 1 : step <= 200 ? 0.5 : 0.1,
                "exponential(100, 0.9)" => Math.Pow(0.9, step / 100.0),
                "exponential(100, 0.9, staircase)" => Math.Pow(0.9, Math.Floor(step / 100.0)),
                "inverse_time(100, 0.5)" => 1 / (1 + 0.5 * step / 100),
                "linear(100, 0.1)" => 1 + (0.1 - 1) * share,
                "cosine(100, 0.1)" => 0.1 + 0.9 * (1 + Math.Cos(Math.PI * share)) / 2,
                "warm_up(10), exponential(100, 0.5)" => step < 10 ? step / 10.0 : Math.Pow(0.5, (step - 10) / 100.0),
                _ => double.NaN,
            };
            Assert.That(schedule.At(step), Is.EqualTo(expected).Within(1e-15), $"step {step}");
        }
    }

    [Test]
    public void Of_OwnFunction() =>
        Assert.That(LearningRateSchedule.Of("sawtooth(4)", step => step % 4 / 4.0).AfterWarmUp(2).At(5), Is.EqualTo(0.75));

    [Test]
    public void SettingsOutOfRange_AreRefused()
    {
        Action[] wrong =
        [
            () => LearningRateSchedule.Exponential(0, 0.9),
            () => LearningRateSchedule.Exponential(10, 0),
            () => LearningRateSchedule.Exponential(10, double.NaN),
            () => LearningRateSchedule.InverseTime(10, -1),
            () => LearningRateSchedule.Linear(10, -0.1),
            () => LearningRateSchedule.Cosine(-1),
            () => LearningRateSchedule.Cosine(10, double.PositiveInfinity),
            () => LearningRateSchedule.Steps([], []),
            () => LearningRateSchedule.Steps([1, 2], [0.5]),
            () => LearningRateSchedule.Steps([2, 2], [0.5, 0.5]),
            () => LearningRateSchedule.Steps([-1], [0.5]),
            () => LearningRateSchedule.Steps([1], [-0.5]),
            () => LearningRateSchedule.Constant.AfterWarmUp(0),
            () => LearningRateSchedule.Of(" ", _ => 1),
        ];
        foreach (Action make in wrong) Assert.That(make, Throws.TypeOf<ResearchException>());
    }
}
