using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using static Research.Cells.Tests.Models.PlainWeights;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Models;

/// <summary>Layers made of others and of primitives, the framework's and a user's own, against plain loops in double.</summary>
public sealed class ComposedLayerTests
{
    private static readonly Objective SquaredError = new() { Loss = Loss.MeanSquaredError };

    // The first sample is whole, the others end in padding.
    private static readonly bool[] Padded = [true, true, true, true, true, false, true, false, false, true, true, false];

    [Test]
    public void Residual_AddsWhatItsLayersMake([Values] bool masked)
    {
        InputBlock input = PlainData.Numbers("input", 3, 2, masked ? Padded : null);
        ModelGraph graph = Check(Model.Of(Residual(Recurrent(new SimpleRnnCell(2), returnSequences: true))), input, PlainData.Values("output", 3, 2), (weights, sample, _) =>
        {
            double[][] x = input.Rows(sample), f = weights.Simple("residual_1/simple_rnn_1", x, input.MaskOf(sample));
            return [.. x.Select((row, step) => input.MaskOf(sample)(step) ? Plus(row, f[step]) : null)];
        });
        Assert.That(graph.Weights.Select(weight => weight.Name), Is.EqualTo((string[])["residual_1/simple_rnn_1/kernel", "residual_1/simple_rnn_1/recurrent_kernel", "residual_1/simple_rnn_1/bias"]));
        Assert.That(graph.Layers.Select(layer => layer.Name), Is.EqualTo((string[])["residual_1"]));
    }

    [Test]
    public void Residual_InsideOfResidual_NamesEachLevel()
    {
        InputBlock input = PlainData.Numbers("input", 1, 2);
        Check(Model.Of(Residual(Dense(2, Activation.Tanh), Residual(Dense(2)) with { Name = "inner" })), input, PlainData.Values("output", 1, 2), (weights, sample, _) =>
        {
            double[] x = input.Rows(sample)[0], made = [.. weights.Dense("residual_1/dense_1", x).Select(Math.Tanh)];
            return [Plus(x, Plus(made, weights.Dense("residual_1/inner/dense_1", made)))];
        });
    }

    [Test]
    public void LayerNormalization_ByHand()
    {
        // Mean 3, variance 3.5 and an epsilon that makes it 4.
        ICompiledModel model = Compile(Model.Of(LayerNormalization() with { Epsilon = 0.5 }), 4, SquaredError);
        float[] Predicted() => model.PredictBatch(Whole(Row([1, 2, 3, 6])), model.CreateState())["output"].Values;
        Assert.That(Predicted(), Is.EqualTo(new[] { -1, -0.5f, 0, 1.5f }));
        model.SetWeight("layer_normalization_1/gamma", [1, 2, 3, 4]);
        model.SetWeight("layer_normalization_1/beta", [0, 0, 5, 0.5f]);
        Assert.That(Predicted(), Is.EqualTo(new[] { -1, -1, 5, 6.5f }));
    }

    [Test]
    public void LayerNormalization_EqualsLoops([Values] bool masked)
    {
        InputBlock input = PlainData.Numbers("input", 3, 4, masked ? Padded : null);
        ModelGraph graph = Check(Model.Of(Dense(5), LayerNormalization(), LayerNormalization() with { Epsilon = 0.1, Name = "second" }), input, PlainData.Values("output", 3, 5), (weights, sample, _) =>
            [.. input.Rows(sample).Select((row, step) => input.MaskOf(sample)(step)
                ? weights.LayerNormalization("second", weights.LayerNormalization("layer_normalization_1", weights.Dense("dense_1", row)), 0.1)
                : null)]);
        Assert.That(graph.Weights.Select(weight => $"{weight.Name} {weight.Initializer.Name}").Skip(2), Is.EqualTo(
            (string[])["layer_normalization_1/gamma ones", "layer_normalization_1/beta zeros", "second/gamma ones", "second/beta zeros"]));
    }

