using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Datasets;
using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Framework.Weights;
using Research.Plain.Engine;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Models.Layers;

namespace Research.Framework.Hosting.Tests;

/// <summary>What one way into the framework refuses, every other refuses, too: beforehand, for the same reason, and no weight has changed.</summary>
public sealed class SameRuleTests
{
    private const string Zero = ", which is 0 in single precision";

    // Ways in. Each is given the plan whose part is wrong, and one that is right.
    private static readonly Dictionary<string, Action<ExperimentPlan, ExperimentPlan, IEngine>> Doors = new()
    {
        ["plan"] = (wrong, _, engine) => RequireNoErrors(PlanValidator.Findings(wrong, engine)),
        ["plan for validation"] = (wrong, right, engine) => RequireNoErrors(PlanValidator.Findings(right with { ValidationData = wrong.Data }, engine)),
        ["plan for test"] = (wrong, right, engine) => RequireNoErrors(PlanValidator.Findings(right with { TestData = wrong.Data }, engine)),
        ["runner"] = (wrong, _, engine) => new ExperimentRunner(TimeProvider.System).Run(new() { Experiment = "given", Cell = "lstm", Engine = engine, Plan = wrong, Seed = 1 }),
        ["command line"] = (wrong, _, engine) => RunLine(wrong, engine),
        ["compile"] = (wrong, _, engine) => Compile(wrong, engine).Dispose(),
        ["train"] = (wrong, _, engine) => Train(Compile(wrong, engine), wrong, run => run.Train(wrong.Data)),
        ["resume"] = (wrong, right, engine) =>
        {
            TrainingRun before = Training(Compile(right, engine), right);
            before.Train(right.Data);
            Checkpoint checkpoint = before.CreateCheckpoint();
            Train(Compile(wrong, engine), wrong, run => run.Resume(wrong.Data, checkpoint));
        },
        ["validate"] = (wrong, right, engine) => Train(Compile(right, engine), right, run => run.Train(right.Data), wrong.Data),
        ["train batch"] = (wrong, _, engine) => WithModel(wrong, engine, model => model.TrainBatch(First(wrong), model.CreateState())),
        ["predict batch"] = (wrong, _, engine) => WithModel(wrong, engine, model => model.PredictBatch(First(wrong), model.CreateState())),
        ["evaluate"] = (wrong, _, engine) => Evaluation.Evaluate(Compile(wrong, engine), wrong.Data, wrong.State, wrong.Training.BatchSize, []),
        ["predict"] = (wrong, _, engine) => Evaluation.Predict(Compile(wrong, engine), wrong.Data, wrong.State, wrong.Training.BatchSize),
    };

    private static readonly string[] Compiling = ["plan", "runner", "command line", "compile", "train"];

    private static readonly string[] OfTargets = ["plan", "plan for validation", "plan for test", "runner", "command line", "train", "resume", "validate", "train batch", "evaluate"];

    private static readonly string[] OfInputs = [.. OfTargets, "predict batch", "predict"];

    private static IEnumerable<TestCaseData> Cases()
    {
        foreach ((string rule, ExperimentPlan wrong, ExperimentPlan right, string says, string[] doors) in Rules())
        {
            foreach (string door in doors)
            {
                yield return new TestCaseData(wrong, right, says, door, new ManagedEngine()).SetArgDisplayNames(rule, door, "managed");
                if (door != "command line") yield return new TestCaseData(wrong, right, says, door, new PlainEngine()).SetArgDisplayNames(rule, door, "plain");
            }
        }
    }

