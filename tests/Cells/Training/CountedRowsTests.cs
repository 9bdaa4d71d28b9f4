using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Cells.Tests.Training;

/// <summary>Loss, metrics and what is shown count the same rows: those that neither the model nor the target masks.</summary>
public sealed class CountedRowsTests
{
    private const int Samples = 5, Steps = 3, Repeats = 4, Width = 2, Symbols = 5;

    private static readonly Seeds Seeds = new(5);

    // 0 is a symbol like others unless a layer says otherwise; the last sample is nothing but padding.
    private static readonly float[] Inputs = [1, 0, 3, 2, 4, 0, 0, 0, 1, 3, 2, 4, 0, 0, 0];

    private static readonly bool[] Real = [true, true, true, true, true, false, false, true, true, true, false, true, false, false, false];

    /// <summary>How symbols become vectors.</summary>
    public enum Lookup
    {
        /// <summary>Not at all.</summary>
        None,

        /// <summary>By an embedding.</summary>
        Plain,

        /// <summary>By an embedding that masks symbol 0.</summary>
        MasksZero,
    }

    [Test]
    public void LossMetricAndPlainCount_Agree(
        [Values] bool dataMask, [Values] bool everyStep, [Values] bool masking, [Values] Lookup lookup, [Values] bool backwards, [Values] bool repeat, [Values] bool targetMask)
    {
        int steps = everyStep ? repeat ? Repeats : Steps : 1;
        foreach ((Loss loss, IMetric metric) in new[] { (Loss.MeanAbsoluteError, Metric.MeanAbsoluteError), (Loss.MeanSquaredError, Metric.MeanSquaredError), (Loss.CategoricalCrossEntropy, Metric.CrossEntropy) })
        {
            bool classes = loss == Loss.CategoricalCrossEntropy;
            Model description = Model.Of([.. LayersOf(masking, lookup, backwards, repeat, everyStep, classes)]);
            Random random = Seeds.Stream("targets");
            Dataset data = new()
            {
                Description = "symbols",
                Samples = Samples,
                Input = new() { TimeSteps = Steps, Features = 1, Values = Inputs, Mask = dataMask ? Real : null },
                Target = new()
                {
                    TimeSteps = steps,
                    Width = Width,
                    Classes = classes ? [.. Enumerable.Range(0, Samples * steps).Select(_ => random.Next(Width))] : null,
                    Values = classes ? null : [.. Enumerable.Range(0, Samples * steps * Width).Select(_ => random.NextSingle())],
                    Mask = targetMask ? [.. Enumerable.Range(0, Samples * steps).Select(row => row % 4 != 1)] : null,
                },
            };

            bool[] counts = [.. Enumerable.Range(0, Samples * steps).Select(row =>
            {
                // Masks end where a layer yields its last step alone.
                bool byModel = !everyStep || repeat || IsReal(row / steps * Steps + (backwards ? Steps - 1 - row % steps : row % steps));
                return byModel && (!targetMask || row % 4 != 1);
            })];
            bool IsReal(int step) => (!dataMask || Real[step]) && ((!masking && lookup != Lookup.MasksZero) || Inputs[step] != 0);

            TrainingOptions still = new() { Epochs = 1, BatchSize = Samples, Loss = loss, Optimizer = new Sgd { LearningRate = 1e-30 } };
            ICompiledModel model = new ManagedEngine().Compile(description, 1, still, Seeds);
            Predictions predictions = Evaluation.Predict(model, data, StatePolicy.Stateless, still.BatchSize)[0];
            double expected = Enumerable.Range(0, Samples * steps).Where(row => counts[row]).Average(row => RowLoss(loss, predictions.Values, data.Target, row));

            Assert.That(Enumerable.Range(0, predictions.Count).Select(predictions.Counts), Is.EqualTo(counts));
            Assert.That(metric.Evaluate(predictions), Is.EqualTo(expected).Within(1e-6 * expected), metric.Name);
            BatchLoss reported = model.TrainBatch(Whole(data), model.CreateState());
            Assert.That(reported.Rows, Is.EqualTo(counts.Count(row => row)));
            Assert.That(reported.Loss, Is.EqualTo(expected).Within(1e-6 * expected), loss.Name);
            foreach (int size in new[] { 1, 2, Samples })
                Assert.That(EpochLoss(description, still with { BatchSize = size }, data), Is.EqualTo(expected).Within(1e-6 * expected), $"{loss.Name}, batches of {size}");
        }
    }

