using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Models;
using static Research.Framework.Models.Layers;

namespace Research.Framework.Tests.Models;

/// <summary>What cannot be built is refused as it is added, with layer, primitive and shapes.</summary>
public class ModelScopeTests
{
    private static readonly Flow OfAnother = Kept(model => model.Input());

    /// <summary>Each wrong use over an input of 3 features, and what its message says.</summary>
    private static IEnumerable<TestCaseData> Misuses()
    {
        // Flows of another model.
        yield return Case("add", m => m.Add(Dense(2), OfAnother), "Model: dense_1 is given a flow of another model");
        yield return Case("join", m => m.Join(Concatenate(), m.Input(), OfAnother), "Model: concatenate_1 is given a flow of another model");
        yield return Case("map", m => m.Map("", OfAnother, (_, x) => x), "Model: rows is given a flow of another model");
        yield return Case("scan", m => m.Scan("", Cell(2), OfAnother), "Model: scan is given a flow of another model");
        yield return Case("repeat to", m => m.RepeatTo(m.Last(m.Input()), OfAnother), "Model: repeat is given a flow of another model");
        yield return Case("starts from", m => m.Add(Recurrent(Cell(3)), m.Input(), OfAnother), "Model: leaky_1 is given a flow of another model");
        yield return Case("scan starts from", m => m.Scan("own", Cell(3), m.Input(), new() { StartsFrom = OfAnother }), "Model: own is given a flow of another model");
        yield return Case("layer's result", m => m.Add(new FunctionLayer("lost", (_, _) => OfAnother), m.Input()), "Model: layer 'lost_1' is given a flow of another model");
        yield return Case("layer without result", m => m.Add(new FunctionLayer("empty", (_, _) => null!), m.Input()), "Layer 'empty_1' built nothing");
        yield return Output("output of another", m => m.Output("other", OfAnother), "Model: output 'other' is given a flow of another model");

        // Names.
        yield return Case("two layers", m => m.Add(Dense(2).WithName("head"), m.Add(Dense(2).WithName("head"), m.Input())), "Two layers are called 'head'");
        yield return Case("two inner layers", m => m.Add(Residual(Dense(3).WithName("f"), Dense(3).WithName("f")), m.Input()), "Two layers are called 'f'");
        yield return Case("two parts", m => m.Map("gate", m.Map("gate", m.Input(), Weighted), Weighted), "Two parts of the model are called 'gate'");
        yield return Case("part and layer", m => m.Map("dense_1", m.Add(Dense(3), m.Input()), Weighted), "Two parts of the model are called 'dense_1'");
        yield return Case("part and inner layer", m => m.Map("residual_1/dense_1", m.Add(Residual(Dense(3)), m.Input()), Weighted), "Two parts of the model are called 'residual_1/dense_1'");
        yield return Output("two outputs", m => m.Output("output", m.Input()), "Two outputs are called 'output'");
        yield return Output("no output name", m => m.Output(" ", m.Input()), "An output needs a name");
        foreach (string name in (string[])["optimizer", "stream", "state", "training"])
        {
            yield return Case("reserved layer " + name, m => m.Add(Dense(2).WithName(name), m.Input()), $"Layer 1: nothing can be called '{name}', as checkpoints need 'optimizer', 'stream', 'state', 'training'");
            yield return Case("reserved part " + name, m => m.Map(name + "/gate", m.Input(), Weighted), $"Model: nothing can be called '{name}'");
        }

        foreach (string name in (string[])["@gate", "a//b", "/a", "a/", " "])
            yield return Case("part " + name, m => m.Map(name, m.Input(), Weighted), $"Model: expected a name not beginning with @, with no part between / left empty, got '{name}'");
        yield return Case("inner part", m => m.Add(new FunctionLayer("own", (inner, x) => inner.Noise("@noise", x, 0.1)), m.Input()), "Layer 'own_1': expected a name not beginning with @");
        yield return Case("layer's kind", m => m.Add(new FunctionLayer(" ", (_, x) => x), m.Input()), "needs a kind");

        // Inputs and outputs.
        yield return Case("no such input", m => m.Input("text"), "reads an input 'text'; the data have 'input'");
        yield return Case("input in a layer", m => m.Add(new FunctionLayer("own", (inner, _) => inner.Input()), m.Input()), "Layer 'own_1': Input 'input': inputs and outputs belong to the model");
        yield return Case("output in a layer", m => m.Add(new FunctionLayer("own", (inner, x) => Also(x, () => inner.Output("x", x))), m.Input()), "Layer 'own_1': Output 'x': inputs and outputs belong to the model");
        yield return Case("idle layer", m => Also(m.Input(), () => m.Add(Dense(2), m.Input())), "'dense_1' (rows) leads to no output");
        yield return Case("unknown layer", m => m.OutputOf("encoder"), "Model: no layer before it is called 'encoder'; there are none");

        // Shapes.
        yield return Case("residual of another width", m => m.Add(Residual(Dense(4)), m.Input()), "Layer 'residual_1': merge mode sum over [batch, steps of 'input', 3] and [batch, steps of 'input', 4]: the widths must be equal");
        yield return Case("residual of the last step", m => m.Add(Residual(Recurrent(Cell(3))), m.Input()), "Layer 'residual_1': rows over [batch, steps of 'input', 3] and [batch, 1, 3]: the flows must have equally many time steps");
        yield return Case("rows of several numbers of steps", m => m.Merge([m.Select(m.Input(), 0, 2), m.Select(m.Input(), 0, 3)], MergeMode.Concat), "Model: rows over [batch, 2, 3] and [batch, 3, 3]: the flows must have equally many time steps");
        yield return Case("dot", m => m.Add(new FunctionLayer("own", (inner, x) => inner.Map("", x, (scope, row) => row.Dot(scope.Weight("w", 4, 5, Initializers.Zeros)))), m.Input()), "Layer 'own_1': Dot on [batch, 3] and [4, 5]");
        yield return Case("no flows", m => m.Rows("", [], (_, x) => x[0]), "Model: rows need at least one flow to read, got none");
        yield return Case("no flows to merge", m => m.Merge([], MergeMode.Sum), "Model: rows need at least one flow to read, got none");
        yield return Case("no flows to join", m => m.Join(Concatenate()), "Model: a joining layer reads at least one flow, got none");
        yield return Case("no merge mode", m => m.Merge([m.Input()], (MergeMode)9), "Model: expected a merge mode of Concat, Sum, Multiply, Average, None, got 9");
        yield return Case("merged widths", m => m.Merge([m.Input(), m.Add(Dense(2), m.Input())], MergeMode.Multiply), "Model: merge mode multiply over [batch, steps of 'input', 3] and [batch, steps of 'input', 2]");
        yield return Case("lookup", m => m.Add(Embedding(5, 2), m.Input()), "Layer 'embedding_1': an embedding reads one symbol per time step, got 3 features, [batch, steps of 'input', 3]");
        yield return Case("lookup of more than floats tell apart", m => m.Lookup("words", m.Map("", m.Input(), (_, x) => x.Slice(0, 1)), 16_777_217, 1), "Layer 'words': lookup: expected at most 16777216 symbols, got 16777217");
        yield return Case("lookup of nothing", m => m.Lookup("words", m.Map("", m.Input(), (_, x) => x.Slice(0, 1)), 0, 2), "Layer 'words': lookup: expected at least 1 symbol and width 1", "got [0, 2]");
        yield return Case("repeat", m => m.Repeat(m.Select(m.Input(), 0, 2), 4), "Model: repeats a single step, but gets a sequence of 2, [batch, 2, 3]");
        yield return Case("repeat never", m => m.Repeat(m.Last(m.Input()), 0), "Time steps: expected at least 1, got 0");
        yield return Case("select none", m => m.Select(m.Input(), 0, 0), "Model: select 0 from 0 of [batch, steps of 'input', 3]: expected steps that there are");
        yield return Case("select beyond the end", m => m.Select(m.Select(m.Input(), 0, 3), 2, 2), "Model: select 2 from 2 of [batch, 3, 3]");
        yield return Case("select before the start", m => m.Select(m.Select(m.Input(), 0, 3), -4, 1), "Model: select 1 from -4 of [batch, 3, 3]");
        yield return Case("select over the end", m => m.Select(m.Input(), -1, 2), "Model: select 2 from -1 of");
        yield return Case("select of the smallest number", m => m.Select(m.Input(), int.MinValue, 1), "Model: select 1 from -2147483648 of");
        yield return Case("mask of no number", m => m.Mask(m.Input(), float.NaN), "Model: mask: expected a finite value, got NaN");
        yield return Case("scan of the model's own last step", m => m.Add(Recurrent(Cell(2)), m.Last(m.Input())), "Layer 'leaky_1' reads a sequence, but gets a last step alone");
        yield return Case("streams of one name", m => m.Add(new FunctionLayer("mine", (scope, flow) => scope.Noise("recurrent", scope.Scan("", Cell(2), flow, new() { RecurrentDropout = 0.3 }), 0.3)), m.Input()), "Two parts of the model draw from the random stream 'dropout/mine_1/recurrent'");
        yield return Case("scan of a last step", m => m.Add(Recurrent(Cell(2)), m.Add(Dense(3), m.Add(Recurrent(Cell(2)).WithName("first"), m.Input()))), "Layer 'leaky_2' reads a sequence, but 'first' yields only its last step");
        yield return Case("residual of nothing", m => m.Add(Residual(), m.Input()), "Residual: expected at least one inner layer, got none");

        // Rates.
        foreach (double rate in (double[])[1, -0.1, double.NaN])
        {
            string got = FormattableString.Invariant($"expected a dropout rate of at least 0 and below 1, got {rate}");
            yield return Case($"noise {rate}", m => m.Noise("hiss", m.Input(), rate), "Layer 'hiss': " + got);
            yield return Case($"input dropout {rate}", m => m.Add(Recurrent(Cell(2)) with { Dropout = rate }, m.Input()), "Layer 'leaky_1': " + got);
            yield return Case($"recurrent dropout {rate}", m => m.Add(Bidirectional(Cell(2), Cell(2)) with { RecurrentDropout = rate }, m.Input()), "Layer 'bidirectional_1/forward': " + got);
        }

        // Where a state starts.
        yield return Case("layer without state", m => m.Add(Dense(2), m.Input(), m.Add(Recurrent(Cell(2)), m.Input())), "Layer 'dense_1' takes no state to start from");
        yield return Case("layer of two states", m => m.Add(Bidirectional(Cell(2), Cell(2)), m.Input(), m.Add(Recurrent(Cell(2)), m.Input())), "Layer 'bidirectional_1' takes no state to start from");
        yield return Case("two starts", m => m.Add(Recurrent(Cell(2)) with { InitialStateFrom = "first" }, m.Input(), m.Add(Recurrent(Cell(2)).WithName("first"), m.Input())), "Layer 'leaky_2' is given two states to start from");
        yield return Case("start without state", m => m.Add(Recurrent(Cell(2)), m.Input(), m.Add(Dense(2), m.Input())), "Layer 'leaky_1' starts from the state of 'dense_1', which has none");
        yield return Case("start of another width", m => m.Add(Recurrent(Cell(2)), m.Input(), m.Add(Recurrent(Cell(3)), m.Input())), "Layer 'leaky_2' starts from the state of 'leaky_1', but their states differ: [2] and [3] numbers per row");
        yield return Case("start that there is not", m => m.Add(Recurrent(Cell(2)) with { InitialStateFrom = "first" }, m.Input()), "Layer 'leaky_1': no layer before it is called 'first'; there are none");

        // What no layer may follow.
        yield return Case("after a merge mode of none", m => m.Add(Dense(2), m.Add(Bidirectional(Cell(2), Cell(2)) with { Merge = MergeMode.None }, m.Input())), "Layer 'bidirectional_1' keeps its directions apart");
        yield return Case("after a merge mode of none, by name", m => m.Add(Dense(2), Also(m, () => m.Add(Bidirectional(Cell(2), Cell(2)) with { Merge = MergeMode.None }, m.Input())).OutputOf("bidirectional_1")), "Layer 'bidirectional_1' keeps its directions apart");
    }