    [Test]
    public void Concatenate_PutsFlowsSideBySide_AndAStepCountsWhereItDoesInAll()
    {
        Model model = Model.Build(model =>
        {
            Flow words = model.Input("words"), tones = model.Input("tones");
            model.Output("output", model.Add(Dense(2), model.Join(Concatenate(), words, model.Add(Dense(1), tones), words)));
        });
        InputBlock words = PlainData.Numbers("words", 3, 2, Padded), tones = PlainData.Numbers("tones", 3, 3, [.. Enumerable.Range(0, 12).Select(i => i % 5 != 0)]);
        Dataset data = new() { Description = "words and tones", Samples = PlainData.Samples, Inputs = [words, tones], Target = PlainData.Values("output", 3, 2) };
        new PlainCheck(model, data, SquaredError, (weights, sample, _) =>
            [[.. words.Rows(sample).Zip(tones.Rows(sample)).Select((row, step) => words.MaskOf(sample)(step) && tones.MaskOf(sample)(step)
                ? weights.Dense("dense_2", [.. row.First, .. weights.Dense("dense_1", row.Second), .. row.First])
                : null)]]).Run();
    }

    [Test]
    public void Concatenate_OfASequencesLastStep_AndAnInputOfOneStep()
    {
        Model model = Model.Build(model =>
        {
            Flow text = model.Add(Recurrent(new SimpleRnnCell(3)), model.Input("text"));
            model.Output("output", model.Add(Dense(1), model.Join(Concatenate(), text, model.Input("age"))));
        });
        InputBlock text = PlainData.Numbers("text", 3, 2, Padded), age = PlainData.Numbers("age", 1, 1);
        Dataset data = new() { Description = "texts and ages", Samples = PlainData.Samples, Inputs = [text, age], Target = PlainData.Values("output", 1, 1) };
        new PlainCheck(model, data, SquaredError, (weights, sample, _) =>
            [[weights.Dense("dense_1", [.. weights.Simple("simple_rnn_1", text.Rows(sample), text.MaskOf(sample))[^1], .. age.Rows(sample)[0]])]]).Run();
    }

    [Test]
    public void LastStep_OfASequence_HoldsTheLastThatCounts()
    {
        InputBlock input = PlainData.Numbers("input", 3, 2, Padded);
        Check(Model.Of(Recurrent(new SimpleRnnCell(2)).ReturningSequences(), LastStep(), Dense(1)), input, PlainData.Values("output", 1, 1), (weights, sample, _) =>
            [weights.Dense("dense_1", weights.Simple("simple_rnn_1", input.Rows(sample), input.MaskOf(sample))[^1])]);
    }

    [Test]
    public void Bidirectional_WithDropout_DrawsOnceForEachDirection([Values] bool sequences, [Values(MergeMode.Concat, MergeMode.Sum, MergeMode.Multiply, MergeMode.Average, MergeMode.None)] MergeMode merge)
    {
        const double Rate = 0.4;
        InputBlock input = PlainData.Numbers("input", 3, 5);
        double[] forward = Masks("forward"), backward = Masks("backward");
        BidirectionalLayer layer = Bidirectional(new SimpleRnnCell(2), new SimpleRnnCell(2), sequences) with { Dropout = Rate, Merge = merge };
        int width = merge is MergeMode.Concat or MergeMode.None ? 4 : 2;
        ModelGraph graph = Check(Model.Of(layer), input, PlainData.Values("output", sequences ? 3 : 1, width), (weights, sample, training) =>
        {
            double[][] x = input.Rows(sample);
            double[][] there = weights.Simple("bidirectional_1/forward", x, inputMask: training ? forward[(sample * 5)..(sample * 5 + 5)] : null);
            double[][] back = weights.Simple("bidirectional_1/backward", [.. x.Reverse()], inputMask: training ? backward[(sample * 5)..(sample * 5 + 5)] : null);
            return sequences
                ? [.. there.Zip(back.Reverse(), (a, b) => Merged(merge, a, b))]
                : [Merged(merge, there[^1], back[^1])];
        });
        Assert.That(graph.Scans.Select(scan => (scan.Name, scan.InputDropout)), Is.EqualTo(new[] { ("bidirectional_1/forward", Rate), ("bidirectional_1/backward", Rate) }));

        // SplitMix64 with the key and the order that the engine documents: samples first, then features.
        static double[] Masks(string direction)
        {
            Random stream = PlainCheck.Seeds.Stream($"dropout/bidirectional_1/{direction}");
            ulong key = (ulong)stream.NextInt64(long.MinValue, long.MaxValue);
            return [.. Enumerable.Range(1, PlainData.Samples * 5).Select(position =>
            {
                ulong hash = key + (ulong)position * 0x9E3779B97F4A7C15UL;
                hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
                hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
                hash ^= hash >> 31;
                return hash >> 11 < (ulong)(Rate * (1UL << 53)) ? 0 : 1 / (1 - Rate);
            })];
        }
    }

