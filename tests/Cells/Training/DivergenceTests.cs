using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Framework.Weights;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Training;

/// <summary>What is not finite is seen at once, and the last finite weights stay.</summary>
public sealed class DivergenceTests
{
    private static IEnumerable<Loss> Losses => Loss.All.Append(new FunctionLoss("distance", (output, target, weight) => weight * Functions.Sum(Functions.Square(output - target))));

    private static IEnumerable<Optimizer> Optimizers => [new Sgd(), new Sgd { Momentum = 0.9 }, new Adam(), new Adam { AmsGrad = true }, new RmsProp(), new AdamW(), new Adam { GlobalClipNorm = 1 }, new Adam { ClipValue = 1 }];

    [Test]
    public void LossThatBecomesNaN_IsNeverANumber([ValueSource(nameof(Losses))] Loss loss, [Values(float.NaN, float.PositiveInfinity)] float weight)
    {
        bool classes = loss.Kind is LossKind.SparseCategoricalCrossEntropy or LossKind.CategoricalCrossEntropy;
        Dataset data = Data([1, 2], classes ? null : [0, 1, 1, 0], classes ? [0, 1] : null);
        using ICompiledModel model = Compile(data, new Objective { Loss = loss }, classes ? Activation.Softmax : Activation.Sigmoid);
        model.SetWeight("dense_1/kernel", [float.NaN, weight]);
        float[] before = model.GetWeight("dense_1/bias");
        BatchLosses losses = new(model.Graph, model.Objective);
        model.TrainBatch(Whole(data), model.CreateState(), losses);
        Assert.That(losses.Losses[0], Is.NaN);
        Assert.That(losses.IsFinite, Is.False);
        Assert.That(model.GetWeight("dense_1/bias"), Is.EqualTo(before));
    }

    [TestCase(0)]
    [TestCase(1)]
    public void ReluNetworkThatExplodes_FailsWithItsBatch(int earlier)
    {
        Random random = new Seeds(1).Stream("data");
        Dataset data = new()
        {
            Description = "long",
            Samples = 4,
            Input = new() { TimeSteps = 300, Features = 1, Values = [.. Enumerable.Range(0, 1200).Select(_ => random.NextSingle())] },
            Target = new() { Width = 1, Values = [0, 1, 0, 1] },
        };
        TrainingOptions options = new() { Epochs = 3, BatchSize = 4, Loss = Loss.BinaryCrossEntropy, EarlierBatches = earlier };
        using ICompiledModel model = new ManagedEngine().Compile(
            Model.Of(Recurrent(new SimpleRnnCell(16) { Activation = Activation.Relu }), Dense(1, Activation.Sigmoid)).Graph(data), options.Objective, new Seeds(2));
        model.SetWeight("simple_rnn_1/recurrent_kernel", [.. model.GetWeight("simple_rnn_1/recurrent_kernel").Select(value => 2 * value + 0.5f)]);
        TrainingRun run = new(model, options, StatePolicy.Stateless, new Seeds(2));
        Assert.That(() => run.Train(data), Throws.TypeOf<ResearchException>().With.Message.StartsWith("The loss became ").And.Message.Contains("in epoch 1, batch 1"));
        foreach (WeightDescription weight in model.Graph.Weights) Assert.That(model.GetWeight(weight.Name), Is.All.Matches<float>(float.IsFinite), weight.Name);

        // What a checkpoint holds is what stood before the batch, and can be gone on from, here to the same end.
        Checkpoint checkpoint = run.CreateCheckpoint();
        Assert.That((checkpoint.Step, checkpoint.Epoch), Is.EqualTo((0L, 0)));
        Assert.That(() => new TrainingRun(model, options, StatePolicy.Stateless, new Seeds(2)).Resume(data, checkpoint), Throws.TypeOf<ResearchException>().With.Message.StartsWith("The loss became "));
    }

    [Test]
    public void UpdateThatIsNotFinite_ChangesNothing([ValueSource(nameof(Optimizers))] Optimizer optimizer, [Values(1e25f, 1e38f)] float target)
    {
        Dataset data = Data([1, 2], [target, -target, target, target], null);
        using ICompiledModel model = Compile(data, new Objective { Loss = Loss.MeanAbsoluteError, Optimizer = optimizer.WithLearningRate(1e38) }, Activation.Linear);
        model.SetWeight("dense_1/kernel", [3e38f, -3e38f]);
        string[] before = State(model);
        BatchLosses losses = new(model.Graph, model.Objective);
        model.TrainBatch(Whole(data), model.CreateState(), losses);
        string[] after = State(model);
        foreach (WeightDescription weight in model.Graph.Weights) Assert.That(model.GetWeight(weight.Name), Is.All.Matches<float>(float.IsFinite), weight.Name);
        if (!losses.IsFinite) Assert.That(after, Is.EqualTo(before));
        else Assert.That(after, Is.Not.EqualTo(before));
    }