    private static IEnumerable<(string Rule, ExperimentPlan Wrong, ExperimentPlan Right, string Says, string[] Doors)> Rules()
    {
        ExperimentPlan text = Text();
        foreach (IStatePolicy state in new[] { StatePolicy.ResetAtBoundaries, StatePolicy.ResetEachEpoch, StatePolicy.Never, StatePolicy.ResetWhenAny(StatePolicy.Never, StatePolicy.ResetAtBoundaries) })
        {
            foreach (int size in (int[])[1, 3, 6])
            {
                yield return ($"2 contiguous rows in batches of {size}, {state.Name}", text with { State = state, Training = text.Training with { BatchSize = size } }, text with { State = state },
                    $"goes on in each of 2 rows from batch to batch, and state '{state.Name}' is carried with it; expected a batch size of 2, got {size}", ["plan", "runner", "command line", "train", "resume", "evaluate", "predict"]);
            }
        }

        yield return ("3 contiguous rows to be validated in batches of 2", text with { Data = Rows(3) }, text, "goes on in each of 3 rows", ["plan", "plan for validation", "plan for test", "runner", "command line", "train", "validate", "evaluate", "predict"]);
        yield return ("rows carried in evaluation alone", text with { State = StatePolicy.WhenPredicting(StatePolicy.Stateless, StatePolicy.Never), Training = text.Training with { BatchSize = 3 } }, text,
            "expected a batch size of 2, got 3", ["plan", "runner", "command line", "evaluate", "predict"]);

        ExperimentPlan numbers = Numbers();
        (string Setting, Func<double, TrainingOptions> Set, double[] Values)[] settings =
        [
            ("learning rate", value => new() { Optimizer = new Adam { LearningRate = value } }, [1e-60, 1e60]),
            ("learning rate", value => new() { Optimizer = new Sgd { LearningRate = value } }, [1e-60, 1e60]),
            ("epsilon", value => new() { Optimizer = new Adam { Epsilon = value } }, [1e-60, 1e60]),
            ("epsilon", value => new() { Optimizer = new RmsProp { Epsilon = value } }, [1e-60, 1e60]),
            ("momentum", value => new() { Optimizer = new Sgd { Momentum = value } }, [1e-60, 1 - 1e-12]),
            ("momentum", value => new() { Optimizer = new RmsProp { Momentum = value } }, [1e-60, 1 - 1e-12]),
            ("clip norm", value => new() { Optimizer = new Adam { ClipNorm = value } }, [1e-60]),
            ("clip value", value => new() { Optimizer = new Adam { ClipValue = value } }, [1e-60]),
            ("global clip norm", value => new() { Optimizer = new Adam { GlobalClipNorm = value } }, [1e-60]),
            ("weight decay", value => new() { Optimizer = new AdamW { WeightDecay = value } }, [1e-60, 1e60]),
            ("L2", value => new() { WeightRules = [new() { Pattern = "*", L2 = value }] }, [1e-60, 1e60]),
            ("max norm", value => new() { WeightRules = [new() { Pattern = "*", MaxNorm = value }] }, [1e-60]),
            ("expected a weight of 0 or more", value => new() { Losses = [new("output", Loss.MeanSquaredError) { Weight = value }] }, [1e-60, 1e60]),
        ];
        foreach ((string setting, Func<double, TrainingOptions> set, double[] values) in settings)
        {
            foreach (double value in values)
            {
                TrainingOptions training = set(value) with { Loss = Loss.MeanSquaredError };
                yield return (FormattableString.Invariant($"{setting} of {value}, {training.Optimizer.Name}"), numbers with { Training = training }, numbers, setting, Compiling);
            }
        }

        yield return ("a plateau's factor of 1e-60", numbers with { ValidationData = numbers.Data, Training = numbers.Training with { ReduceOnPlateau = new() { Factor = 1e-60 } } }, numbers,
            "factor: expected above 0 and below 1, got 1E-60" + Zero, ["plan", "runner", "command line", "train"]);
        (string Part, Layer Layer, string Says)[] layers =
        [
            ("a dropout", Dropout(1e-60), "expected a dropout rate of at least 0 and below 1, got 1E-60" + Zero),
            ("a recurrent dropout", Recurrent(new LstmCell(2), returnSequences: true) with { RecurrentDropout = 1e-60 }, "expected a dropout rate of at least 0 and below 1, got 1E-60" + Zero),
            ("an input dropout", Recurrent(new LstmCell(2), returnSequences: true) with { Dropout = 1e-60 }, "expected a dropout rate of at least 0 and below 1, got 1E-60" + Zero),
            ("a number in an equation", new FunctionLayer("tiny", (model, flow) => model.Map("", flow, (_, x) => x + 1e-60)), "expected a finite number beside it, got 1E-60" + Zero),
            ("a factor in an equation", new FunctionLayer("tiny", (model, flow) => model.Map("", flow, (_, x) => x * 1e-60)), "expected a finite number beside it, got 1E-60" + Zero),
            ("a large number in an equation", new FunctionLayer("huge", (model, flow) => model.Map("", flow, (_, x) => x * 1e60)), "expected a finite number beside it, got 1E+60, which is infinite in single precision"),
        ];
        foreach ((string part, Layer layer, string says) in layers) yield return (part, numbers with { Model = Model.Of(layer, Dense(2)) }, numbers, says, Compiling);

        (string Part, Model Model, Loss Loss, string Says)[] outputs =
        [
            ("cross-entropy behind tanh", Model.Of(Dense(2, Tanh)), Loss.CategoricalCrossEntropy, "needs probabilities, but what 'dense_1' yields may lie outside of 0 to 1"),
            ("cross-entropy behind relu", Model.Of(Dense(2, Relu)), Loss.SparseCategoricalCrossEntropy, "needs probabilities"),
            ("cross-entropy behind nothing", Model.Of(Dense(2)), Loss.CategoricalCrossEntropy, "needs probabilities"),
            ("cross-entropy behind a recurrent layer", Model.Of(Recurrent(new LstmCell(2))), Loss.CategoricalCrossEntropy, "needs probabilities"),
            ("cross-entropy of one output", Model.Of(Dense(1, Sigmoid)), Loss.CategoricalCrossEntropy, "needs at least 2 classes"),
            ("binary cross-entropy behind tanh", Model.Of(Dense(2, Tanh)), Loss.BinaryCrossEntropy, "needs probabilities"),
            ("binary cross-entropy behind a recurrent layer", Model.Of(Recurrent(new GruCell(2))), Loss.BinaryCrossEntropy, "needs probabilities"),
            ("binary cross-entropy of one output's softmax", Model.Of(Dense(1, Softmax)), Loss.BinaryCrossEntropy, "is always 1"),
        ];
        foreach ((string part, Model model, Loss loss, string says) in outputs)
        {
            bool binary = loss == Loss.BinaryCrossEntropy;
            int width = model.Graph(2).Outputs[0].Node.Width;
            ExperimentPlan plan = numbers with { Model = model, Data = Data([0, 1], binary ? new() { Width = width, Values = new float[2 * width] } : new() { Width = width, Classes = [0, 0] }) };
            yield return (part, plan with { Training = new() { Loss = loss } }, numbers, says, Compiling);
        }

        ExperimentPlan classes = numbers with { Model = Model.Of(Dense(2, Softmax)), Training = new(), Data = Data([0, 1], new() { Width = 2, Classes = [1, 0] }) };
        ExperimentPlan shares = classes with { Data = Data([0, 1], new() { Width = 2, Values = [1, 0, 0, 1] }) };
        ExperimentPlan binaries = shares with { Model = Model.Of(Dense(2, Sigmoid)), Training = new() { Loss = Loss.BinaryCrossEntropy } };
        ExperimentPlan symbols = classes with { Model = Model.Of(Embedding(3, 2), Recurrent(new LstmCell(2)), Dense(2, Softmax)), Data = Symbols([0, 2]) };
        yield return ("a class of 2 of 2", classes with { Data = Data([0, 1], new() { Width = 2, Classes = [0, 2] }) }, classes, "target classes: expected 0 to 1, got 2 at sample 1", OfTargets);
        yield return ("a class of -1", classes with { Data = Data([0, 1], new() { Width = 2, Classes = [-1, 0] }) }, classes, "target classes: expected 0 to 1, got -1 at sample 0", OfTargets);
        yield return ("a share of 1.5", shares with { Data = Data([0, 1], new() { Width = 2, Values = [0, 0, 0, 1.5f] }) }, shares, "needs targets from 0 to 1; 'given' has 1.5 at sample 1", OfTargets);
        yield return ("a probability of -1", binaries with { Data = Data([0, 1], new() { Width = 2, Values = [0, -1, 0, 1] }) }, binaries, "needs targets from 0 to 1; 'given' has -1 at sample 0", OfTargets);
        yield return ("a target that is no number", numbers with { Data = Data([0, 1], new() { Width = 2, Values = [0, float.NaN, 0, 1] }) }, numbers, "target values: expected finite values, got NaN at sample 0", OfTargets);
        yield return ("classes for a squared error", numbers with { Data = Data([0, 1], new() { Width = 2, Classes = [0, 1] }) }, numbers, "needs real-valued targets", OfTargets);
        yield return ("targets of another width", numbers with { Data = Data([0, 1], new() { Width = 1, Values = [0, 1] }) }, numbers, "the data's targets are [1, 1]", OfTargets);
        yield return ("an input that is no number", numbers with { Data = Data([float.NaN, 1], new() { Width = 2, Values = [0, 0, 0, 1] }) }, numbers, "inputs: expected finite values, got NaN at sample 0", OfInputs);
        yield return ("a symbol of 3 of 3", symbols with { Data = Symbols([1, 3]) }, symbols, "embedding 'embedding_1': expected whole numbers from 0 to 2, got 3 at sample 1", OfInputs);
        yield return ("a symbol of -1", symbols with { Data = Symbols([-1, 0]) }, symbols, "expected whole numbers from 0 to 2, got -1 at sample 0", OfInputs);
        yield return ("half a symbol", symbols with { Data = Symbols([0.5f, 0]) }, symbols, "expected whole numbers from 0 to 2, got 0.5 at sample 0", OfInputs);
    }

