using System.Globalization;
using Research.Cells;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests;

public sealed class PlanOverridesTests
{
    private static readonly ICellFactory Cells = new CellRegistration("lstm", units => new FakeCell("lstm", units)).AsFactory();

    private static readonly ExperimentPlan Plan = new OneChar(Cells).Plan(new Seeds(1));

    private static string ValueAfter(string setting, string path) =>
        PlanFields.Of(PlanOverrides.Apply(Plan, [setting])).Single(field => field.Name == path).ToString();

    [TestCase("training.epochs=50", "training.epochs", "50")]
    [TestCase("training.batch_size=4", "training.batch_size", "4")]
    [TestCase("training.batchSize=4", "training.batch_size", "4")]
    [TestCase("Training.Batch-Size = 4", "training.batch_size", "4")]
    [TestCase("training.shuffle=True", "training.shuffle", "true")]
    [TestCase("training.loss=mean_squared_error", "training.loss", "mean_squared_error")]
    [TestCase("training.loss=MeanSquaredError", "training.loss", "mean_squared_error")]
    [TestCase("training.optimizer=sgd", "training.optimizer.name", "sgd")]
    [TestCase("training.optimizer=sgd", "training.optimizer.learning_rate", "0.01")]
    [TestCase("training.optimizer=adam", "training.optimizer.learning_rate", "0.001")]
    [TestCase("training.optimizer.learning_rate=2.5e-3", "training.optimizer.learning_rate", "0.0025")]
    [TestCase("training.optimizer.beta1=0.5", "training.optimizer.beta1", "0.5")]
    [TestCase("training.optimizer.amsgrad=true", "training.optimizer.amsgrad", "true")]
    [TestCase("training.optimizer=rmsprop", "training.optimizer.rho", "0.9")]
    [TestCase("training.optimizer=adamw", "training.optimizer.weight_decay", "0.004")]
    [TestCase("training.optimizer.clip_norm=0.5", "training.optimizer.clip_norm", "0.5")]
    [TestCase("training.optimizer.clip_norm=None", "training.optimizer.clip_norm", "none")]
    [TestCase("training.threads=4", "training.threads", "4")]
    [TestCase("training.validation_share=0.2", "training.validation_share", "0.2")]
    [TestCase("training.early_stopping.patience=5", "training.early_stopping.patience", "5")]
    [TestCase("training.early_stopping.patience=5", "training.early_stopping.metric", "loss")]
    [TestCase("training.early_stopping.patience=5", "training.early_stopping.restore_best", "false")]
    [TestCase("training.early_stopping.patience=none", "training.early_stopping.patience", "none")]
    [TestCase("training.reduce_on_plateau.patience=5", "training.reduce_on_plateau.factor", "0.1")]
    [TestCase("training.loss=huber", "training.loss", "huber")]
    [TestCase("state=never", "state", "never")]
    [TestCase("state=resetAtBoundaries", "state", "reset-at-boundaries")]
    [TestCase("model.layers.0.units=64", "model.layers.0.state", "hidden[64], cell[64]")]
    [TestCase("model.layers.0.return_sequences=true", "model.layers.0.return_sequences", "true")]
    [TestCase("model.layers.0.units=64", "model.layers.0.units", "64")]
    [TestCase("model.layers.lstm_1.units=64", "model.layers.0.units", "64")]
    [TestCase("Model.Layers.LSTM_1.Units=64", "model.layers.0.units", "64")]
    [TestCase("model.layers.0.dropout=0.25", "model.layers.0.dropout", "0.25")]
    [TestCase("model.layers.1.units=9", "model.layers.1.units", "9")]
    [TestCase("model.layers.dense_1.units=9", "model.layers.1.units", "9")]
    [TestCase("model.layers.1.activation=linear", "model.layers.1.activation", "linear")]
    [TestCase("model.layers.1.use_bias=false", "model.layers.1.use_bias", "false")]
    [TestCase("probes.0.prompt=B", "probes.0.prompt", "B")]
    [TestCase("probes.0.symbols=9", "probes.0.symbols", "9")]
    [TestCase("probes.0.temperature=0.8", "probes.0.temperature", "0.8")]
    [TestCase("probes.0.top_k=3", "probes.0.top_k", "3")]
    [TestCase("probes.0.top_k=none", "probes.0.top_k", "none")]
    [TestCase("probes.0.end_symbol=Z", "probes.0.end_symbol", "Z")]
    [TestCase("probes.0.end_symbol=none", "probes.0.end_symbol", "none")]
    public void Apply_ChangesTheField(string setting, string path, string value) => Assert.That(ValueAfter(setting, path), Is.EqualTo(value));