    [Test]
    public void CrossEntropyOfSigmoids_IsTheLossToo()
    {
        // Both outputs are 0.8808: by themselves likely, of two classes even odds.
        Dataset data = new()
        {
            Description = "even odds",
            Samples = 2,
            Input = new() { TimeSteps = 1, Features = 1, Values = [2, 2] },
            Target = new() { Width = Width, Classes = [0, 1] },
        };
        ICompiledModel model = new ManagedEngine().Compile(Model.Of(new DenseLayer(Width) { UseBias = false, Activation = Activation.Sigmoid }), 1, new TrainingOptions(), Seeds);
        model.SetWeight("dense_1/kernel", [1, 1]);
        Predictions predictions = Evaluation.Predict(model, data, StatePolicy.Stateless, 2)[0];
        Assert.That(predictions.Values, Is.All.EqualTo(0.8808f).Within(1e-4f));
        Assert.That(Metric.CrossEntropy.Evaluate(predictions), Is.EqualTo(Math.Log(2)).Within(1e-12));
        Assert.That(Metric.Perplexity.Evaluate(predictions), Is.EqualTo(2).Within(1e-12));
        Assert.That(Metric.BitsPerCharacter.Evaluate(predictions), Is.EqualTo(1).Within(1e-12));
        Assert.That(ObjectiveLoss.Of(Loss.CategoricalCrossEntropy, predictions), Is.EqualTo(Metric.CrossEntropy.Evaluate(predictions)));
        Assert.That(model.TrainBatch(Whole(data), model.CreateState()).Loss, Is.EqualTo(Math.Log(2)).Within(1e-6));
    }

    [Test]
    public void MaskingLayer_MasksMetricsToo()
    {
        Dataset data = Rows([1, 0, 1], Steps, [0, 1, 1]);
        Assert.That(Evaluate(Metric.MeanAbsoluteError, Model.Of(Layers.Masking(), Linear()), data, weight: 0), Is.EqualTo(0.5));
    }

    [Test]
    public void WhatIsRepeated_CountsAtEveryStep()
    {
        // The last step holds the first, the only one that is real, and is repeated: 1, 1, 1 against 1, 0, 0.
        FunctionCell identity = new("identity", [new StateSlot("hidden", 1)], static (_, input, _) => new CellStep(input, [input]));
        Dataset data = Rows([1, 5, 5], Steps, [1, 0, 0], mask: [true, false, false]);
        Model repeating = Model.Of(Layers.Recurrent(identity), Layers.RepeatVector(Steps), Linear());
        Assert.That(Evaluate(Metric.MeanSquaredError, repeating, data), Is.EqualTo(2 / 3.0));
    }

    // A step that an input's mask hides was not looked at with the data; here the model counts it all the same.
    [Test]
    public void TargetHiddenByAnInputsMask_ButCounted_IsRefused([Values("repeated", "backwards", "other input")] string way, [Values("value", "weight", "probability", "class")] string what)
    {
        bool classes = what == "class", binary = what == "probability";
        int width = classes ? 2 : 1, at = way == "backwards" ? 2 : 1;
        Dataset data = new()
        {
            Description = "hidden",
            Samples = 1,
            Inputs =
            [
                new() { Name = "a", TimeSteps = Steps, Features = 1, Values = [1, 2, 3], Mask = [true, false, false] },
                new() { Name = "b", TimeSteps = Steps, Features = 1, Values = [1, 2, 3] },
            ],
            Target = new()
            {
                TimeSteps = Steps,
                Width = width,
                Classes = classes ? [0, .. Enumerable.Range(1, 2).Select(step => step == at ? -1 : 1)] : null,
                Values = classes ? null : [0, .. Enumerable.Range(1, 2).Select(step => step != at ? 1 : what == "value" ? float.NaN : binary ? 5 : 1)],
                Weights = what == "weight" ? [1, .. Enumerable.Range(1, 2).Select(step => step == at ? -100f : 1)] : null,
            },
        };
        Layer end = Layers.Dense(width, classes ? Activation.Softmax : binary ? Activation.Sigmoid : null);
        Model description = Model.Build(scope =>
        {
            Flow a = scope.Input("a"), b = scope.Input("b");
            scope.Output("output", scope.Chain(way switch
            {
                "repeated" => [Layers.Recurrent(new LstmCell(2)), Layers.RepeatVector(Steps), end],
                "backwards" => [new RecurrentLayer(new LstmCell(2)) { GoBackwards = true, ReturnSequences = true }, end],
                _ => [end],
            }, way == "other input" ? b : a));
        });
        Objective objective = new() { Loss = classes ? Loss.CategoricalCrossEntropy : binary ? Loss.BinaryCrossEntropy : Loss.MeanSquaredError };
        using ICompiledModel model = new ManagedEngine().Compile(description.Graph(data), objective, Seeds);
        const string Message = "at sample 0: an input's mask hides it, but the model counts it. Mask the target, too.";
        Assert.That(() => model.TrainBatch(Whole(data), model.CreateState()), Throws.TypeOf<ResearchException>().With.Message.Contains(Message));
        Assert.That(() => Evaluation.Evaluate(model, data, StatePolicy.Stateless, 1, []), Throws.TypeOf<ResearchException>().With.Message.Contains(Message));
    }