    [TestCaseSource(nameof(Cases))]
    public void WhatIsRefused_IsRefusedByEveryDoor(ExperimentPlan wrong, ExperimentPlan right, string says, string door, IEngine engine) =>
        Assert.That(() => Doors[door](wrong, right, engine), Throws.InstanceOf<ResearchException>().With.Message.Contains(says).IgnoreCase);

    // The rules must not be met by refusing everything.
    [Test]
    public void WhatIsRight_IsTaken()
    {
        foreach (ExperimentPlan right in Rules().Select(rule => rule.Right).Distinct())
        {
            foreach (string door in (string[])["plan", "runner", "compile", "train", "validate", "train batch", "evaluate", "predict"])
                Assert.That(() => Doors[door](right, right, new ManagedEngine()), Throws.Nothing, door);
        }
    }

    [Test]
    public void ContiguousRows_WithoutCarriedState_TakeAnyBatchSize()
    {
        ExperimentPlan text = Text();
        foreach (IStatePolicy state in new[] { StatePolicy.Stateless, StatePolicy.WhenPredicting(StatePolicy.Stateless, StatePolicy.Stateless) })
        {
            ExperimentPlan plan = text with { State = state, Training = text.Training with { BatchSize = 5, Shuffle = true } };
            Assert.That(PlanValidator.Findings(plan, new ManagedEngine()), Is.Empty);
            Assert.That(() => Doors["train"](plan, plan, new ManagedEngine()), Throws.Nothing);
            Assert.That(() => Doors["evaluate"](plan, plan, new ManagedEngine()), Throws.Nothing);
        }
    }

