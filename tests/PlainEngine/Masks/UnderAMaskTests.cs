using Research.Cells;
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
using Research.Plain.Engine;
using static Research.Framework.Equations.Functions;
using static Research.Framework.Models.Layers;

namespace Research.Plain.Masks;

/// <summary>Under a mask nothing is judged: whatever stands there, training, predicting and evaluating give the bits that zeros give.</summary>
public sealed class UnderAMaskTests
{
    private const int Samples = 7, Steps = 4;

    private static readonly Seeds Seeds = new(6);

    // The third sample is nothing but padding, and with batches of 2 so is the last batch.
    private static readonly bool[] Real =
    [
        true, true, true, true, true, true, false, false, false, false, false, false,
        false, true, true, false, true, false, true, true, false, false, true, true, false, false, false, false,
    ];

    private static readonly IEngine[] Engines = [new ManagedEngine(), new PlainEngine()];

    private static readonly float[] Numbers = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -1, 3e38f, -3e38f, 0.5f];

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["dense"] = new(Model.Of(Dense(2)), Loss.MeanSquaredError),
        ["two dense"] = new(Model.Of(Dense(3, Activation.Tanh), Dense(2)), Loss.MeanAbsoluteError),
        ["relu"] = new(Model.Of(Dense(4, Activation.Relu), Dense(3, Activation.Relu), Dense(2)), Loss.MeanSquaredError),
        ["lstm"] = new(Model.Of(Recurrent(new LstmCell(3), returnSequences: true), Dense(2)), Loss.MeanSquaredError),
        ["lstm by hand"] = new(Model.Of(Recurrent(new HandRolledLstmCell(3), returnSequences: true), Dense(2)), Loss.Huber()),
        ["backwards"] = new(Model.Of(Recurrent(new GruCell(3), returnSequences: true) with { GoBackwards = true, ZeroOutputForMask = true }, Dense(2)), Loss.MeanSquaredError) { CountsBackwards = true },
        ["both ways"] = new(Model.Of(Bidirectional(new LstmCell(2), new GruCell(2), returnSequences: true), Dense(2, Activation.Sigmoid)), Loss.BinaryCrossEntropy),
        ["last step"] = new(Model.Of(Recurrent(new LstmCell(3)), Dense(2)), Loss.MeanSquaredError) { TargetSteps = 1 },
        ["last step of classes"] = new(Model.Of(Recurrent(new SimpleRnnCell(3)), Dense(2, Activation.Softmax)), Loss.CategoricalCrossEntropy) { TargetSteps = 1, HasClasses = true },
        ["every step's class"] = new(Model.Of(Recurrent(new GruCell(3), returnSequences: true), Dense(2, Activation.Softmax)), Loss.SparseCategoricalCrossEntropy) { HasClasses = true },
        ["shares"] = new(Model.Of(Recurrent(new GruCell(3), returnSequences: true), Dense(2, Activation.Softmax)), Loss.CategoricalCrossEntropy),
        ["dropout"] = new(Model.Of(Dropout(0.3), Recurrent(new LstmCell(3), returnSequences: true) with { Dropout = 0.2, RecurrentDropout = 0.2 }, Dense(2)), Loss.MeanSquaredError),
        ["residual and normalization"] = new(Model.Of(Residual(Dense(2, Activation.Tanh), LayerNormalization()), Recurrent(new LstmCell(3), returnSequences: true), Dense(2)), Loss.MeanSquaredError),
        ["own loss"] = new(Model.Of(Recurrent(new LstmCell(3), returnSequences: true), Dense(2)), new FunctionLoss("log_cosh", (output, target, weight) => weight * Mean(Softplus(2 * (output - target)) - (output - target)))),
        ["symbols"] = new(Model.Of(Embedding(5, 3), Recurrent(new LstmCell(3), returnSequences: true), Dense(2, Activation.Softmax)), Loss.CategoricalCrossEntropy) { HasSymbols = true, HasClasses = true },
        ["symbols, last step"] = new(Model.Of(Embedding(5, 3, maskZero: true), Recurrent(new GruCell(3)), Dense(2, Activation.Softmax)), Loss.CategoricalCrossEntropy) { HasSymbols = true, HasClasses = true, TargetSteps = 1 },
    };

    private static IEnumerable<TestCaseData> CasesAndEngines() =>
        from known in Cases from engine in Engines select new TestCaseData(known.Value, engine).SetArgDisplayNames(known.Key, engine.Name);

    [TestCaseSource(nameof(CasesAndEngines))]
    public void InputsMask(Case known, IEngine engine) => Same(known, engine, (random, isJunk) => Data(known, random, isJunk, inputMask: true, targetMask: false));

    [TestCaseSource(nameof(CasesAndEngines))]
    public void TargetsMask(Case known, IEngine engine) => Same(known, engine, (random, isJunk) => Data(known, random, isJunk, inputMask: false, targetMask: true));

    [TestCaseSource(nameof(CasesAndEngines))]
    public void BothMasks(Case known, IEngine engine) => Same(known, engine, (random, isJunk) => Data(known, random, isJunk, inputMask: true, targetMask: true));

    // What weighs nothing is not learnt, but as metrics do not weigh, it must be a target.
    [TestCaseSource(nameof(CasesAndEngines))]
    public void WeightOfZero(Case known, IEngine engine)
    {
        Dataset zeros = Weighted(known, isOther: false), others = Weighted(known, isOther: true);
        Trained expected = Train(known, engine, zeros, StatePolicy.Stateless), actual = Train(known, engine, others, StatePolicy.Stateless);
        Assert.That(actual.Losses, Is.EqualTo(expected.Losses));
        Assert.That(actual.Weights, Is.EqualTo(expected.Weights));
        Assert.That(Train(known, engine, others, StatePolicy.Never).Weights, Is.EqualTo(Train(known, engine, zeros, StatePolicy.Never).Weights));
    }

    // Adam's moments would move weights without a gradient, too.
    [TestCaseSource(nameof(CasesAndEngines))]
    public void BatchWithoutARow_IsNoUpdate_AndTheEpochGoesOn(Case known, IEngine engine)
    {
        Dataset data = Data(known, Seeds.Stream("data"), isJunk: true, inputMask: false, targetMask: true, first: 2);
        ICompiledModel model = engine.Compile(known.Model.Graph(data), Objective(known), Seeds);
        RecurrentState state = model.CreateState();
        Assert.That(model.TrainBatch(Batch(data, 2, 3), state).Rows, Is.GreaterThan(0));
        float[][] before = Weights(model);
        BatchLosses losses = new(model.Graph, model.Objective);
        model.TrainBatch(Batch(data, 0, 1), state, losses);
        Assert.That(losses.IsFinite);
        Assert.That((losses.Total, losses.Rows[0]), Is.EqualTo((0.0, 0)));
        Assert.That(Weights(model), Is.EqualTo(before));

        TrainingOptions options = Options(known) with { Epochs = 1, Shuffle = false };
        Trained whole = Train(known, engine, data, StatePolicy.Stateless, options), part = Train(known, engine, data.Part(2, Samples - 2), StatePolicy.Stateless, options);
        if (known.HasDropout) return; // its stream goes on with each batch
        Assert.That(whole.Steps, Is.EqualTo(part.Steps + 1));
        Assert.That(whole.Losses, Is.EqualTo(part.Losses).Within(1e-15));
        Assert.That(whole.Weights, Is.EqualTo(part.Weights));
    }

    private static void Same(Case known, IEngine engine, Func<Random, bool, Dataset> make)
    {
        Dataset zeros = make(Seeds.Stream("data"), false), junk = make(Seeds.Stream("data"), true);
        foreach (IStatePolicy state in new[] { StatePolicy.Stateless, StatePolicy.Never })
        {
            Trained expected = Train(known, engine, zeros, state), actual = Train(known, engine, junk, state);
            Assert.That(actual.Losses, Is.EqualTo(expected.Losses).And.All.GreaterThan(0));
            Assert.That(actual.Weights, Is.EqualTo(expected.Weights));
            Assert.That(actual.Figures, Is.EqualTo(expected.Figures).And.All.Not.NaN);
            Assert.That(actual.Predictions, Is.EqualTo(expected.Predictions).And.Not.Empty);
        }
    }

    private static Trained Train(Case known, IEngine engine, Dataset data, IStatePolicy state, TrainingOptions? given = null)
    {
        TrainingOptions options = given ?? Options(known) with { Shuffle = !state.CarriesBetweenBatches };
        using ICompiledModel model = engine.Compile(known.Model.Graph(data), options.Objective, Seeds);
        TrainingSummary summary = new TrainingRun(model, options, state, Seeds) { Validation = data, Metrics = Metrics(known) }.Train(data);
        Predictions predictions = Evaluation.Predict(model, data, state, 3)[0];
        int width = predictions.Target.Width;
        return new Trained(
            [.. summary.EpochLosses],
            summary.Steps,
            Weights(model),
            [.. Evaluation.Evaluate(model, data, state, 3, Metrics(known)).Select(figure => figure.Value), .. summary.Curve("validation/loss")],
            [.. Enumerable.Range(0, predictions.Count).Where(predictions.Counts).SelectMany(row => predictions.Values.AsSpan(row * width, width).ToArray())]);
    }

    private static IReadOnlyList<IMetric> Metrics(Case known) => known.HasClasses ? [Metric.Accuracy, Metric.CrossEntropy] : [Metric.MeanAbsoluteError, Metric.RootMeanSquaredError];

    private static TrainingOptions Options(Case known) => new()
    {
        Epochs = 2,
        BatchSize = 2,
        Loss = known.Loss,
        Optimizer = new Adam { LearningRate = 0.01, GlobalClipNorm = 0.5 },
    };

    private static Objective Objective(Case known) => Options(known).Objective;

    private static float[][] Weights(ICompiledModel model) => [.. model.Graph.Weights.Select(weight => model.GetWeight(weight.Name))];

    private static Batch Batch(Dataset data, params int[] samples)
    {
        Batch batch = new(data, samples.Length) { Rows = samples.Length };
        samples.CopyTo(batch.Samples, 0);
        return batch;
    }

    // Of a target mask, the first samples may have no row that counts.
    private static Dataset Data(Case known, Random random, bool isJunk, bool inputMask, bool targetMask, int first = 0)
    {
        int features = known.HasSymbols ? 1 : 2, steps = known.TargetSteps, rows = Samples * steps;
        bool[] judged = [.. Enumerable.Range(0, rows).Select(row => row >= first * steps && (steps > 1 ? !Real[row] || row % 3 == 0 : row % 3 != 1))];
        float[] inputs = [.. Enumerable.Range(0, Samples * Steps * features).Select(_ => known.HasSymbols ? random.Next(1, 5) : random.NextSingle())];
        float[] values = [.. Enumerable.Range(0, rows * 2).Select(_ => random.NextSingle())];
        int[] classes = [.. Enumerable.Range(0, rows).Select(_ => random.Next(2))];
        float[] weights = [.. Enumerable.Range(0, rows).Select(_ => random.NextSingle() + 0.5f)];
        int next = 0;
        for (int i = 0; inputMask && i < inputs.Length; i++)
        {
            if (!Real[i / features]) inputs[i] = isJunk ? Numbers[next++ % Numbers.Length] : 0;
        }

        // A step that an input masks is not judged either, where each has a target; turned around it is another one.
        bool hides = inputMask && steps == Steps && !known.CountsBackwards;
        for (int row = 0; row < rows; row++)
        {
            if (!(hides && !Real[row]) && !(targetMask && !judged[row])) continue;
            classes[row] = isJunk ? row % 2 == 0 ? -1 : 99 : 0;
            weights[row] = isJunk ? Numbers[next++ % Numbers.Length] : 1;
            for (int i = 0; i < 2; i++) values[2 * row + i] = isJunk ? Numbers[next++ % Numbers.Length] : 0;
        }

        return new Dataset
        {
            Description = "masked",
            Samples = Samples,
            Input = new() { TimeSteps = Steps, Features = features, Values = inputs, Mask = inputMask ? Real : null },
            Target = new() { TimeSteps = steps, Width = 2, Classes = known.HasClasses ? classes : null, Values = known.HasClasses ? null : values, Weights = weights, Mask = targetMask ? judged : null },
        };
    }

    private static Dataset Weighted(Case known, bool isOther)
    {
        Dataset data = Data(known, Seeds.Stream("data"), isJunk: false, inputMask: true, targetMask: false);
        float[] weights = [.. data.Target.Weights!.Select((weight, row) => row % 3 == 1 ? 0 : weight)];
        return new Dataset
        {
            Description = "weighted",
            Samples = Samples,
            Input = data.Input,
            Target = new()
            {
                TimeSteps = data.Target.TimeSteps,
                Width = 2,
                Classes = data.Target.Classes?.Select((known, row) => isOther && row % 3 == 1 ? 1 - known : known).ToArray(),
                Values = data.Target.Values?.Select((known, i) => isOther && i / 2 % 3 == 1 ? 1 - known : known).ToArray(),
                Weights = weights,
            },
        };
    }

    public sealed record Case(Model Model, Loss Loss)
    {
        public int TargetSteps { get; init; } = Steps;

        public bool HasClasses { get; init; }

        public bool HasSymbols { get; init; }

        public bool CountsBackwards { get; init; }

        public bool HasDropout => Model.Layers(new() { Description = "shape", Samples = 1, Input = new() { TimeSteps = 1, Features = HasSymbols ? 1 : 2, Values = [0, 0] } }).Any(layer => layer.Layer is DropoutLayer);
    }

    private sealed record Trained(double[] Losses, long Steps, float[][] Weights, double[] Figures, float[] Predictions);
}
