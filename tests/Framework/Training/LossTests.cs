using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Tests.Training;

public class LossTests
{
    // Keras 3.15.1's figures for each row of these predictions. Row 2 gives the right class a probability of 0, which is
    // clipped to 1e-7; row 3 does not sum to 1.
    private static readonly float[][] Targets = [[0, 1, 0], [1, 0, 0], [0, 0, 1]];
    private static readonly float[][] Predictions = [[0.1f, 0.8f, 0.1f], [0, 0.5f, 0.5f], [0.2f, 0.2f, 0.2f]];

    private static readonly Dictionary<string, double[]> Keras = new()
    {
        ["categorical_crossentropy"] = [0.223143533, 16.1180954, 1.09861231],
        ["sparse_categorical_crossentropy"] = [0.223143533, 16.1180954, 1.09861231],
        ["mean_squared_error"] = [0.0199999996, 0.5, 0.24000001],
        ["mean_absolute_error"] = [0.133333325, 0.666666687, 0.400000006],
        ["binary_crossentropy"] = [0.144621536, 5.83479691, 0.685241699],
        ["huber"] = [0.00999999978, 0.25, 0.120000005],
    };

    private static readonly Loss[] Differentiable = [.. Loss.All, Loss.Huber(0.3)];

    [TestCaseSource(typeof(Loss), nameof(Loss.All))]
    public void OneRow_KerasFigure(Loss loss)
    {
        for (int row = 0; row < 3; row++)
            Assert.That(LossOf(loss, [Predictions[row]], [Targets[row]]), Is.EqualTo(Keras[loss.Name][row]).Within(2e-7 * Keras[loss.Name][row] + 1e-8));
    }

    [TestCaseSource(typeof(Loss), nameof(Loss.All))]
    public void Batch_IsTheMean(Loss loss) =>
        Assert.That(LossOf(loss, Predictions, Targets), Is.EqualTo(Keras[loss.Name].Average()).Within(2e-6));

    [Test]
    public void Crossentropy_ClassesAndOneHotRows_AreTheSame()
    {
        double dense = LossOf(Loss.CategoricalCrossEntropy, Predictions, Targets);
        Assert.That(LossOf(Loss.CategoricalCrossEntropy, Predictions, Targets, asClasses: true), Is.EqualTo(dense));
    }

    [TestCaseSource(nameof(Differentiable))]
    public void Gradient_IsThatOfTheLoss(Loss loss)
    {
        // With a kernel of ones on the diagonal predictions are the inputs, and the kernel's gradient is x · (loss's gradient).
        float[] prediction = [0.3f, 0.4f, 0.6f], target = loss.Name == "sparse_categorical_crossentropy" ? [0, 1, 0] : [0.2f, 0.7f, 0.1f];
        const double Step = 1e-3;
        float[] gradient = GradientOf(loss, GivenPredictions.Unchanged, prediction, target, weight: 0.5f);
        for (int i = 0; i < 3; i++)
        {
            double Shifted(double by)
            {
                float[] shifted = [.. prediction];
                shifted[i] += (float)by;
                return 0.5 * LossOf(loss, [shifted], [target]);
            }

            double expected = (Shifted(Step) - Shifted(-Step)) / (2 * Step);
            Assert.That(gradient[i * 3 + i] / prediction[i], Is.EqualTo(expected).Within(1e-4 * Math.Max(1, Math.Abs(expected))), $"output {i}");
        }
    }

    [Test]
    public void Softmax_DenseTargets_GradientIsMassTimesPredictionLessTarget()
    {
        float[] x = [0.3f, -0.4f, 0.6f], target = [0.2f, 0.7f, 0.3f];
        double[] powers = [.. x.Select(value => Math.Exp(value))];
        float[] gradient = GradientOf(Loss.CategoricalCrossEntropy, Activation.Softmax, x, target, weight: 2);
        for (int i = 0; i < 3; i++)
            Assert.That(gradient[i], Is.EqualTo(x[0] * 2 * (1.2 * powers[i] / powers.Sum() - target[i])).Within(1e-6));
    }