    // With as many samples as rows there is no other batch; a part of the samples goes on in as many rows as all do.
    [Test]
    public void ContiguousRows_OfOneBatch_OrOfAPart()
    {
        ExperimentPlan text = Text();
        ExperimentPlan one = text with { Data = text.Data.Part(0, 2), Training = text.Training with { BatchSize = 32 } };
        Assert.That(() => Doors["train"](one, one, new ManagedEngine()), Throws.Nothing);
        ExperimentPlan part = text with { Data = text.Data.Part(1, 5), Training = text.Training with { BatchSize = 4 } };
        Assert.That(() => Doors["train"](part, part, new ManagedEngine()), Throws.InstanceOf<ResearchException>().With.Message.Contains("expected a batch size of 2, got 4"));
        Assert.That(() => Doors["plan"](text with { Data = new() { Description = "none", Samples = 1, Input = text.Data.Part(0, 1).Input, Target = text.Data.Part(0, 1).Target, ContiguousRows = 0 } }, text, new ManagedEngine()),
            Throws.InstanceOf<ResearchException>().With.Message.Contains("contiguous rows: expected at least 1, got 0"));
    }

    [TestCase("training.optimizer.learning_rate=1e-60", "learning rate: expected a number above 0, got 1E-60" + Zero)]
    [TestCase("training.optimizer.epsilon=1e-60", "epsilon: expected a number above 0, got 1E-60" + Zero)]
    [TestCase("training.optimizer.clip_norm=1e-60", "clip norm: expected a number above 0, got 1E-60" + Zero)]
    [TestCase("training.batch_size=3", "expected a batch size of 2, got 3")]
    [TestCase("training.loss=mean_squared_error", "needs real-valued targets")]
    [TestCase("model.layers.1.activation=tanh", "needs probabilities")]
    public void Override_IsRefusedInOneLine(string setting, string says) =>
        Assert.That(() => RunLine(Text(), new ManagedEngine(), "--set", setting), Throws.InstanceOf<ResearchException>().With.Message.Contains(says));

    [TestCase(1e-60f)]
    [TestCase(0f)]
    public void Initializer_OfNoSize_IsRefused(float value)
    {
        Assert.That(() => Initializers.Uniform(value), Throws.InstanceOf<ResearchException>());
        Assert.That(() => Initializers.Normal(0, value), Throws.InstanceOf<ResearchException>());
        Assert.That(() => Initializers.TruncatedNormal(0, value), Throws.InstanceOf<ResearchException>());
        Assert.That(() => Initializers.ScaledOrthogonal(value), Throws.InstanceOf<ResearchException>());
        Assert.That(() => Initializers.ScaledIdentity(value), Throws.InstanceOf<ResearchException>());
        Assert.That(() => Loss.Huber(1e-60), Throws.InstanceOf<ResearchException>().With.Message.Contains("got 1E-60" + Zero));
        Assert.That(() => new LayerNormalizationLayer { Epsilon = 1e-60 }, Throws.InstanceOf<ResearchException>().With.Message.Contains("got 1E-60" + Zero));
    }

