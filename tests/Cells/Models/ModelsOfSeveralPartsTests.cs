using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Cells.Tests.Models.PlainWeights;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Models;

/// <summary>An encoder-decoder with teacher forcing, a model with two outputs and a residual stack, each against plain loops in double.</summary>
public sealed class ModelsOfSeveralPartsTests
{
    private static readonly Objective SquaredError = new() { Loss = Loss.MeanSquaredError };

    [Test]
    public void EncoderDecoder_WithTeacherForcing()
    {
        Model model = Model.Build(model =>
        {
            Flow reader = model.Add(Recurrent(new LstmCell(3)) with { Name = "reader" }, model.Input("question"));
            Flow before = model.Add(Embedding(5, 2), model.Input("before"));
            Flow writer = model.Add(Recurrent(new LstmCell(3), returnSequences: true) with { Name = "writer" }, before, startsFrom: reader);
            model.Output("answer", model.Add(Dense(5, Activation.Softmax), writer));
        });

        bool[] read = [true, true, true, true, true, false, true, false, false, true, true, true], asked = [.. Enumerable.Range(0, 16).Select(i => i % 5 != 2)];
        InputBlock question = PlainData.Numbers("question", 3, 2, read), before = PlainData.Symbols("before", 4, 5);
        Dataset data = new() { Description = "questions", Samples = PlainData.Samples, Inputs = [question, before], Target = PlainData.Classes("answer", 4, 5, asked) };
        ModelGraph graph = new PlainCheck(model, data, new Objective(), (weights, sample, _) =>
        {
            PlainRun reader = weights.Lstm("reader", question.Rows(sample), mask: question.MaskOf(sample));
            double[][] symbols = [.. before.Rows(sample).Select(row => weights.Lookup("embedding_1", row[0], 2))];
            return [[.. weights.Lstm("writer", symbols, reader).Outputs.Select(row => Softmax(weights.Dense("dense_1", row)))]];
        }).Run();

        Assert.That(graph.Inputs.Select(input => input.Name), Is.EqualTo((string[])["question", "before"]));
        Assert.That(graph.Output("answer").Node.Shape, Is.EqualTo("[batch, steps of 'before', 5]"));
    }

    [Test]
    public void TwoOutputs_EachWithItsLossAndWeight()
    {
        Model model = Model.Build(model =>
        {
            Flow steps = model.Add(Recurrent(new SimpleRnnCell(4), returnSequences: true), model.Input());
            model.Output("next", model.Add(Dense(3, Activation.Softmax), steps));
            model.Output("mean", model.Add(Dense(2), model.Last(steps)));
            model.Output("ends", model.Add(Dense(1, Activation.Sigmoid), steps));
        });
        Objective objective = new()
        {
            Losses = [new("mean", Loss.MeanSquaredError) { Weight = 0.25 }, new("ends", Loss.BinaryCrossEntropy) { Weight = 3 }],
        };

        InputBlock input = PlainData.Numbers("input", 3, 2);
        Dataset data = new()
        {
            Description = "two targets",
            Samples = PlainData.Samples,
            Input = input,
            Targets =
            [
                PlainData.Values("mean", 1, 2),
                new() { Name = "ends", TimeSteps = 3, Width = 1, Values = [0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 1] },
                PlainData.Classes("next", 3, 3, weights: [.. Enumerable.Range(0, 12).Select(i => i % 4 * 0.5f)]),
            ],
        };
        new PlainCheck(model, data, objective, (weights, sample, _) =>
        {
            double[][] steps = weights.Simple("simple_rnn_1", input.Rows(sample));
            return
            [
                [.. steps.Select(row => Softmax(weights.Dense("dense_1", row)))],
                [weights.Dense("dense_2", steps[^1])],
                [.. steps.Select(row => new[] { Sigmoid(weights.Dense("dense_3", row)[0]) })],
            ];
        }).Run();
    }

    [Test]
    public void ResidualStack_OfThreeLayers()
    {
        Model model = Model.Of(
            Dense(3),
            Residual(Recurrent(new SimpleRnnCell(3), returnSequences: true)),
            Residual(LayerNormalization(), Recurrent(new LstmCell(3), returnSequences: true)),
            Residual(LayerNormalization(), Dense(6, Activation.Tanh), Dense(3)),
            LastStep(),
            Dense(1));

        InputBlock input = PlainData.Numbers("input", 4, 2);
        new PlainCheck(model, PlainData.Of(input, PlainData.Values("output", 1, 1)), SquaredError, (weights, sample, _) =>
        {
            double[][] x = [.. input.Rows(sample).Select(row => weights.Dense("dense_1", row))];
            x = [.. x.Zip(weights.Simple("residual_1/simple_rnn_1", x), Plus)];
            double[][] normal = [.. x.Select(row => weights.LayerNormalization("residual_2/layer_normalization_1", row))];
            x = [.. x.Zip(weights.Lstm("residual_2/lstm_1", normal).Outputs, Plus)];
            double[] last = weights.LayerNormalization("residual_3/layer_normalization_1", x[^1]);
            double[] inner = [.. weights.Dense("residual_3/dense_1", last).Select(Math.Tanh)];
            return [[weights.Dense("dense_2", Plus(x[^1], weights.Dense("residual_3/dense_2", inner)))]];
        }).Run();
    }
}