    [Test]
    public void Softmax_OneHotAndClasses_Agree()
    {
        ICompiledModel dense = Compile(Loss.CategoricalCrossEntropy, Activation.Softmax), classes = Compile(Loss.CategoricalCrossEntropy, Activation.Softmax);
        double left = Train(dense, Data(Predictions, Targets)), right = Train(classes, Data(Predictions, Targets, asClasses: true));
        Assert.That(left, Is.EqualTo(right).Within(1e-6));
        Assert.That(dense.GetGradient("dense_1/kernel"), Is.EqualTo(classes.GetGradient("dense_1/kernel")).Within(1e-7f));
    }

    [TestCaseSource(typeof(Loss), nameof(Loss.All))]
    public void SampleWeights_ScaleEachLoss_ButNotTheDivisor(Loss loss)
    {
        float[] weights = [2, 0, 0.5f];
        double expected = Keras[loss.Name].Zip(weights, (figure, weight) => figure * weight).Sum() / 3;
        Assert.That(LossOf(loss, Predictions, Targets, weights: weights), Is.EqualTo(expected).Within(2e-6));
    }

    [TestCaseSource(typeof(Loss), nameof(Loss.All))]
    public void SampleWeights_Softmax_WeightTwoIsTheSampleTwice(Loss loss)
    {
        ICompiledModel weighted = Compile(loss, Activation.Softmax), twice = Compile(loss, Activation.Softmax);
        bool classes = loss == Loss.SparseCategoricalCrossEntropy;
        double left = Train(weighted, Data(Predictions, Targets, classes, [2, 1, 0]));
        double right = Train(twice, Data([Predictions[0], Predictions[0], Predictions[1]], [Targets[0], Targets[0], Targets[1]], classes));
        Assert.That(left, Is.EqualTo(right).Within(1e-6));
        Assert.That(weighted.GetGradient("dense_1/kernel"), Is.EqualTo(twice.GetGradient("dense_1/kernel")).Within(1e-6f));
    }

    [TestCaseSource(typeof(Loss), nameof(Loss.All))]
    public void MaskedSteps_WeighNothing(Loss loss)
    {
        Dataset Steps(float[][] x, float[][] y, bool[] mask, bool classes) => new()
        {
            Description = "steps",
            Samples = 1,
            Input = new() { TimeSteps = 3, Features = 3, Values = [.. x.SelectMany(row => row)], Mask = mask },
            Target = new()
            {
                TimeSteps = 3,
                Width = 3,
                Values = classes ? null : [.. y.SelectMany(row => row)],
                Classes = classes ? [.. y.Select(row => Array.IndexOf(row, row.Max()))] : null,
            },
        };
        bool byClass = loss == Loss.SparseCategoricalCrossEntropy;
        double masked = Train(Compile(loss, GivenPredictions.Unchanged), Steps(Predictions, Targets, [true, false, true], byClass));
        Assert.That(masked, Is.EqualTo((Keras[loss.Name][0] + Keras[loss.Name][2]) / 2).Within(1e-6));
    }

    [Test]
    public void TrainBatch_AllocatesNothing([ValueSource(typeof(Loss), nameof(Loss.All))] Loss loss, [Values] bool masked)
    {
        ICompiledModel model = Compile(loss, Activation.Sigmoid);
        RecurrentState state = model.CreateState();
        Batch batch = Whole(Data(Predictions, Targets, loss == Loss.SparseCategoricalCrossEntropy, [2, 1, 0.5f], masked ? [true, false, true] : null));
        BatchLosses losses = new(model.Graph, model.Objective);
        Assert.That(Allocations.Of(() => model.TrainBatch(batch, state, losses)), Is.Zero);
    }

    [Test]
    public void WeightRules_L2_AddsToTheReportedLossAndTheGradient()
    {
        TrainingOptions options = new() { Loss = Loss.MeanSquaredError, Optimizer = new Sgd(), WeightRules = [new() { Pattern = "*/kernel", L2 = 0.1 }] };
        ICompiledModel plain = Compile(Loss.MeanSquaredError, GivenPredictions.Unchanged), ruled = Compile(options, GivenPredictions.Unchanged);
        Dataset data = Data(Predictions, Targets);
        Assert.That(Train(ruled, data), Is.EqualTo(Train(plain, data) + 0.1 * 3).Within(1e-6));
        float[] expected = plain.GetGradient("dense_1/kernel");
        for (int i = 0; i < 9; i += 4) expected[i] += 0.2f;
        Assert.That(ruled.GetGradient("dense_1/kernel"), Is.EqualTo(expected).Within(1e-6f));
    }