    // Where all is computed in double, nothing becomes 0.
    [Test]
    public void Temperature_StaysInDouble()
    {
        GenerationOptions options = new() { Symbols = 5, Temperature = 1e-60 };
        ExperimentPlan plan = Text();
        ICompiledModel model = Compile(plan, new ManagedEngine());
        Assert.That(Generation.Generate(model, plan.Data.Text!, plan.State, ["ABC"], options, new Seeds(1)), Is.EqualTo(Generation.Generate(model, plan.Data.Text!, plan.State, ["ABC"], options with { Temperature = 0 }, new Seeds(1))));
    }

    private static void RunLine(ExperimentPlan plan, IEngine engine, params string[] more)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        HostApplication application = new(new HostConsole(output, error, null), services => services.AddResearchCells().AddSingleton(new Given(plan)).AddExperiment<GivenExperiment>());
        int code = application.RunAsync(["run", "given", "--engine", engine.Name, .. more], CancellationToken.None).GetAwaiter().GetResult();
        Assert.That(code, Is.EqualTo(2), error.ToString());
        Assert.That(error.ToString(), Does.Match("^[^\n]+\n$"));
        Assert.That(output.ToString(), Is.Empty);
        throw new ResearchException(error.ToString());
    }

    private static ICompiledModel Compile(ExperimentPlan plan, IEngine engine) => engine.Compile(plan.Model.Graph(plan.Data), plan.Training.Objective, new Seeds(1));

    private static TrainingRun Training(ICompiledModel model, ExperimentPlan plan, Dataset? validation = null) =>
        new(model, plan.Training, plan.State, new Seeds(1)) { Validation = validation ?? plan.ValidationData };

    private static void Train(ICompiledModel model, ExperimentPlan plan, Action<TrainingRun> train, Dataset? validation = null) => Unchanged(model, () => train(Training(model, plan, validation)));

    private static void WithModel(ExperimentPlan plan, IEngine engine, Action<ICompiledModel> use)
    {
        using ICompiledModel model = Compile(plan, engine);
        Unchanged(model, () => use(model));
    }

    private static void RequireNoErrors(IReadOnlyList<Finding> findings)
    {
        string[] errors = [.. findings.Where(finding => finding.Severity == Severity.Error).Select(finding => finding.Message)];
        if (errors.Length > 0) throw new ResearchException(string.Join("; ", errors));
    }

    private static void Unchanged(ICompiledModel model, Action action)
    {
        float[][] before = Weights();
        try
        {
            action();
        }
        catch (ResearchException)
        {
            Assert.That(Weights(), Is.EqualTo(before), "refused beforehand");
            throw;
        }

        float[][] Weights() => [.. model.Graph.Weights.Select(weight => model.GetWeight(weight.Name))];
    }

    private static Batch First(ExperimentPlan plan)
    {
        Batch batch = new(plan.Data, plan.Data.Samples) { Rows = plan.Data.Samples };
        for (int row = 0; row < batch.Rows; row++) batch.Samples[row] = row;
        return batch;
    }

    private static Dataset Rows(int rows) => new ContiguousRowsFramer(rows, 3).Frame(TextSource.From("ABCBABCABCCABCABCABACABCABC").With(Encoder.OneHot));

    private static ExperimentPlan Text() => new()
    {
        Data = Rows(2),
        Model = Model.Of(Recurrent(new SimpleRnnCell(4), returnSequences: true), Dense(3, Softmax)),
        State = StatePolicy.ResetAtBoundaries,
        Training = new() { BatchSize = 2, Shuffle = false },
    };

    private static ExperimentPlan Numbers() => new()
    {
        Data = Data([0, 1], new() { Width = 2, Values = [0, 1, 1, 0] }),
        Model = Model.Of(Dense(2)),
        Training = new() { Loss = Loss.MeanSquaredError },
    };

    private static Dataset Data(float[] values, TargetBlock target) => new()
    {
        Description = "given",
        Samples = 2,
        Input = new() { TimeSteps = 1, Features = 2, Values = [values[0], 1, values[1], 0] },
        Target = target,
    };

    private static Dataset Symbols(float[] values) => new()
    {
        Description = "given",
        Samples = 2,
        Input = new() { TimeSteps = 1, Features = 1, Values = values },
        Target = new() { Width = 2, Classes = [0, 1] },
    };

    private sealed record Given(ExperimentPlan Plan);

    private sealed class GivenExperiment(Given given) : IExperiment
    {
        public string Name => "given";

        public ExperimentPlan Plan(Seeds seeds) => given.Plan;
    }
}