    [Test]
    public void SecondMomentThatWouldBeInfinite_IsRefused([Values] bool rms)
    {
        // The gradient is a float, its square none.
        Dataset data = Data([1e25f, 1e25f], [0, 0, 1, 1], null);
        using ICompiledModel model = Compile(data, new Objective { Loss = Loss.MeanAbsoluteError, Optimizer = rms ? new RmsProp() : new Adam() }, Activation.Linear);
        float[] before = model.GetWeight("dense_1/kernel");
        BatchLosses losses = new(model.Graph, model.Objective);
        model.TrainBatch(Whole(data), model.CreateState(), losses);
        Assert.That(double.IsFinite(losses.Total), Is.True);
        Assert.That(losses.IsFinite, Is.False);
        Assert.That(model.GetWeight("dense_1/kernel"), Is.EqualTo(before));
        Assert.That(model.GetTensor("optimizer/steps").ToLongs(), Is.EqualTo((long[])[0]));
    }

    // None of these gradients is large: the rate, the weights' own decay or the divisor is what leads beyond the floats.
    private static IEnumerable<Optimizer> Boundless =>
    [
        new AdamW { WeightDecay = 3e38, LearningRate = 1 },
        new RmsProp { Epsilon = 1e-44, EpsilonOutsideRoot = true, Centered = true, Rho = 0, LearningRate = 1 },
        .. Optimizers.Select(optimizer => optimizer.WithSchedule(LearningRateSchedule.Of("huge", _ => 1e300))),
        .. Optimizers.Select(optimizer => optimizer.WithSchedule(LearningRateSchedule.Exponential(1, 1e100))),
    ];

    [Test]
    public void UpdateThatLeavesTheFloats_WithModerateGradients_ChangesNothing([ValueSource(nameof(Boundless))] Optimizer optimizer)
    {
        Dataset data = Data([1, 1], [0, 0, 0, 0], null);
        using ICompiledModel model = Compile(data, new Objective { Loss = Loss.MeanAbsoluteError, Optimizer = optimizer }, Activation.Linear);
        model.SetWeight("dense_1/kernel", [4, -4]);
        BatchLosses losses = new(model.Graph, model.Objective);
        string[] before = [];
        for (int step = 0; step < 10 && losses.IsFinite; step++)
        {
            before = State(model);
            model.TrainBatch(Whole(data), model.CreateState(), losses);
        }

        Assert.That(losses.IsFinite, Is.False);
        Assert.That(double.IsFinite(losses.Total), Is.True, "seen before it shows in a loss");
        Assert.That(State(model), Is.EqualTo(before));
    }

    [Test]
    public void ScheduleThatIsNoNumber_IsRefusedByName_AndChangesNothing([ValueSource(nameof(Optimizers))] Optimizer optimizer, [Values(double.NaN, double.PositiveInfinity, -1)] double factor)
    {
        Dataset data = Data([1, 2], [0, 1, 1, 0], null);
        Objective objective = new() { Loss = Loss.MeanSquaredError, Optimizer = optimizer.WithSchedule(LearningRateSchedule.Of("odd", step => step == 0 ? 1 : factor)) };
        using ICompiledModel model = Compile(data, objective, Activation.Linear);
        model.TrainBatch(Whole(data), model.CreateState());
        string[] before = State(model);
        Assert.That(() => model.TrainBatch(Whole(data), model.CreateState()), Throws.TypeOf<ResearchException>().With.Message.StartsWith("Learning-rate schedule 'odd': expected a factor of 0 or more, got "));
        Assert.That(State(model), Is.EqualTo(before));
    }