    [TestCaseSource(nameof(Misuses))]
    public void WhatCannotBeBuilt_IsRefused(Action<ModelScope> build, string[] says)
    {
        ResearchException refusal = Assert.Catch<ResearchException>(() => Model.Build(build).Graph(3))!;
        foreach (string part in says) Assert.That(refusal.Message, Does.Contain(part));
    }

    [Test]
    public void ModelWithoutOutput_IsRefused() => Assert.That(
        () => Model.Build(model => model.Input()).Graph(1), Throws.TypeOf<ResearchException>().With.Message.StartsWith("The model has no output"));

    [Test]
    public void InputWithoutFeatures_IsRefused() => Assert.That(
        () => Model.Of(Dense(1)).Graph(0), Throws.TypeOf<ResearchException>().With.Message.Contains("Input 'input': expected an input of at least 1 feature, got 0"));

    [Test]
    public void LayerInAPlaceThatThereIsNot_IsRefused() => Assert.That(
        () => Model.Of(Dense(1), Dense(2)).WithLayer(2, Dense(3)).Graph(1), Throws.TypeOf<ResearchException>().With.Message.Contains("Layer 2 is to be replaced, but the model has 2 layers"));

    [Test]
    public void ScopeThatWasKept_CannotChangeTheGraph()
    {
        ModelScope scope = null!;
        ModelGraph graph = Model.Build(model =>
        {
            scope = model;
            model.Output("output", model.Input());
        }).Graph(1);
        Assert.That(() => scope.Add(Dense(1), scope.Input()), Throws.TypeOf<ResearchException>().With.Message.Contains("finished"));
        Assert.That(() => scope.Output("other", scope.Input()), Throws.TypeOf<ResearchException>().With.Message.Contains("finished"));
        Assert.That((graph.Nodes.Count, graph.Outputs.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public void WhatHasNoWeightsAndIsNotRead_LeavesTheGraph()
    {
        ModelGraph graph = Graph(model =>
        {
            model.Reverse(model.Noise("idle", model.Input(), 0.1));
            model.Output("output", model.Last(model.Input()));
        });
        Assert.That(graph.Nodes.Select(node => (node.Primitive, node.Index)), Is.EqualTo(new[] { ("input", 0), ("select", 1) }));
    }

    [Test]
    public void Input_AskedForAgain_IsTheSame() => Assert.That(
        Graph(model => model.Output("output", model.Merge([model.Input(), model.Input()], MergeMode.Sum))).Nodes, Has.Count.EqualTo(2));

    [Test]
    public void Chain_OfNoLayer_IsTheInput() => Assert.That(Graph(model => model.Output("output", model.Chain([], model.Input()))).Nodes, Has.Count.EqualTo(1));

    [Test]
    public void EncoderWhoseOutputNobodyReads_IsUsedByItsState()
    {
        ModelGraph graph = Graph(model =>
        {
            Flow encoder = model.Add(Recurrent(Cell(2)), model.Input());
            model.Output("output", model.Add(Recurrent(Cell(2)), model.Input(), startsFrom: encoder));
        });
        Assert.That(graph.Scans[1].StartsFrom, Is.SameAs(graph.Scans[0]));
        Assert.That(graph.Nodes.Select(node => node.Primitive), Is.EqualTo((string[])["input", "scan", "scan", "select"]), "the encoder's last step is not wanted");
    }

    [Test]
    public void StartsFrom_ReachesALayerInsideOfALayer()
    {
        FunctionLayer inner = new("own", (model, x) => model.Add(Recurrent(Cell(2)), x, model.StartsFrom));
        ModelGraph graph = Graph(model => model.Output("output", model.Add(inner, model.Input(), startsFrom: model.Add(Recurrent(Cell(2)), model.Input()))));
        Assert.That(graph.Scans.Select(scan => $"{scan.Name} from {scan.StartsFrom?.Name}"), Is.EqualTo((string[])["leaky_1 from ", "own_1/leaky_1 from leaky_1"]));
    }

    /// <summary>What depends on the data's time steps is found when they are known, before anything runs.</summary>
    [TestCase(1, 4, null)]
    [TestCase(2, 4, "layer 'model' repeats a single step, but gets a sequence of 2; put a recurrent layer that does not return sequences before it")]
    public void Repeat_OfAnInput_IsCheckedWithTheData(int left, int right, string? finding) =>
        Found(model => model.Output("output", model.Repeat(model.Input("left"), 4)), left, right, finding);

    [TestCase(4, 4, null)]
    [TestCase(2, 4, "layer 'model_1' joins flows of 2 (left) and 4 (right) time steps; they must have equally many")]
    public void Merge_OfTwoInputs_IsCheckedWithTheData(int left, int right, string? finding) =>
        Found(model => model.Output("output", model.Merge([model.Input("left"), model.Input("right")], MergeMode.Concat)), left, right, finding);

    [TestCase(1, 4, null)]
    [TestCase(2, 4, "layer 'model_1' joins flows of 2 (left) and 1 (model) time steps; they must have equally many")]
    public void Merge_OfAnInputAndALastStep_IsCheckedWithTheData(int left, int right, string? finding) =>
        Found(model => model.Output("output", model.Merge([model.Input("left"), model.Last(model.Input("right"))], MergeMode.Concat)), left, right, finding);

    [TestCase(4, 4, null)]
    [TestCase(3, 3, "layer 'model' selects 2 steps from 2, but gets a sequence of 3")]
    public void Select_OfAnInput_IsCheckedWithTheData(int left, int right, string? finding) =>
        Found(model => model.Output("output", model.Select(model.Input("left"), 2, 2)), left, right, finding);

    [TestCase(3, 3, null)]
    [TestCase(2, 2, "layer 'model' selects 1 steps from -3, but gets a sequence of 2")]
    public void Select_FromTheEndOfAnInput_IsCheckedWithTheData(int left, int right, string? finding) =>
        Found(model => model.Output("output", model.Select(model.Input("left"), -3, 1)), left, right, finding);

    [Test]
    public void Scan_OfALastStepBesideAnInput_IsAsGoodInEitherOrder([Values] bool first)
    {
        ModelGraph graph = Model.Build(model =>
        {
            Flow input = model.Input(), context = model.Add(Recurrent(Cell(2)), model.Input("other"));
            model.Output("output", model.Add(Recurrent(Cell(2)), model.Join(Concatenate(), first ? [context, input] : [input, context])));
        }).Graph([new InputShape("input", 1), new InputShape("other", 1)]);
        Assert.That(graph.Scans, Has.Count.EqualTo(2));
    }

    [Test]
    public void DataWithoutAnInput_OrOfAnotherWidth_DoNotFit()
    {
        ModelGraph graph = Model.Build(model => model.Output("output", model.Input("left"))).Graph(Data(2, 2));
        InputBlock other = new() { Name = "other", TimeSteps = 2, Features = 1, Values = new float[2] }, wide = new() { Name = "left", TimeSteps = 2, Features = 3, Values = new float[6] };
        Assert.That(graph.Findings(new() { Description = "other", Samples = 1, Input = other }, needsTargets: false), Is.EqualTo((string[])["the model reads an input 'left'; the data 'other' has 'other'"]));
        Assert.That(graph.Findings(new() { Description = "wide", Samples = 1, Input = wide }, needsTargets: false), Is.EqualTo((string[])["the model was made for 1 features of input 'left'; the data 'wide' has 3"]));
        Assert.That(() => graph.RequireFit(new() { Description = "wide", Samples = 1, Input = wide }, needsTargets: false), Throws.TypeOf<ResearchException>().With.Message.StartsWith("The model was made for"));
        Assert.That(graph.Findings(Data(2, 2), needsTargets: true), Is.EqualTo((string[])["the model has an output 'output'; the data 'two inputs' has targets for none"]));
    }

    private static void Found(Action<ModelScope> build, int left, int right, string? finding)
    {
        Dataset data = Data(left, right);
        Assert.That(Model.Build(build).Graph(data).Findings(data, needsTargets: false), Is.EqualTo(finding is null ? [] : (string[])[finding]));
    }

    private static Dataset Data(int left, int right) => new()
    {
        Description = "two inputs",
        Samples = 1,
        Inputs = [new() { Name = "left", TimeSteps = left, Features = 1, Values = new float[left] }, new() { Name = "right", TimeSteps = right, Features = 1, Values = new float[right] }],
    };

    private static ModelGraph Graph(Action<ModelScope> build) => Model.Build(build).Graph(3);

    private static TestCaseData Case(string name, Func<ModelScope, Flow> build, params string[] says) =>
        new TestCaseData((Action<ModelScope>)(model => model.Output("output", build(model))), says).SetArgDisplayNames(name);

    private static TestCaseData Output(string name, Action<ModelScope> then, params string[] says) =>
        new TestCaseData((Action<ModelScope>)(model =>
        {
            model.Output("output", model.Input());
            then(model);
        }), says).SetArgDisplayNames(name);

    private static T Also<T>(T value, Action action)
    {
        action();
        return value;
    }

    private static Flow Kept(Func<ModelScope, Flow> build)
    {
        Flow kept = null!;
        Model.Build(model => model.Output("output", kept = build(model))).Graph(3);
        return kept;
    }

    private static Expr Weighted(CellScope scope, Expr x) => x.Dot(scope.Kernel("kernel", x.Columns));

    private static FunctionCell Cell(int units) => new("leaky", [new("hidden", units)], (cell, input, state) =>
    {
        Expr next = 0.5 * state["hidden"] + input.Dot(cell.Kernel("kernel", units));
        return new CellStep(next, [next]);
    });
}
