using System.Diagnostics;
using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Equations.Functions;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Objectives;

/// <summary>Cross-entropy of what is no probability is refused before anything runs, and that of all that is one is not.</summary>
public sealed class OutputRangeTests
{
    private const int Features = 3;

    private static IEnumerable<TestCaseData> Outputs()
    {
        yield return Refused("a linear layer", Dense(3));
        yield return Refused("a sum of linear layers", Residual(Dense(3), Residual(Dense(3))));
        yield return Refused("tanh", Dense(3, Activation.Tanh));
        yield return Refused("relu", Dense(3, Activation.Relu));
        yield return Refused("relu6", Dense(3, Activation.Relu6));
        yield return Refused("silu", Dense(3, Activation.Silu));
        yield return Refused("an LSTM", Recurrent(new LstmCell(3)));
        yield return Refused("a GRU", Recurrent(new GruCell(3)));
        yield return Refused("a GRU of Keras 1", Recurrent(new GruV1Cell(3)));
        yield return Refused("a simple recurrent network", Recurrent(new SimpleRnnCell(3)));
        yield return Refused("two directions", Bidirectional(new LstmCell(3), new GruCell(3), returnSequences: true));
        yield return Refused("a normalization", LayerNormalization());
        yield return Refused("an embedding", Own((model, x) => model.Lookup("", model.Map("first", x, (_, row) => row.Slice(0, 1)), 4, 3)));
        yield return Refused("a doubled sigmoid", Equation((scope, x) => 2 * Sigmoid(Score(scope, x))));
        yield return Refused("one and a sigmoid", Equation((scope, x) => 1 + Sigmoid(Score(scope, x))));
        yield return Refused("the negative of a sigmoid", Equation((scope, x) => -Sigmoid(Score(scope, x))));
        yield return Refused("a difference of sigmoids", Equation((scope, x) => Sigmoid(Score(scope, x)) - Sigmoid(Score(scope, x, "other"))));
        yield return Refused("a sum of sigmoids", Equation((scope, x) => Sigmoid(Score(scope, x)) + Sigmoid(Score(scope, x, "other"))));
        yield return Refused("1 less a tanh", Equation((scope, x) => 1 - Tanh(Score(scope, x))));
        yield return Refused("a squared score", Equation((scope, x) => Square(Score(scope, x))));
        yield return Refused("a sigmoid beside a linear layer", Equation((scope, x) => Concat(Sigmoid(Score(scope, x)), Score(scope, x, "other"))));
        yield return Refused("a softmax scaled up by dropout", Own((model, x) => model.Noise("", model.Add(Dense(3, Activation.Softmax), x), 0.5)));

        yield return Accepted("softmax", Dense(3, Activation.Softmax));
        yield return Accepted("sigmoid", Dense(3, Activation.Sigmoid));
        yield return Accepted("hard sigmoid", Dense(3, Activation.HardSigmoid));
        yield return Accepted("Keras 2's hard sigmoid", Dense(3, Activation.HardSigmoidKeras2));
        yield return Accepted("softmax by hand", Equation((scope, x) => Exp(Score(scope, x)) is var exp ? exp / Sum(exp) : x));
        yield return Accepted("1 less a sigmoid", Equation((scope, x) => 1 - Sigmoid(Score(scope, x))));
        yield return Accepted("a product of sigmoids", Equation((scope, x) => Sigmoid(Score(scope, x)) * Sigmoid(Score(scope, x, "other"))));
        yield return Accepted("a product of one sigmoid with what it lacks", Equation((scope, x) => Sigmoid(Score(scope, x)) is var p ? 4 * p * (1 - p) : x));
        yield return Accepted("tanh moved and scaled", Equation((scope, x) => 0.5 * Tanh(Score(scope, x)) + 0.5));
        yield return Accepted("a squared tanh", Equation((scope, x) => Square(Tanh(Score(scope, x)))));
        yield return Accepted("a gated mixture of two softmaxes", Equation((scope, x) =>
        {
            Expr gate = Sigmoid(Score(scope, x, "gate", 1));
            return gate * Softmax(Score(scope, x)) + (1 - gate) * Softmax(Score(scope, x, "other"));
        }));
        yield return Accepted("a mean of three sigmoids", Own((model, x) => model.Merge([.. Enumerable.Range(0, 3).Select(_ => model.Add(Dense(3, Activation.Sigmoid), x))], MergeMode.Average)));
        yield return Accepted("a GRU whose candidate is a sigmoid", Recurrent(new GruCell(3) { Activation = Activation.Sigmoid }));
        yield return Accepted("a recurrent softmax", Recurrent(new SimpleRnnCell(3) { Activation = Activation.Softmax }));
        yield return Accepted("two directions of sigmoids", Bidirectional(new SimpleRnnCell(3) { Activation = Activation.Sigmoid }, new SimpleRnnCell(3) { Activation = Activation.Sigmoid }));
        yield return Accepted("the last of several softmaxes, turned around", Own((model, x) => model.Reverse(model.Select(model.Add(Dense(3, Activation.Softmax), x), -2, 2))));
    }