    [Test]
    public void ScheduleThatThrows_ChangesNothing()
    {
        Dataset data = Data([1, 2], [0, 1, 1, 0], null);
        using ICompiledModel model = Compile(data, new Objective { Loss = Loss.MeanSquaredError, Optimizer = new Adam { Schedule = LearningRateSchedule.Of("throws", _ => throw new InvalidOperationException("no")) } }, Activation.Linear);
        string[] before = State(model);
        Assert.That(() => model.TrainBatch(Whole(data), model.CreateState()), Throws.TypeOf<UserCodeException>());
        Assert.That(State(model), Is.EqualTo(before), "no update was made, and none is counted");
    }

    [Test]
    public void InfinitePrediction_IsNoProbability([Values] bool binary)
    {
        // e^100 is no float: of two classes the other one's share would be 0, and clipped to a number.
        Dataset data = Data([100, 100], binary ? [1, 0, 1, 0] : null, binary ? null : [1, 1]);
        FunctionLayer exponential = new("exponential", static (scope, input) => scope.Map("exponential", input, static (_, value) => Functions.Exp(value)));
        using ICompiledModel model = new ManagedEngine().Compile(Model.Of(Dense(2), exponential).Graph(data), new Objective { Loss = binary ? Loss.BinaryCrossEntropy : Loss.CategoricalCrossEntropy }, new Seeds(1));
        model.SetWeight("dense_1/kernel", [1, -0.5f]);
        BatchLosses losses = new(model.Graph, model.Objective);
        model.TrainBatch(Whole(data), model.CreateState(), losses);
        Assert.That(losses.Losses[0], Is.NaN);
        Assert.That(losses.IsFinite, Is.False);
        Assert.That(Evaluation.Evaluate(model, data, StatePolicy.Stateless, 2, [])[0].Value, Is.NaN);
    }

    [Test]
    public void SureAndWrongSigmoid_KeepsItsGradient()
    {
        Dataset data = new() { Description = "sure", Samples = 1, Input = new() { TimeSteps = 1, Features = 1, Values = [20] }, Target = new() { Width = 1, Values = [0] } };
        using ICompiledModel model = new ManagedEngine().Compile(Model.Of(Dense(1, Activation.Sigmoid)).Graph(data), new Objective { Loss = Loss.BinaryCrossEntropy }, new Seeds(1));
        model.SetWeight("dense_1/kernel", [1]);
        Assert.That(model.TrainBatch(Whole(data), model.CreateState()).Loss, Is.EqualTo(20).Within(1e-6));
        Assert.That(model.GetGradient("dense_1/bias")[0], Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public void ModelInUseByAnotherThread_IsRefused()
    {
        Dataset data = Data([1, 2], [0, 1, 1, 0], null);
        using ICompiledModel model = Compile(data, new Objective { Loss = Loss.MeanSquaredError }, Activation.Linear);
        using CancellationTokenSource seen = new(TimeSpan.FromSeconds(60));
        string message = "";
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            RecurrentState state = model.CreateState();
            BatchLosses losses = new(model.Graph, model.Objective);
            Batch batch = Whole(data);
            while (!seen.IsCancellationRequested)
            {
                try
                {
                    for (int i = 0; i < 1000; i++) model.TrainBatch(batch, state, losses);
                }
                catch (ResearchException exception)
                {
                    message = exception.Message;
                    seen.Cancel();
                }
            }
        });
        Assert.That(message, Is.EqualTo("The model is in use by another thread; compile one for each thread."));
    }

    [Test]
    public void DataThatChangeTheirMind_ReachNoPointer([Values(-1, 2, int.MaxValue)] int symbol)
    {
        int[] classes = [0, 1];
        Dataset data = Data([1, 2], null, classes);
        using ICompiledModel model = Compile(data, new Objective(), Activation.Softmax);
        RecurrentState state = model.CreateState();
        model.TrainBatch(Whole(data), state);
        classes[1] = symbol;
        Assert.That(() => model.TrainBatch(Whole(data), state), Throws.TypeOf<ResearchException>().With.Message.Contains($"got {symbol} at sample 1"));
    }

    [Test]
    public void DataThatAreNotValid_AreRefusedByTheEngine()
    {
        Dataset good = Data([1, 2], null, [0, 1]);
        using ICompiledModel model = Compile(good, new Objective(), Activation.Softmax);
        foreach (Dataset bad in new[] { Data([1, 2], null, [0, 2]), Data([1], null, [0, 1]), Data([1, float.NaN], null, [0, 1]), Data([1, 2], null, [0]), Data([1, 2], null, [0, 1], weights: [1]), Data([1, 2], null, [0, 1], mask: [true]) })
        {
            Assert.That(() => model.TrainBatch(Whole(bad), model.CreateState()), Throws.TypeOf<ResearchException>().With.Message.StartsWith("The data 'two' cannot be used"));
            Assert.That(() => model.TrainBatch(Whole(bad), model.CreateState()), Throws.TypeOf<ResearchException>(), "the second time, too");
        }

        Assert.That(model.TrainBatch(Whole(good), model.CreateState()).Loss, Is.GreaterThan(0));
    }