    [Test]
    public void Bidirectional_MaskedSequences_AreZeroAndDoNotCount()
    {
        InputBlock input = PlainData.Numbers("input", 3, 2, Padded);
        Check(Model.Of(Bidirectional(new SimpleRnnCell(2), new SimpleRnnCell(3)).ReturningSequences()), input, PlainData.Values("output", 3, 5), (weights, sample, _) =>
        {
            double[][] x = input.Rows(sample), there = weights.Simple("bidirectional_1/forward", x, input.MaskOf(sample));
            double[][] back = weights.Simple("bidirectional_1/backward", [.. x.Reverse()], step => input.MaskOf(sample)(2 - step));
            return [.. there.Zip(back.Reverse()).Select((row, step) => input.MaskOf(sample)(step) ? Merged(MergeMode.Concat, row.First, row.Second) : null)];
        });
    }

    [Test]
    public void TwoOutputsOfOneFlow_EachHaveTheirGradient()
    {
        Model model = Model.Build(model =>
        {
            Flow made = model.Add(Dense(3, Activation.Softmax), model.Input());
            model.Output("classes", made);
            model.Output("shares", made);
        });
        Objective objective = new() { Losses = [new("shares", Loss.MeanSquaredError) { Weight = 2 }] };
        InputBlock input = PlainData.Numbers("input", 1, 2);
        Dataset data = new() { Description = "two targets", Samples = PlainData.Samples, Input = input, Targets = [PlainData.Classes("classes", 1, 3), PlainData.Values("shares", 1, 3)] };
        new PlainCheck(model, data, objective, (weights, sample, _) =>
        {
            double[] made = Softmax(weights.Dense("dense_1", input.Rows(sample)[0]));
            return [[made], [made]];
        }).Run();
    }

    [Test]
    public void OutputThatTheModelReads_HasBothGradients()
    {
        Model model = Model.Build(model =>
        {
            Flow first = model.Add(Dense(2, Activation.Sigmoid), model.Input());
            model.Output("first", first);
            model.Output("second", model.Add(Dense(1), model.Last(first)));
        });
        Objective objective = new() { Loss = Loss.MeanSquaredError, Losses = [new("first", Loss.BinaryCrossEntropy)] };
        InputBlock input = PlainData.Numbers("input", 2, 2);
        TargetBlock ones = new() { Name = "first", TimeSteps = 2, Width = 2, Values = [.. Enumerable.Range(0, 16).Select(i => i % 3 == 0 ? 1f : 0)] };
        Dataset data = new() { Description = "two targets", Samples = PlainData.Samples, Input = input, Targets = [ones, PlainData.Values("second", 1, 1)] };
        new PlainCheck(model, data, objective, (weights, sample, _) =>
        {
            double[][] first = [.. input.Rows(sample).Select(row => weights.Dense("dense_1", row).Select(PlainWeights.Sigmoid).ToArray())];
            return [first, [weights.Dense("dense_2", first[^1])]];
        }).Run();
    }

    [Test]
    public void SoftmaxOfABias_LearnsHowOftenEachClassComes()
    {
        Model model = Model.Build(model => model.Output("output", model.Map("prior", model.Input(), (scope, _) => Functions.Softmax(scope.Bias("logits", 3)))));
        InputBlock input = PlainData.Numbers("input", 1, 1);
        Check(model, input, PlainData.Classes("output", 1, 3), (weights, _, _) => [Softmax(weights["prior/logits"])], new Objective());
    }