    [Test]
    public void TargetHiddenByAllInputsMasks_IsNotLookedAt()
    {
        Dataset data = Rows([1, 2, 3], Steps, [0, float.NaN, 1], mask: [true, false, true], weights: [1, float.NaN, 1]);
        Assert.That(Evaluate(Metric.MeanSquaredError, Model.Of(new RecurrentLayer(new FunctionCell("identity", [new StateSlot("hidden", 1)], static (_, input, _) => new CellStep(input, [input]))) { ReturnSequences = true }, Linear()), data), Is.EqualTo(2.5));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(6)]
    public void EpochLoss_DoesNotDependOnTheBatchSize(int size)
    {
        Dataset data = Rows([1, 1, 1, 5, 0, 0], 1, new float[6], mask: [true, true, true, true, false, false]);
        TrainingOptions still = new() { Epochs = 1, BatchSize = size, Shuffle = false, Loss = Loss.MeanAbsoluteError, Optimizer = new Sgd { LearningRate = 1e-30 } };
        Assert.That(EpochLoss(Model.Of(Linear()), still, data), Is.EqualTo(2));
    }

    [Test]
    public void BatchThatIsMaskedThroughout_ChangesNoWeight_ButTheStateGoesOn([Values] bool byTarget)
    {
        Dataset data = Rows([1, 2], 2, [1, 1], mask: byTarget ? null : [false, false], targetMask: byTarget ? [false, false] : null);
        TrainingOptions options = new() { Loss = Loss.MeanSquaredError, WeightRules = [new() { Pattern = "*", L2 = 1 }] };
        ICompiledModel model = new ManagedEngine().Compile(Model.Of(Layers.Recurrent(new SimpleRnnCell(2), returnSequences: true), Layers.Dense(1)), 1, options, Seeds);
        RecurrentState state = model.CreateState();
        model.TrainBatch(Whole(Rows([1, 2], 2, [1, 1], mask: data.Input.Mask is null ? null : [true, true])), state);
        float[][] before = [.. model.Graph.Weights.Select(weight => model.GetWeight(weight.Name))];
        long steps = model.GetTensor("optimizer/steps").ToLongs()[0];
        float[] hidden = state["simple_rnn_1"]["hidden"].Get(0);

        Batch masked = Whole(data);
        masked.RowStates[0] = RowState.Carry;
        BatchLoss loss = model.TrainBatch(masked, state);

        Assert.That(loss, Is.EqualTo(new BatchLoss(0, 0)));
        Assert.That(model.Graph.Weights.Select(weight => model.GetWeight(weight.Name)), Is.EqualTo(before));
        Assert.That(model.Graph.Weights.SelectMany(weight => model.GetGradient(weight.Name)), Is.All.Zero);
        Assert.That(model.GetTensor("optimizer/steps").ToLongs()[0], Is.EqualTo(steps));
        Assert.That(state["simple_rnn_1"]["hidden"].Get(0), byTarget ? Is.Not.EqualTo(hidden) : Is.EqualTo(hidden));
    }

    [Test]
    public void DataThatAreMaskedThroughout_AreRefused()
    {
        Dataset data = Rows([1, 2], 1, [1, 1], targetMask: [false, false]);
        TrainingOptions options = new() { Epochs = 1, Loss = Loss.MeanSquaredError };
        Assert.That(() => EpochLoss(Model.Of(Linear()), options, data), Throws.TypeOf<ResearchException>().With.Message.Contains("leave no row to learn from"));
    }

    [Test]
    public void TargetWeights_WeighEachStep_ButNotTheDivisor()
    {
        Dataset data = Rows([1, 2, 3, 4], 2, new float[4], targetMask: [true, true, true, false], weights: [1, 0, 2, 9]);
        TrainingOptions still = new() { Epochs = 1, Loss = Loss.MeanAbsoluteError, Optimizer = new Sgd { LearningRate = 1e-30 } };
        Assert.That(EpochLoss(Model.Of(Linear()), still, data), Is.EqualTo((1 + 0 + 2 * 3) / 3.0));
        Assert.That(Evaluate(Metric.MeanAbsoluteError, Model.Of(Linear()), data), Is.EqualTo((1 + 2 + 3) / 3.0));
    }