    [Test]
    public void Apply_EveryFieldGivenItsOwnValue_ChangesNothing()
    {
        IReadOnlyList<Setting<ExperimentPlan>> fields = PlanFields.Of(Plan);
        ExperimentPlan same = PlanOverrides.Apply(Plan, [.. fields.Where(field => field.Allowed is not null).Select(field => $"{field.Name}={field}")]);
        Assert.That(PlanFields.Of(same).Select(field => $"{field.Name}={field}"), Is.EqualTo(fields.Select(field => $"{field.Name}={field}")));
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
        string[] shown = [.. PlanFields.Of(plan).Select(field => $"{field.Name}={field}")];
        Assert.That(shown, Is.SupersetOf((string[])
        [
            "training.loss=huber(2)", "training.optimizer.nesterov=true", "training.optimizer.schedule=warm_up(5), cosine(100, 0)", "training.optimizer.global_clip_norm=1",
            "training.weight_rules.0.pattern=*/kernel", "training.weight_rules.0.l2=0.5", "training.weight_rules.0.max_norm=none", "training.weight_rules.1.max_norm=3",
        ]));
        Assert.That(PlanOverrides.Apply(plan, ["training.loss=huber(2)"]).Training.Loss, Is.EqualTo(Loss.Huber(2)));
        Assert.That(() => PlanOverrides.Apply(plan, ["training.optimizer.clip_value=0"]), Throws.TypeOf<ResearchException>().With.Message.Contains("above 0, or none"));
    }

    // Two outputs over the same layer; the data have the targets in another order than the model its outputs.
    private static ExperimentPlan OfTwoOutputs(IReadOnlyList<OutputLoss> losses, params IReadOnlyList<TargetBlock> unread) => new()
    {
        Data = new()
        {
            Description = "two targets",
            Samples = 2,
            Input = new() { TimeSteps = 1, Features = 1, Values = [0, 1] },
            Targets = [new() { Name = "size", Width = 1, Values = [1, 2] }, new() { Name = "kind", Width = 2, Classes = [0, 1] }, .. unread],
        },
        Model = Model.Build(model =>
        {
            Flow read = model.Add(Layers.Dense(3), model.Input());
            model.Output("kind", model.Add(Layers.Dense(2, Activation.Softmax), read));
            model.Output("size", model.Add(Layers.Dense(1), read));
        }),
        Training = new() { Losses = losses },
    };

    [Test]
    public void LossesOfSingleOutputs_AreFields()
    {
        ExperimentPlan plan = OfTwoOutputs([new("size", Loss.MeanSquaredError) { Weight = 0.25 }]);
        string[] shown = [.. PlanFields.Of(plan).Select(field => $"{field.Name}={field}").Where(field => field.StartsWith("training.loss", StringComparison.Ordinal))];
        Assert.That(shown, Is.EqualTo((string[])
            ["training.loss=categorical_crossentropy", "training.losses.0.output=size", "training.losses.0.loss=mean_squared_error", "training.losses.0.weight=0.25"]));
        ExperimentPlan changed = PlanOverrides.Apply(plan, ["training.losses.0.loss=mean_absolute_error", "training.losses.0.weight=2"]);
        Assert.That(changed.Training.Losses, Is.EqualTo((OutputLoss[])[new("size", Loss.MeanAbsoluteError) { Weight = 2 }]));
        Assert.That(() => PlanOverrides.Apply(plan, ["training.losses.0.weight=-1"]), Throws.TypeOf<ResearchException>().With.Message.Contains("0 or more"));
        Assert.That(Reports.JsonReport.PlanTree(plan)["training"]!["losses"]![0]!["weight"]!.GetValue<double>(), Is.EqualTo(0.25));
    }