    [TestCaseSource(nameof(Outputs))]
    public void CrossEntropy_OfAnOutput(Layer layer, bool refused)
    {
        foreach (Loss loss in new[] { Loss.CategoricalCrossEntropy, Loss.SparseCategoricalCrossEntropy, Loss.BinaryCrossEntropy })
        {
            ModelGraph graph = Model.Of(layer).Graph(Features);
            IReadOnlyList<Finding> findings = new Objective { Loss = loss }.Findings(graph);
            Assert.That(findings.Select(finding => (finding.Severity, finding.Subject)), Is.EqualTo(refused ? [(Severity.Error, "training.loss")] : Array.Empty<(Severity, string)>()), loss.Name);
            if (refused) Assert.That(findings[0].Message, Does.Contain($"the loss '{loss.Name}' needs probabilities, but what '{graph.Outputs[0].Node.Name}' yields may lie outside of 0 to 1"));
            Assert.That(() => new ManagedEngine().Compile(graph, new() { Loss = loss }, new Seeds(1)), refused ? Throws.TypeOf<ResearchException>() : Throws.Nothing);
        }

        Assert.That(new Objective { Loss = Loss.MeanSquaredError }.Findings(Model.Of(layer).Graph(Features)), Is.Empty);
    }

    [Test]
    public void CrossEntropy_OfOneClass_IsRefused()
    {
        Assert.That(Message(Loss.CategoricalCrossEntropy, Dense(1, Activation.Softmax)), Does.Contain("needs at least 2 classes, but 'dense_1' yields 1 number"));
        Assert.That(Message(Loss.SparseCategoricalCrossEntropy, Dense(1, Activation.Sigmoid)), Does.Contain("in 1 of 'sigmoid' with the loss 'binary_crossentropy'"));
        Assert.That(Message(Loss.BinaryCrossEntropy, Dense(1, Activation.Softmax)), Does.Contain("softmax over 1 unit, as in 'dense_1', is always 1"));
        Assert.That(new Objective { Loss = Loss.BinaryCrossEntropy }.Findings(Model.Of(Dense(1, Activation.Sigmoid)).Graph(Features)), Is.Empty);

        static string Message(Loss loss, Layer layer) => new Objective { Loss = loss }.Findings(Model.Of(layer).Graph(Features)).Single().Message;
    }

    [Test]
    public void SaturatingOutputOfACell_IsRefusedWhereOthersReadIt([Values] bool softmax, [Values] bool read, [Values] bool last)
    {
        Activation activation = softmax ? Activation.Softmax : Activation.Sigmoid;
        ModelGraph graph = Model.Build(model =>
        {
            Flow every = model.Add(Recurrent(new SimpleRnnCell(3) { Activation = activation }, returnSequences: true), model.Input());
            model.Output("output", last ? model.Last(every) : every);
            if (read) model.Output("next", model.Add(Dense(2, activation), every));
        }).Graph(Features);
        Objective objective = new() { Loss = softmax ? Loss.CategoricalCrossEntropy : Loss.BinaryCrossEntropy };
        Assert.That(objective.Findings(graph).Select(finding => finding.Message).ToArray(), read ? Has.Length.EqualTo(1).And.One.Contains("would lose its gradient where 'simple_rnn_1' saturates") : Is.Empty);
        Assert.That((objective with { Loss = Loss.MeanSquaredError }).Findings(graph), Is.Empty);
    }

    [Test]
    public void DeepModels_AreCheckedInNoTime()
    {
        Layer[] layers = [Dense(3), .. Enumerable.Range(0, 60).Select(_ => Residual(LayerNormalization(), Dense(3, Activation.Mish))), Dense(3, Activation.Softmax)];
        Stopwatch clock = Stopwatch.StartNew();
        Assert.That(new Objective().Findings(Model.Of(layers).Graph(Features)), Is.Empty);
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)), "each equation is looked at once");
    }

    private static TestCaseData Refused(string name, Layer layer) => new TestCaseData(layer, true).SetArgDisplayNames(name);

    private static TestCaseData Accepted(string name, Layer layer) => new TestCaseData(layer, false).SetArgDisplayNames(name);

    private static FunctionLayer Own(Func<ModelScope, Flow, Flow> build) => new("own", build);

    private static FunctionLayer Equation(Func<CellScope, Expr, Expr> equation) => Own((model, x) => model.Map("", x, equation));

    private static Expr Score(CellScope scope, Expr x, string name = "kernel", int columns = 3) => x.Dot(scope.Kernel(name, columns));
}