    [Test]
    public void Predict_WithoutTargets_HasTheModelsShape_AndOtherTargetsAreRefused()
    {
        TrainingOptions options = new() { Loss = Loss.MeanSquaredError };
        ICompiledModel model = new ManagedEngine().Compile(Model.Of(Layers.Dense(2)), 1, options, Seeds);
        Predictions predictions = Evaluation.Predict(model, new Dataset { Description = "inputs", Samples = 2, Input = new() { TimeSteps = 3, Features = 1, Values = new float[6] } }, StatePolicy.Stateless, 32)[0];

        Assert.That((predictions.Count, predictions.Target.TimeSteps, predictions.Target.Width, predictions.Values.Length), Is.EqualTo((6, 3, 2, 12)));
        Assert.That(() => Evaluation.Predict(model, Rows([1, 2], 2, [1, 1]), StatePolicy.Stateless, 32), Throws.TypeOf<ResearchException>().With.Message.Contains("yields [2, 2] for each sample, the targets of 'rows' are [2, 1]"));
        Assert.That(() => model.PredictBatch(Whole(Rows([1, 2], 2, [1, 1])), model.CreateState(), new BatchOutputs(model.Graph, Rows([1, 2, 3], 3, [1, 1, 1]), 1)), Throws.TypeOf<ResearchException>().With.Message.Contains("expected room for [1, 2, 2] numbers of output 'output', got [1, 3, 2]"));
    }

    private static IEnumerable<Layer> LayersOf(bool masking, Lookup lookup, bool backwards, bool repeat, bool everyStep, bool classes)
    {
        if (masking) yield return Layers.Masking();
        if (lookup != Lookup.None) yield return Layers.Embedding(Symbols, 3, lookup == Lookup.MasksZero);
        yield return Layers.Recurrent(new SimpleRnnCell(3), returnSequences: everyStep && !repeat) with { GoBackwards = backwards };
        if (repeat) yield return Layers.RepeatVector(Repeats);
        if (repeat && !everyStep) yield return Layers.Recurrent(new SimpleRnnCell(2));
        yield return Layers.Dense(Width, classes ? Activation.Softmax : Activation.Linear);
    }

    private static double RowLoss(Loss loss, float[] values, TargetBlock target, int row)
    {
        if (target.Classes is { } classes) return -Math.Log(values[row * Width + classes[row]]);
        IEnumerable<double> sizes = Enumerable.Range(row * Width, Width).Select(i => Math.Abs((double)values[i] - target.Values![i]));
        return loss == Loss.MeanAbsoluteError ? sizes.Average() : sizes.Average(size => size * size);
    }

    private static DenseLayer Linear() => new(1) { UseBias = false };

    // A sample of so many steps after the other, one number and one target at each.
    private static Dataset Rows(float[] inputs, int steps, float[] targets, bool[]? mask = null, bool[]? targetMask = null, float[]? weights = null) => new()
    {
        Description = "rows",
        Samples = inputs.Length / steps,
        Input = new() { TimeSteps = steps, Features = 1, Values = inputs, Mask = mask },
        Target = new() { TimeSteps = steps, Width = 1, Values = targets, Mask = targetMask, Weights = weights },
    };

    private static double Evaluate(IMetric metric, Model description, Dataset data, float weight = 1)
    {
        TrainingOptions options = new() { Loss = Loss.MeanSquaredError };
        ICompiledModel model = Compile(description, options, weight);
        return metric.Evaluate(Evaluation.Predict(model, data, StatePolicy.Stateless, options.BatchSize)[0]);
    }

    private static double EpochLoss(Model description, TrainingOptions options, Dataset data)
    {
        ICompiledModel model = Compile(description, options, 1);
        return new TrainingRun(model, options, StatePolicy.Stateless, Seeds).Train(data).EpochLosses.Single();
    }

    // Linear multiplies by the weight; other layers start from their own.
    private static ICompiledModel Compile(Model description, TrainingOptions options, float weight)
    {
        ICompiledModel model = new ManagedEngine().Compile(description, 1, options, Seeds);
        if (model.Graph.Layers[^1] is { Layer: DenseLayer { Units: 1, UseBias: false }, Name: var name }) model.SetWeight(name + "/kernel", [weight]);
        return model;
    }

    private static Batch Whole(Dataset data)
    {
        Batch batch = new(data, data.Samples) { Rows = data.Samples };
        for (int i = 0; i < data.Samples; i++) (batch.Samples[i], batch.RowStates[i]) = (i, RowState.Reset);
        return batch;
    }
}
