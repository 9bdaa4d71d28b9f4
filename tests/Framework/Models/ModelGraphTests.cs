using Research.Framework.Equations;
using Research.Framework.Models;
using static Research.Framework.Models.Layers;

namespace Research.Framework.Tests.Models;

public class ModelGraphTests
{
    private static readonly Model Translator = Model.Build(model =>
    {
        Flow reader = model.Add(Recurrent(Cell(4)) with { Name = "reader", Dropout = 0.25 }, model.Add(Embedding(7, 3, maskZero: true), model.Input("source")));
        Flow writer = model.Add(Recurrent(Cell(4), returnSequences: true) with { Name = "writer" }, model.Add(Dropout(0.1), model.Input("before")), startsFrom: reader);
        Flow both = model.Join(Concatenate(), writer, model.RepeatTo(reader, like: writer));
        model.Output("word", model.Add(Residual(LayerNormalization(), Dense(8)), both));
        model.Output("length", model.Add(Dense(1), reader));
    });

    private static readonly InputShape[] Shapes = [new("source", 1), new("before", 2)];

    [Test]
    public void Text_IsALineForEachPrimitive() => Assert.That(Translator.Graph(Shapes).ToString(), Is.EqualTo("""
        %0 source: input -> [batch, steps of 'source', 1]
        %1 embedding_1: lookup, 7 symbols, 0 is padding of %0 -> [batch, steps of 'source', 3]
        %2 reader: scan, state hidden[4], dropout 0.25 of %1 -> [batch, steps of 'source', 4]
        %3 reader: select last step of %2 -> [batch, 1, 4]
        %4 before: input -> [batch, steps of 'before', 2]
        %5 dropout_1: noise 0.1 of %4 -> [batch, steps of 'before', 2]
        %6 writer: scan, state hidden[4] from reader of %5 -> [batch, steps of 'before', 4]
        %7 model: repeat of %3 -> [batch, steps of 'before', 4]
        %8 concatenate_1: rows of %6, %7 -> [batch, steps of 'before', 8]
        %9 residual_1/layer_normalization_1: rows of %8 -> [batch, steps of 'before', 8]
        %10 residual_1/dense_1: rows of %9 -> [batch, steps of 'before', 8]
        %11 residual_1: rows of %8, %10 -> [batch, steps of 'before', 8]
        %12 dense_1: rows of %3 -> [batch, 1, 1]
        output 'word' = %11
        output 'length' = %12
        """.ReplaceLineEndings("\n")));

    [Test]
    public void BuiltTwice_IsTheSame()
    {
        ModelGraph first = Translator.Graph(Shapes), second = Translator.Graph(Shapes);
        Assert.That(second.ToString(), Is.EqualTo(first.ToString()));
        Assert.That(Text(second), Is.EqualTo(Text(first)));
        Assert.That(second.ParameterCount, Is.EqualTo(first.ParameterCount).And.EqualTo(7 * 3 + 3 * 4 + 2 * 4 + 8 + 8 + 8 * 8 + 8 + 4 + 1));

        static IEnumerable<string> Text(ModelGraph graph) => graph.Weights.Select(weight => $"{weight.Name} [{string.Join(", ", weight.Shape)}]");
    }

    [Test]
    public void WeightsAndLayers_AreInOrder()
    {
        ModelGraph graph = Translator.Graph(Shapes);
        Assert.That(graph.Weights.Select(weight => weight.Name), Is.EqualTo((string[])
        [
            "embedding_1/embeddings", "reader/kernel", "writer/kernel", "residual_1/layer_normalization_1/gamma", "residual_1/layer_normalization_1/beta",
            "residual_1/dense_1/kernel", "residual_1/dense_1/bias", "dense_1/kernel", "dense_1/bias",
        ]));
        Assert.That(graph.Layers.Select(layer => layer.Name), Is.EqualTo((string[])["embedding_1", "reader", "dropout_1", "writer", "concatenate_1", "residual_1", "dense_1"]));
        Assert.That(graph.Inputs.Select(input => input.Name), Is.EqualTo((string[])["source", "before"]));
        Assert.That(graph.Nodes.Select(node => node.Index), Is.EqualTo(Enumerable.Range(0, 13)));
        Assert.That(graph.Nodes.All(node => node.Inputs.All(input => input.Index < node.Index)), "what a node reads stands before it");
    }

    [Test]
    public void Lists_CannotBeChanged()
    {
        ModelGraph graph = Translator.Graph(Shapes);
        object[] lists = [graph.Nodes, graph.Inputs, graph.Outputs, graph.Layers, graph.Scans, graph.Weights];
        Assert.That(lists.Where(list => list is Array || list is System.Collections.IList { IsReadOnly: false }), Is.Empty);
    }

    [Test]
    public void Output_ThatThereIsNot_IsRefused() => Assert.That(
        () => Translator.Graph(Shapes).Output("words"), Throws.TypeOf<ResearchException>().With.Message.EqualTo("The model has no output 'words'; it has 'word', 'length'."));

    [Test]
    public void WithLayer_ReplacesOneOfTheModelsOwn()
    {
        ModelGraph graph = Translator.WithLayer(6, Dense(5).WithName("lengths")).Graph(Shapes);
        Assert.That((graph.Output("length").Node.Name, graph.Output("length").Node.Width), Is.EqualTo(("lengths", 5)));
        Assert.That(Translator.Graph(Shapes).Output("length").Node.Width, Is.EqualTo(1));
    }

    private static FunctionCell Cell(int units) => new("leaky", [new("hidden", units)], (cell, input, state) =>
    {
        Expr next = 0.5 * state["hidden"] + input.Dot(cell.Kernel("kernel", units));
        return new CellStep(next, [next]);
    });
}
