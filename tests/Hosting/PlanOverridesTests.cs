using System.Globalization;
using Research.Cells;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;

namespace Research.Framework.Hosting.Tests;

public sealed class PlanOverridesTests
{
    private static readonly ICellFactory Cells = new CellRegistration("lstm", units => new FakeCell("lstm", units)).AsFactory();

    private static readonly ExperimentPlan Plan = new OneChar(Cells).Plan(new Seeds(1));

    private static string ValueAfter(string setting, string path) =>
        PlanFields.Of(PlanOverrides.Apply(Plan, [setting], Cells), Cells).Single(field => field.Path == path).ToString();

    [TestCase("training.epochs=50", "training.epochs", "50")]
    [TestCase("training.batch_size=4", "training.batch_size", "4")]
    [TestCase("training.batchSize=4", "training.batch_size", "4")]
    [TestCase("Training.Batch-Size = 4", "training.batch_size", "4")]
    [TestCase("training.shuffle=True", "training.shuffle", "true")]
    [TestCase("training.loss=mean_squared_error", "training.loss", "mean_squared_error")]
    [TestCase("training.loss=MeanSquaredError", "training.loss", "mean_squared_error")]
    [TestCase("training.optimizer=sgd", "training.optimizer.name", "sgd")]
    [TestCase("training.optimizer=sgd", "training.optimizer.learning_rate", "0.01")]
    [TestCase("training.optimizer.learning_rate=2.5e-3", "training.optimizer.learning_rate", "0.0025")]
    [TestCase("training.optimizer.beta1=0.5", "training.optimizer.beta1", "0.5")]
    [TestCase("training.optimizer.amsgrad=true", "training.optimizer.amsgrad", "true")]
    [TestCase("training.optimizer=rmsprop", "training.optimizer.rho", "0.9")]
    [TestCase("training.optimizer=adamw", "training.optimizer.weight_decay", "0.004")]
    [TestCase("training.optimizer.clip_norm=0.5", "training.optimizer.clip_norm", "0.5")]
    [TestCase("training.optimizer.clip_norm=None", "training.optimizer.clip_norm", "none")]
    [TestCase("training.loss=huber", "training.loss", "huber")]
    [TestCase("state=never", "state", "never")]
    [TestCase("state=resetAtBoundaries", "state", "reset-at-boundaries")]
    [TestCase("model.layers.0.units=64", "model.layers.0.state", "hidden[64], cell[64]")]
    [TestCase("model.layers.0.return_sequences=true", "model.layers.0.return_sequences", "true")]
    [TestCase("model.layers.1.units=9", "model.layers.1.units", "9")]
    [TestCase("model.layers.1.activation=linear", "model.layers.1.activation", "linear")]
    [TestCase("model.layers.1.use_bias=false", "model.layers.1.use_bias", "false")]
    [TestCase("probes.0.prompt=B", "probes.0.prompt", "B")]
    [TestCase("probes.0.symbols=9", "probes.0.symbols", "9")]
    public void Apply_ChangesTheField(string setting, string path, string value) => Assert.That(ValueAfter(setting, path), Is.EqualTo(value));

    [Test]
    public void Apply_EveryFieldGivenItsOwnValue_ChangesNothing()
    {
        IReadOnlyList<PlanField> fields = PlanFields.Of(Plan, Cells);
        ExperimentPlan same = PlanOverrides.Apply(Plan, [.. fields.Where(field => field.Allowed is not null).Select(field => $"{field.Path}={field}")], Cells);
        Assert.That(PlanFields.Of(same, Cells).Select(field => $"{field.Path}={field}"), Is.EqualTo(fields.Select(field => $"{field.Path}={field}")));
    }

    [Test]
    public void Fields_ShowSchedulesRulesAndALossWithSettings()
    {
        ExperimentPlan plan = Plan with
        {
            Training = Plan.Training with
            {
                Loss = Loss.Huber(2),
                Optimizer = new Sgd { Nesterov = true, Schedule = LearningRateSchedule.Cosine(100).AfterWarmUp(5), GlobalClipNorm = 1 },
                WeightRules = [new() { Pattern = "*/kernel", L2 = 0.5 }, new() { Pattern = "*", MaxNorm = 3 }],
            },
        };
        string[] shown = [.. PlanFields.Of(plan).Select(field => $"{field.Path}={field}")];
        Assert.That(shown, Is.SupersetOf((string[])
        [
            "training.loss=huber(2)", "training.optimizer.nesterov=true", "training.optimizer.schedule=warm_up(5), cosine(100, 0)", "training.optimizer.global_clip_norm=1",
            "training.weight_rules.0.pattern=*/kernel", "training.weight_rules.0.l2=0.5", "training.weight_rules.0.max_norm=none", "training.weight_rules.1.max_norm=3",
        ]));
        Assert.That(PlanOverrides.Apply(plan, ["training.loss=huber(2)"]).Training.Loss, Is.EqualTo(Loss.Huber(2)));
        Assert.That(() => PlanOverrides.Apply(plan, ["training.optimizer.clip_value=0"]), Throws.TypeOf<ResearchException>().With.Message.Contains("above 0, or none"));
    }

    [Test]
    public void Apply_ThePlansOwnChoice_KeepsItsSettings()
    {
        Activation own = new("swish", value => value * Functions.Sigmoid(value));
        ExperimentPlan plan = Plan with
        {
            Model = Model.Of(Layers.Dense(5, own)),
            State = StatePolicy.Of("never", false, (_, _) => RowState.Reset),
            Training = Plan.Training with { Optimizer = new Adam { LearningRate = 0.5, Schedule = LearningRateSchedule.Cosine(10) } },
        };
        ExperimentPlan same = PlanOverrides.Apply(plan, ["training.optimizer=adam", "state=never", "model.layers.0.activation=swish"]);
        Assert.That(same.Training.Optimizer, Is.EqualTo(plan.Training.Optimizer));
        Assert.That(same.State, Is.SameAs(plan.State));
        Assert.That(((DenseLayer)same.Model.Graph(same.Data).Layers[0].Layer).Activation, Is.SameAs(own));
    }