    [Test]
    public void LayerOfAUsersOwn_EqualsLoops()
    {
        InputBlock input = PlainData.Numbers("input", 3, 3);
        ModelGraph graph = Check(Model.Of(new GatedSkipLayer(Recurrent(new SimpleRnnCell(3), returnSequences: true)), Dense(1)), input, PlainData.Values("output", 3, 1), (weights, sample, _) =>
        {
            double[][] x = input.Rows(sample), f = weights.Simple("gated_skip_1/simple_rnn_1", x);
            return [.. x.Select((row, step) =>
            {
                double[] gate = [.. weights.Dense("gated_skip_1/gate", row).Select(PlainWeights.Sigmoid)];
                return weights.Dense("dense_1", [.. gate.Select((g, i) => g * f[step][i] + (1 - g) * row[i])]);
            })];
        });
        Assert.That(graph.Weights.Select(weight => weight.Name), Does.Contain("gated_skip_1/gate/kernel"));
    }

    [Test]
    public void LayerOfAUsersOwn_Learns_AndItsInnerLayersMessagesNameIt()
    {
        TrainingOptions options = new() { Epochs = 150, BatchSize = 4, Loss = Loss.MeanSquaredError, Optimizer = new Adam { LearningRate = 0.02 } };
        InputBlock input = PlainData.Numbers("input", 3, 3);
        Dataset data = PlainData.Of(input, PlainData.Values("output", 1, 1));
        Model model = Model.Of(new GatedSkipLayer(Recurrent(new SimpleRnnCell(3)).ReturningSequences()), LastStep(), Dense(1));
        IReadOnlyList<double> losses = new TrainingRun(Compile(model, 3, options.Objective), options, StatePolicy.Stateless, PlainCheck.Seeds).Train(data).EpochLosses;
        Assert.That(losses[^1], Is.LessThan(losses[0] / 20));

        Assert.That(() => Model.Of(new GatedSkipLayer(Recurrent(new SimpleRnnCell(2)).ReturningSequences())).Graph(3), Throws.TypeOf<ShapeException>()
            .With.Message.Contains("'gated_skip_1/gate'").And.Message.Contains("[batch, 2]").And.Message.Contains("[batch, 3]"));
    }

    [Test]
    public void LayerOfAFunction_IsALayer()
    {
        FunctionLayer squeeze = new("squeeze", (model, x) => model.Chain([Dense(2, Activation.Tanh), Dense(x.Features)], x));
        InputBlock input = PlainData.Numbers("input", 1, 3);
        Check(Model.Of(squeeze, squeeze.WithName("again")), input, PlainData.Values("output", 1, 3), (weights, sample, _) =>
        {
            double[] Squeezed(string name, double[] x) => weights.Dense(name + "/dense_2", [.. weights.Dense(name + "/dense_1", x).Select(Math.Tanh)]);
            return [Squeezed("again", Squeezed("squeeze_1", input.Rows(sample)[0]))];
        });
    }

    private static double[] Merged(MergeMode mode, double[] left, double[] right) => mode switch
    {
        MergeMode.Sum => Plus(left, right),
        MergeMode.Multiply => Times(left, right),
        MergeMode.Average => [.. Plus(left, right).Select(value => value / 2)],
        _ => [.. left, .. right],
    };

    private static ModelGraph Check(Model model, InputBlock input, TargetBlock target, Func<PlainWeights, int, bool, double[]?[]> plain, Objective? objective = null) =>
        new PlainCheck(model, PlainData.Of(input, target), objective ?? SquaredError, (weights, sample, training) => [plain(weights, sample, training)]).Run();

    private static ICompiledModel Compile(Model model, int features, Objective objective) =>
        new ManagedEngine().Compile(model.Graph(features), objective, PlainCheck.Seeds);

    private static Dataset Row(float[] values) => new() { Description = "a row", Samples = 1, Input = new() { TimeSteps = 1, Features = values.Length, Values = values } };

    private static Batch Whole(Dataset data) => Conformance.EngineRun.Batch(data);
}