    [Test]
    public void LossesOfAnotherModelOrObjective_AreRefused([Values("more", "fewer", "weights")] string other)
    {
        Model Outputs(int count) => Model.Build(scope =>
        {
            for (int i = 0; i < count; i++) scope.Output($"output_{i}", scope.Add(Dense(1), scope.Input()));
        });
        Dataset data = new()
        {
            Description = "two outputs",
            Samples = 2,
            Input = new() { TimeSteps = 1, Features = 1, Values = [1, 2] },
            Targets = [.. Enumerable.Range(0, 2).Select(i => new TargetBlock { Name = $"output_{i}", Width = 1, Values = [1, 2] })],
        };
        Objective objective = new() { Loss = Loss.MeanSquaredError };
        using ICompiledModel model = new ManagedEngine().Compile(Outputs(2).Graph(data), objective, new Seeds(1));
        BatchLosses losses = new(Outputs(other switch { "more" => 3, "fewer" => 1, _ => 2 }).Graph(1), other == "weights" ? objective with { Losses = [new OutputLoss("output_0", Loss.MeanSquaredError) { Weight = 3 }] } : objective);
        Assert.That(() => model.TrainBatch(Whole(data), model.CreateState(), losses), Throws.TypeOf<ResearchException>().With.Message.StartsWith("The losses belong to another model or objective"));
    }

    [Test]
    public void BatchThatIsRefused_LeavesNoBindingBehind()
    {
        Dataset longer = new() { Description = "longer", Samples = 2, Input = new() { TimeSteps = 5, Features = 1, Values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }, Target = new() { Width = 1, Values = [0, 1] } };
        Dataset shorter = new() { Description = "shorter", Samples = 2, Input = new() { TimeSteps = 3, Features = 1, Values = [1, 2, 3, 4, 5, 6] }, Target = new() { Width = 1, Values = [0, 1] } };
        ModelGraph graph = Model.Of(Recurrent(new LstmCell(3)), Dense(1)).Graph(longer);
        Objective objective = new() { Loss = Loss.MeanSquaredError };
        using ICompiledModel model = new ManagedEngine().Compile(graph, objective, new Seeds(1)), fresh = new ManagedEngine().Compile(graph, objective, new Seeds(1));
        model.PredictBatch(Whole(longer), model.CreateState());
        Batch none = Whole(shorter);
        none.Rows = 0;
        Assert.That(() => model.PredictBatch(none, model.CreateState()), Throws.TypeOf<ResearchException>());
        Assert.That(model.PredictBatch(Whole(shorter), model.CreateState()).All[0].Values, Is.EqualTo(fresh.PredictBatch(Whole(shorter), fresh.CreateState()).All[0].Values));
    }

    private static ICompiledModel Compile(Dataset data, Objective objective, Activation activation) =>
        new ManagedEngine().Compile(Model.Of(Dense(2, activation)).Graph(data), objective, new Seeds(1));

    private static Dataset Data(float[] inputs, float[]? values, int[]? classes, float[]? weights = null, bool[]? mask = null) => new()
    {
        Description = "two",
        Samples = 2,
        Input = new() { TimeSteps = 1, Features = 1, Values = inputs },
        Target = new() { Width = 2, Values = values, Classes = classes, Weights = weights, Mask = mask },
    };

    private static Batch Whole(Dataset data) => new(data, data.Samples) { Rows = data.Samples, Samples = { [^1] = data.Samples - 1 } };

    private static string[] State(ICompiledModel model) => [.. model.Tensors.Select(name => string.Join(",", Numbers(model.GetTensor(name))))];

    private static IEnumerable<double> Numbers(Framework.Numerics.NamedTensor tensor) => tensor.Type switch
    {
        Framework.Numerics.TensorType.Float32 => tensor.ToFloats().Select(value => (double)value),
        Framework.Numerics.TensorType.Float64 => tensor.ToDoubles(),
        _ => tensor.ToLongs().Select(value => (double)value),
    };
}