    [Test]
    public void CrossEntropy_PredictionsThatAreNoProbabilities_AreRefused()
    {
        Assert.That(() => LossOf(Loss.CategoricalCrossEntropy, [[0.5f, -0.1f, 0.6f]], [Targets[0]]), Throws.TypeOf<ResearchException>().With.Message.Contains("softmax"));
        Assert.That(() => LossOf(Loss.CategoricalCrossEntropy, [[0, 0, 0]], [Targets[0]]), Throws.TypeOf<ResearchException>().With.Message.Contains("softmax"));
    }

    [Test]
    public void TargetsThatDoNotFit_AreRefused([Values] bool asClasses)
    {
        foreach (Loss loss in Loss.All.Where(loss => loss != Loss.CategoricalCrossEntropy && loss == Loss.SparseCategoricalCrossEntropy != asClasses))
            Assert.That(() => Train(Compile(loss, Activation.Softmax), Data(Predictions, Targets, asClasses)), Throws.TypeOf<ResearchException>().With.Message.Contains(loss.Name));
    }

    [Test]
    public void BinaryCrossEntropy_BeyondTheBounds_NoGradient()
    {
        float[] gradient = GradientOf(Loss.BinaryCrossEntropy, GivenPredictions.Unchanged, [1, 0.5f, 1e-8f], [0, 1, 1], weight: 1);
        Assert.That(new[] { gradient[0], gradient[8] }, Is.All.Zero);
        Assert.That(gradient[1], Is.EqualTo(-2 / 3f).Within(1e-6f));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(double.NaN)]
    public void Huber_DeltaOutOfRange_IsRefused(double delta) => Assert.That(() => Loss.Huber(delta), Throws.TypeOf<ResearchException>());

    [Test]
    public void SampleWeights_Unfit_AreFound()
    {
        foreach (float[] weights in (float[][])[[1, 1], [1, -1, 1], [1, float.NaN, 1], [1, float.PositiveInfinity, 1]])
            Assert.That(Data(Predictions, Targets, weights: weights).Validate, Throws.TypeOf<ResearchException>().With.Message.Contains("target weights"));
        Assert.That(Data(Predictions, Targets, weights: [0, 1, 2]).Validate, Throws.Nothing);
    }

    private static double LossOf(Loss loss, float[][] predictions, float[][] targets, bool asClasses = false, float[]? weights = null) =>
        Train(Compile(loss, GivenPredictions.Unchanged), Data(predictions, targets, asClasses || loss == Loss.SparseCategoricalCrossEntropy, weights));

    private static float[] GradientOf(Loss loss, Activation activation, float[] x, float[] target, float weight)
    {
        ICompiledModel model = Compile(loss, activation);
        Train(model, Data([x], [target], loss == Loss.SparseCategoricalCrossEntropy, [weight]));
        return model.GetGradient("dense_1/kernel");
    }

    private static ICompiledModel Compile(Loss loss, Activation activation) =>
        Compile(new TrainingOptions { Loss = loss, Optimizer = new Sgd() }, activation);

    private static ICompiledModel Compile(TrainingOptions options, Activation activation)
    {
        DenseLayer dense = new(3) { Activation = activation, UseBias = false };
        ICompiledModel model = new ManagedEngine().Compile(Model.Of(dense), 3, options, new Seeds(1));
        model.SetWeight("dense_1/kernel", [1, 0, 0, 0, 1, 0, 0, 0, 1]);
        return model;
    }

    private static double Train(ICompiledModel model, Dataset data) => model.TrainBatch(Whole(data), model.CreateState()).Loss;

    private static Batch Whole(Dataset data)
    {
        Batch batch = new(data, data.Samples) { Rows = data.Samples };
        for (int i = 0; i < data.Samples; i++) (batch.Samples[i], batch.RowStates[i]) = (i, RowState.Reset);
        return batch;
    }

    private static Dataset Data(float[][] inputs, float[][] targets, bool asClasses = false, float[]? weights = null, bool[]? mask = null) => new()
    {
        Description = "rows",
        Samples = inputs.Length,
        Input = new() { TimeSteps = 1, Features = 3, Values = [.. inputs.SelectMany(row => row)] },
        Target = new()
        {
            Width = 3,
            Values = asClasses ? null : [.. targets.SelectMany(row => row)],
            Classes = asClasses ? [.. targets.Select(row => Array.IndexOf(row, row.Max()))] : null,
            Weights = weights,
            Mask = mask,
        },
    };
}