    [Test]
    public void ALossThatNoOutputHas_IsNoField()
    {
        ExperimentPlan plan = OfTwoOutputs([new("size", Loss.MeanSquaredError), new("kind", Loss.CategoricalCrossEntropy)]);
        Assert.That(PlanFields.Of(plan).Select(field => field.Name), Has.None.EqualTo("training.loss"));
        Assert.That(() => PlanOverrides.Apply(plan, ["training.loss=mean_absolute_error"]),
            Throws.TypeOf<ResearchException>().With.Message.Contains("Unknown setting 'training.loss'; did you mean 'training.losses.0.loss'?"));
    }

    [Test]
    public void Figures_AreOfTheModelsOutputs()
    {
        ExperimentPlan plan = OfTwoOutputs([new("size", Loss.MeanSquaredError)], new TargetBlock { Name = "unread", Width = 1, Values = [0, 0] });
        ExperimentPlan watched = PlanOverrides.Apply(plan, ["training.early_stopping.patience=2"]);
        Assert.That(PlanFields.Of(watched).Single(field => field.Name == "training.early_stopping.metric").Allowed, Is.EqualTo("one of loss, kind/loss, size/loss"));
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
    public void Apply_WhatWatchesValidation_InAnyOrder()
    {
        ExperimentPlan plan = PlanOverrides.Apply(Plan,
        [
            "training.early_stopping.restore_best=true", "training.early_stopping.metric=accuracy", "training.early_stopping.patience=7", "training.early_stopping.minimum_delta=0.5",
            "training.reduce_on_plateau.factor=0.5", "training.reduce_on_plateau.patience=3", "training.reduce_on_plateau.cooldown=2", "training.reduce_on_plateau.minimum_factor=0.01",
            "training.reduce_on_plateau.minimum_delta=0", "training.reduce_on_plateau.metric=loss",
        ]);
        Assert.That(plan.Training.EarlyStopping, Is.EqualTo(new EarlyStopping { Metric = "accuracy", Patience = 7, MinimumDelta = 0.5, RestoreBest = true }));
        Assert.That(plan.Training.ReduceOnPlateau, Is.EqualTo(new ReduceOnPlateau { Patience = 3, Factor = 0.5, Cooldown = 2, MinimumFactor = 0.01, MinimumDelta = 0 }));
        Assert.That(PlanOverrides.Apply(plan, ["training.early_stopping.patience=none"]).Training.EarlyStopping, Is.Null);
        Assert.That(PlanFields.Of(plan).Single(field => field.Name == "training.early_stopping.metric").Allowed, Is.EqualTo("one of loss, accuracy, cross_entropy"));
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
    [TestCase("training.epochs=99999999999", "expected a whole number, 0 or more, got '99999999999'; the largest is 2147483647.")]
    [TestCase("training.epochs=-99999999999999999999", "expected a whole number, 0 or more, got '-99999999999999999999'.")]
    [TestCase("training.threads=99999999999", "expected a whole number from 1 to 1024, got '99999999999'.")]
    [TestCase("training.optimizer.learning_rate=1e400", "expected a number above 0, got '1e400'; the largest is 1.7976931348623157E+308.")]
    [TestCase("training.optimizer.learning_rate=-1e400", "expected a number above 0, got '-1e400'.")]
    [TestCase("training.optimizer.learning_rate=Infinity", "expected a number above 0, got 'Infinity'.")]
    [TestCase("training.optimizer.learning_rate=1e-400", "expected a number above 0, got '1e-400'; the smallest above 0 is 5E-324.")]
    [TestCase("training.optimizer.learning_rate=0e5", "expected a number above 0, got '0e5'.")]
    [TestCase("training.optimizer.beta2=1", "expected a number, at least 0 and below 1, got '1'")]
    [TestCase("training.threads=0", "expected a whole number from 1 to 1024, got '0'")]
    [TestCase("training.optimizer.clip_norm=0", "expected a number above 0, or none, got '0'")]
    [TestCase("training.optimizer.momentum=0.9", "Unknown setting 'training.optimizer.momentum': adam has no momentum, sgd and rmsprop do: set training.optimizer besides.")]
    [TestCase("training.optimizer.weight_decay=0.9", "adam has no weight_decay, adamw does: set training.optimizer besides.")]
    [TestCase("training.early_stopping.metric=accuracy", "There is none yet: set training.early_stopping.patience besides.")]
    [TestCase("training.reduce_on_plateau.factor=0.5", "There is none yet: set training.reduce_on_plateau.patience besides.")]
    [TestCase("training.early_stopping.patience=0", "expected a whole number, 1 or more, or none, got '0'")]
    [TestCase("training.validation_share=1", "expected a number, above 0 and below 1, or none, got '1'")]
    [TestCase("state=nevr", "got 'nevr'; did you mean 'never'?")]
    [TestCase("model.layers.2.units=3", "Unknown setting 'model.layers.2.units'. Layers: 0 (lstm_1), 1 (dense_1).")]
    [TestCase("model.layers.lstm_2.units=3", "did you mean 'model.layers.lstm_1.units'? Layers: 0 (lstm_1), 1 (dense_1).")]
    [TestCase("model.layers.gru_1.units=3", "did you mean 'model.layers.lstm_1.units'? Layers: 0 (lstm_1), 1 (dense_1).")]
    [TestCase("model.layers.simple_rnn_1.units=3", "did you mean 'model.layers.lstm_1.units'? Layers: 0 (lstm_1), 1 (dense_1).")]
    [TestCase("model.layers.dens_1.unit=3", "did you mean 'model.layers.dense_1.units'? Layers: 0 (lstm_1), 1 (dense_1).")]
    [TestCase("model.layers.1.unit=3", "Unknown setting 'model.layers.1.unit'; did you mean 'model.layers.1.units'?")]
    [TestCase("model.layers.1.dropout=0.5", "Unknown setting 'model.layers.1.dropout'. Known under 'model.layers.1': units, activation, use_bias.")]
    [TestCase("model.layers.dense_1.dropout=0.5", "Unknown setting 'model.layers.dense_1.dropout'. Known under 'model.layers.dense_1': units, activation, use_bias.")]
    [TestCase("probes.3.prompt=B", "Unknown setting 'probes.3.prompt'. Known under 'probes': 0.*.")]
    [TestCase("training.foo=1", "Unknown setting 'training.foo'. Known under 'training': epochs,")]
    [TestCase("training.epochz=1", "did you mean 'training.epochs'?")]
    [TestCase("training.nonsense=1", "Unknown setting 'training.nonsense'. Known under 'training': epochs, batch_size, earlier_batches, shuffle, threads, validation_share, early_stopping.*, reduce_on_plateau.*, loss, optimizer.*.")]
    [TestCase("momentum=0.9", "Unknown setting 'momentum': adam has no momentum, sgd and rmsprop do: set training.optimizer besides.")]
    [TestCase("training.early_stopping.metric=loss", "Unknown setting 'training.early_stopping.metric'. There is none yet: set training.early_stopping.patience besides.")]
    [TestCase("model.layers.-1.units=3", "Setting 'model.layers.-1.units': expected an index of 0 or more, got '-1'; lists count from 0. Layers: 0 (lstm_1), 1 (dense_1).")]
    [TestCase("metrics.-1=accuracy", "expected an index of 0 or more, got '-1'; lists count from 0.")]
    [TestCase("probes.-0.symbols=3", "expected an index of 0 or more, got '-0'")]
    [TestCase("model.layers.01.units=3", "Unknown setting 'model.layers.01.units'")]
    [TestCase("model.layers.dense_1=3", "Unknown setting 'model.layers.dense_1'")]
    [TestCase("units=3", "did you mean 'model.layers.0.units'?")]
    [TestCase("dense_1.units=3", "did you mean 'model.layers.dense_1.units'?")]
    [TestCase("hidden_size=3", "did you mean 'model.layers.0.units'?")]
    [TestCase("learning_rate=1", "did you mean 'training.optimizer.learning_rate'?")]
    [TestCase("optimizer.learning_rate=1", "did you mean 'training.optimizer.learning_rate'?")]
    [TestCase("training.learning_rate=1", "did you mean 'training.optimizer.learning_rate'?")]
    [TestCase("learnign_rate=1", "did you mean 'training.optimizer.learning_rate'?")]
    [TestCase("lr=1", "did you mean 'training.optimizer.learning_rate'?")]
    [TestCase("batch=1", "did you mean 'training.batch_size'?")]
    [TestCase("epoch=1", "did you mean 'training.epochs'?")]
    [TestCase("dropout_rate=0.5", "did you mean 'model.layers.0.dropout'?")]
    [TestCase("criterion=mse", "did you mean 'training.loss'?")]
    [TestCase("optimizer=sgd", "did you mean 'training.optimizer.name'?")]
    [TestCase("training.loss=mse", "got 'mse'; did you mean 'mean_squared_error'?")]
    [TestCase("training.loss=MAE", "got 'MAE'; did you mean 'mean_absolute_error'?")]
    [TestCase("training.loss=bce", "got 'bce'; did you mean 'binary_crossentropy'?")]
    [TestCase("training.loss=cross_entropy", "did you mean 'categorical_crossentropy'?")]
    [TestCase("model.layers.1.activation=swish", "did you mean 'silu'?")]
    [TestCase("nonsense.at.all=1", "Unknown setting 'nonsense.at.all'. Known: model.*, state, training.*, probes.*; 'show' lists every path.")]
    [TestCase("model.layers.0.units=0", "expected a whole number, 1 or more, got '0'")]
    [TestCase("data.samples=3", "'data.samples' is decided by the experiment's code and cannot be set; 'show' tells what can.")]
    [TestCase("=3", "expected the form path=value")]
    [TestCase("probes.0.prompt=", "expected a prompt of at least one symbol")]
    public void Apply_WrongSetting_SaysWhatWasExpected(string setting, string message) =>
        Assert.That(() => PlanOverrides.Apply(Plan, [setting]), Throws.TypeOf<ResearchException>().With.Message.Contains(message));

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
        IStatePolicy own = StatePolicy.Of("every-other-batch", true, (context, _) => context.Batch % 2 == 0 ? RowState.Reset : RowState.Carry);
        ExperimentPlan plan = Plan with { State = own };
        Assert.That(PlanOverrides.Apply(plan, ["state=every-other-batch"]).State, Is.SameAs(own));
        Assert.That(PlanFields.Of(plan).Single(field => field.Name == "state").Allowed, Does.EndWith("never, every-other-batch"));
    }

    private static readonly ICellFactory Lstm = new CellRegistration("lstm", units => new LstmCell(units)).AsFactory();

    private static ExperimentPlan With(params Layer[] layers) => Plan with { Model = Model.Of(layers) };

    private static string[] Shown(ExperimentPlan plan) => [.. PlanFields.Of(plan).Select(field => $"{field.Name}={field}")];

    [Test]
    public void Units_AreTheLayers_AndNotToBeSetWhereTheCellIsFinished()
    {
        Assert.That(Shown(With(Layers.Recurrent(new LstmCell(8), returnSequences: true), Layers.Bidirectional(new LstmCell(8), new LstmCell(8)))), Has.None.Contains("units"));
        ExperimentPlan made = With(Layers.Recurrent(Lstm, 8, returnSequences: true), Layers.Bidirectional(Lstm, 8));
        Assert.That(Shown(made), Is.SupersetOf((string[])["model.layers.0.units=8", "model.layers.1.units=8"]));
        made = PlanOverrides.Apply(made, ["model.layers.0.units=3", "model.layers.1.units=5"]);
        Assert.That(Shown(made), Is.SupersetOf((string[])["model.layers.0.units=3", "model.layers.0.state=hidden[3], cell[3]", "model.layers.1.units=5"]));
        Assert.That(((BidirectionalLayer)made.Model.Graph(made.Data).Layers[1].Layer).Backward.State[0].Width, Is.EqualTo(5));
        Assert.That(((RecurrentLayer)made.Model.Graph(made.Data).Layers[0].Layer).ReturnSequences);
        RecurrentLayer other = (RecurrentLayer)made.Model.Graph(made.Data).Layers[0].Layer with { Cell = new LstmCell(4) };
        Assert.That(other.Units, Is.Null);
        Assert.That(() => other.WithUnits(5), Throws.TypeOf<ResearchException>().With.Message.Contains("finished cell"));
    }

    [Test]
    public void ACellsSettings_AreSetInTheLayer_AndStayWhateverItsSize()
    {
        ExperimentPlan plan = With(Layers.Recurrent(Lstm, 8, returnSequences: true), Layers.Bidirectional(Lstm, 8));
        string[] settings =
        [
            "model.layers.0.cell.recurrent_activation=hard_sigmoid", "model.layers.0.units=3", "model.layers.0.cell.use_bias=false",
            "model.layers.1.forward.activation=relu", "model.layers.1.units=4", "model.layers.1.backward.kernel_initializer=he_normal",
        ];
        foreach (string[] order in (string[][])[settings, [.. settings.Reverse()]])
        {
            ExperimentPlan changed = PlanOverrides.Apply(plan, order);
            LstmCell cell = (LstmCell)((RecurrentLayer)changed.Model.Graph(changed.Data).Layers[0].Layer).Cell;
            Assert.That((cell.Units, cell.RecurrentActivation, cell.UseBias), Is.EqualTo((3, Activation.HardSigmoid, false)));
            BidirectionalLayer both = (BidirectionalLayer)changed.Model.Graph(changed.Data).Layers[1].Layer;
            LstmCell forward = (LstmCell)both.Forward, backward = (LstmCell)both.Backward;
            Assert.That((forward.Units, forward.Activation, forward.KernelInitializer), Is.EqualTo((4, Activation.Relu, Initializers.GlorotUniform)));
            Assert.That((backward.Units, backward.Activation, backward.KernelInitializer), Is.EqualTo((4, Activation.Tanh, Initializers.HeNormal)));
            Assert.That(Shown(changed), Is.SupersetOf(settings));
        }

        ExperimentPlan finished = PlanOverrides.Apply(With(Layers.Recurrent(new GruCell(8) { UseBias = false })), ["model.layers.0.cell.activation=relu"]);
        GruCell gru = (GruCell)((RecurrentLayer)finished.Model.Graph(finished.Data).Layers[0].Layer).Cell;
        Assert.That((gru.Units, gru.Activation, gru.UseBias), Is.EqualTo((8, Activation.Relu, false)));
        Assert.That(
            () => PlanOverrides.Apply(plan, ["model.layers.0.cell.activation=swish"]),
            Throws.TypeOf<ResearchException>().With.Message.StartsWith("Setting 'model.layers.0.cell.activation': expected one of linear,").And.Message.EndsWith("did you mean 'silu'?"));
    }

    [Test]
    public void ACellOfOnesOwn_ListsItsOwnSettings()
    {
        ExperimentPlan plan = With(Layers.Recurrent(new CellRegistration("slow", units => new SlowCell(units, 1)).AsFactory(), 8));
        plan = PlanOverrides.Apply(plan, ["model.layers.slow_1.cell.dt=0.5", "model.layers.0.units=2"]);
        SlowCell cell = (SlowCell)((RecurrentLayer)plan.Model.Graph(plan.Data).Layers[0].Layer).Cell;
        Assert.That((cell.State[0].Width, cell.Dt), Is.EqualTo((2, 0.5)));
        Assert.That(() => PlanOverrides.Apply(plan, ["model.layers.0.cell.dt=0"]), Throws.TypeOf<ResearchException>().With.Message.EqualTo("Setting 'model.layers.0.cell.dt': expected a number above 0, got '0'."));
    }

    [Test]
    public void EveryKindOfLayer_ListsWhatItHas_AndSetsItToWhatItShows()
    {
        ExperimentPlan plan = With(
            Layers.Embedding(26, 8, maskZero: true) with { Initializer = Initializers.Uniform(0.1f) },
            Layers.Masking(0.1f),
            Layers.Dropout(0.1 + 0.2),
            Layers.Recurrent(Lstm, 8) with { Name = "reader" },
            Layers.RepeatVector(3),
            Layers.Recurrent(new LstmCell(8), returnSequences: true) with { InitialStateFrom = "reader" },
            Layers.Bidirectional(Lstm, 4) with { Merge = MergeMode.Average },
            Layers.Dense(4, Activation.Softmax));
        Assert.That(Shown(plan), Is.SupersetOf((string[])
        [
            "model.layers.0.kind=embedding", "model.layers.0.symbols=26", "model.layers.0.width=8", "model.layers.0.mask_zero=true", "model.layers.0.initializer=uniform(0.1)",
            "model.layers.1.value=0.1", "model.layers.2.rate=0.30000000000000004", "model.layers.3.name=reader", "model.layers.4.times=3",
            "model.layers.5.initial_state_from=reader", "model.layers.6.merge=average", "model.layers.6.cells=lstm, lstm", "model.layers.7.activation=softmax",
        ]));
        ExperimentPlan same = PlanOverrides.Apply(plan, [.. PlanFields.Of(plan).Where(field => field.Allowed is not null).Select(field => $"{field.Name}={field}")]);
        Assert.That(Shown(same), Is.EqualTo(Shown(plan)));
        Assert.That(((MaskingLayer)same.Model.Graph(same.Data).Layers[1].Layer).Value, Is.EqualTo(0.1f));
        Assert.That(((EmbeddingLayer)same.Model.Graph(same.Data).Layers[0].Layer).Initializer, Is.SameAs(((EmbeddingLayer)plan.Model.Graph(plan.Data).Layers[0].Layer).Initializer));
        Assert.That(PlanOverrides.Apply(plan, ["model.layers.reader.units=5"]).Model.Layers(plan.Data)[3].Name, Is.EqualTo("reader"));
    }

    [Test]
    public void ALayersName_MayHaveDots_AndAnIndexComesFirst()
    {
        ExperimentPlan plan = With(Layers.Dense(3) with { Name = "a.b" }, Layers.Dense(3) with { Name = "0" });
        plan = PlanOverrides.Apply(plan, ["model.layers.a.b.units=4", "model.layers.0.use_bias=false"]);
        Assert.That(plan.Model.Graph(plan.Data).Layers.Select(layer => (((DenseLayer)layer.Layer).Units, ((DenseLayer)layer.Layer).UseBias)), Is.EqualTo(((int, bool)[])[(4, false), (3, true)]));
    }

    [Test]
    public void AnotherOptimizer_KeepsClippingScheduleAndARateThatWasSet()
    {
        LearningRateSchedule schedule = LearningRateSchedule.Cosine(10);
        Optimizer Changed(Optimizer own, params string[] settings) =>
            PlanOverrides.Apply(Plan with { Training = Plan.Training with { Optimizer = own } }, settings).Training.Optimizer;
        Adam clipped = new() { ClipNorm = 0.5, Schedule = schedule };
        Assert.That(Changed(clipped, "training.optimizer=sgd"), Is.EqualTo(new Sgd { ClipNorm = 0.5, Schedule = schedule }), "with its own default rate");
        Assert.That(Changed(new Sgd { GlobalClipNorm = 2 }, "training.optimizer=rmsprop"), Is.EqualTo(new RmsProp { GlobalClipNorm = 2 }));
        Assert.That(Changed(new Adam { ClipValue = 3, LearningRate = 0.003 }, "training.optimizer.name=sgd"), Is.EqualTo(new Sgd { ClipValue = 3, LearningRate = 0.003 }), "with the plan's rate");
        Assert.That(Changed(new Adam { LearningRate = 0.001 }, "training.optimizer=sgd"), Is.EqualTo(new Sgd { LearningRate = 0.001 }), "a rate that was set, though it is the kind's default");
        Assert.That(Changed(Changed(new Adam(), "training.optimizer=sgd"), "training.optimizer=adam"), Is.EqualTo(new Adam()), "there and back");
        Assert.That(new Adam { LearningRate = 0.001 }, Is.EqualTo(new Adam()).And.Property(nameof(Adam.LearningRate)).EqualTo(0.001), "what was set is no other optimizer");

        // Named before or after, also where it is the default of the optimizer that goes.
        foreach (double rate in (double[])[0.02, 0.001])
        {
            string set = FormattableString.Invariant($"training.optimizer.learning_rate={rate}");
            Assert.That(Changed(clipped, set, "training.optimizer=sgd"), Is.EqualTo(new Sgd { ClipNorm = 0.5, Schedule = schedule, LearningRate = rate }));
            Assert.That(Changed(clipped, "training.optimizer=sgd", set), Is.EqualTo(new Sgd { ClipNorm = 0.5, Schedule = schedule, LearningRate = rate }));
        }

        Assert.That(Changed(clipped, "training.optimizer.momentum=0.5", "training.optimizer=sgd"), Is.EqualTo(new Sgd { Momentum = 0.5, ClipNorm = 0.5, Schedule = schedule }));
    }

    [Test]
    public void RulesAndPatterns_CanBeSet()
    {
        ExperimentPlan plan = Plan with
        {
            Training = Plan.Training with { Optimizer = new AdamW(), WeightRules = [new() { Pattern = "*/kernel", L2 = 0.5 }, new() { Pattern = "*", MaxNorm = 3 }] },
        };
        plan = PlanOverrides.Apply(plan,
        [
            "training.optimizer.decay_pattern=*/kernel", "training.weight_rules.0.l2=0.25", "training.weight_rules.0.max_norm=2",
            "training.weight_rules.1.max_norm=none", "training.weight_rules.1.pattern=lstm_1/*",
        ]);
        Assert.That(((AdamW)plan.Training.Optimizer).DecayPattern, Is.EqualTo("*/kernel"));
        Assert.That(plan.Training.WeightRules, Is.EqualTo((WeightRule[])[new() { Pattern = "*/kernel", L2 = 0.25, MaxNorm = 2 }, new() { Pattern = "lstm_1/*" }]));
    }

    /// <summary>A cell with a number of its own.</summary>
    private sealed class SlowCell(int units, double dt) : ICell
    {
        public double Dt => dt;

        public IReadOnlyList<StateSlot> State { get; } = [new("hidden", units)];

        public IReadOnlyList<Setting<ICell>> Settings => [Setting.Number<ICell>("dt", dt, value => new SlowCell(units, value), above: 0)];

        public CellStep Step(CellScope cell, Expr input, CellState state) => new(state["hidden"], state["hidden"]);
    }
}