    [Test]
    public void Apply_APrompt_KeepsItsSpaces() => Assert.That(PlanOverrides.Apply(Plan, ["probes.0.prompt= A "]).Probes[0].Prompt, Is.EqualTo(" A "));

    [Test]
    public void Apply_InOrder_LaterSettingsSeeEarlierOnes()
    {
        ExperimentPlan plan = PlanOverrides.Apply(Plan, ["training.optimizer=sgd", "training.optimizer.momentum=0.9", "training.epochs=1", "training.epochs=2"]);
        Assert.That(plan.Training.Optimizer, Is.EqualTo(new Sgd { Momentum = 0.9 }));
        Assert.That(plan.Training.Epochs, Is.EqualTo(2));
        Assert.That(Plan.Training.Epochs, Is.EqualTo(10), "the original is immutable");
    }

    [Test]
    public void Apply_KeepsLayerNames()
    {
        ExperimentPlan plan = PlanOverrides.Apply(Plan, ["model.layers.1.units=9"]);
        Assert.That(plan.Model.Graph(plan.Data).Layers.Select(layer => layer.Name), Is.EqualTo(["lstm_1", "dense_1"]));
        Assert.That(((DenseLayer)plan.Model.Graph(plan.Data).Layers[1].Layer).Units, Is.EqualTo(9));
    }

    [TestCase("training.epochs=ten", "expected a whole number, 0 or more, got 'ten'")]
    [TestCase("training.epochs=99999999999", "expected a whole number, 0 or more, got '99999999999'")]
    [TestCase("training.epochs=", "expected a whole number, 0 or more, got ''")]
    [TestCase("training.batch_size=0", "expected a whole number, 1 or more, got '0'")]
    [TestCase("training.shuffle=maybe", "expected true or false, got 'maybe'")]
    [TestCase("training.optimizer.learning_rate=0", "expected a number above 0, got '0'")]
    [TestCase("training.optimizer.learning_rate=NaN", "expected a number above 0, got 'NaN'")]
    [TestCase("training.optimizer.learning_rate=0,5", "expected a number above 0, got '0,5'")]
    [TestCase("training.optimizer.beta2=1", "expected a number, at least 0 and below 1, got '1'")]
    [TestCase("training.optimizer.momentum=0.9", "Unknown plan field 'training.optimizer.momentum'")]
    [TestCase("state=nevr", "got 'nevr'; did you mean 'never'?")]
    [TestCase("model.layers.2.units=3", "did you mean 'model.layers.0.units'?")]
    [TestCase("model.layers.0.units=0", "expected a whole number, 1 or more, got '0'")]
    [TestCase("data.samples=3", "'data.samples' is decided by the experiment's code and cannot be set; these can: model.layers.0.units,")]
    [TestCase("=3", "expected the form path=value")]
    [TestCase("probes.0.prompt=", "expected a prompt of at least one symbol")]
    public void Apply_WrongSetting_SaysWhatWasExpected(string setting, string message) =>
        Assert.That(() => PlanOverrides.Apply(Plan, [setting], Cells), Throws.TypeOf<ResearchException>().With.Message.Contains(message));

    [Test]
    public void Fields_OfACellNotFromTheFactory_HaveNoUnits()
    {
        ICellFactory other = new CellRegistration("lstm", units => new FakeCell("lstm", units + 1)).AsFactory();
        Assert.That(PlanFields.Of(Plan, other).Select(field => field.Path), Has.No.Member("model.layers.0.units"));
        Assert.That(PlanFields.Of(Plan).Select(field => field.Path), Has.No.Member("model.layers.0.units"));
    }

    [Test]
    public void Fields_AreWrittenTheSameInEveryCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = comma;
            Assert.That(ValueAfter("training.optimizer.learning_rate=0.5", "training.optimizer.learning_rate"), Is.EqualTo("0.5"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void StatePolicyOfThePlansOwn_CanBeSet_AndIsOffered()
    {
        IStateManager own = StatePolicy.Of("every-other-batch", true, (context, _) => context.Batch % 2 == 0 ? RowState.Reset : RowState.Carry);
        ExperimentPlan plan = Plan with { State = own };
        Assert.That(PlanOverrides.Apply(plan, ["state=every-other-batch"]).State, Is.SameAs(own));
        Assert.That(PlanFields.Of(plan).Single(field => field.Path == "state").Allowed, Does.EndWith("never, every-other-batch"));
    }

    [Test]
    public void UnitsOfACellWithOptionsOfItsOwn_CannotBeSet_SinceTheyWouldBeLost()
    {
        ICellFactory cells = new CellRegistration("lstm", units => new LstmCell(units)).AsFactory();
        bool CanBeSet(ICell cell) => PlanFields.Of(Plan with { Model = Model.Of(Layers.Recurrent(cell), Layers.Dense(4, Activation.Softmax)) }, cells)
            .Any(field => field.Path == "model.layers.0.units");
        Assert.That(CanBeSet(new LstmCell(8)));
        Assert.That(CanBeSet(new LstmCell(8) { RecurrentActivation = Activation.HardSigmoid }), Is.False);
        Assert.That(CanBeSet(new LstmCell(8) { UseBias = false }), Is.False);
        Assert.That(CanBeSet(new LstmCell(8) { RecurrentInitializer = Initializers.GlorotUniform }), Is.False);
        Assert.That(CanBeSet(new GruCell(8)), Is.False);
    }
}
