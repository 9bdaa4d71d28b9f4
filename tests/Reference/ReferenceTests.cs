using System.Text.Json;
using Research.Framework.Engine;

namespace Research.Reference;

/// <summary>
/// Every file of the folder named by RESEARCH_REFERENCE (default: this project's Data) against this framework, one case a
/// file and engine; files with a cell that also exists hand-rolled are run with both.
/// </summary>
[Category("Reference")]
[Parallelizable(ParallelScope.Children)]
public class ReferenceTests
{
    private static readonly string Folder = FindFolder();

    [TestCaseSource(nameof(Cases))]
    public void File_Agrees(string path, bool handRolled, string engine) =>
        Run(path, handRolled ? CellKind.HandRolled : CellKind.Equations, Engines.Named(engine));

    [Test]
    public void Folder_HoldsFiles() =>
        Assert.That(Files(), Is.Not.Empty, $"No reference files (*.json) in '{Folder}'. RESEARCH_REFERENCE must name a folder that has some; without it the project's own are run.");

    [Test]
    public void UnknownFiles_Fail()
    {
        foreach (string text in (string[])
        [
            """{"group": "unheard"}""",
            """{"source": "nobody"}""",
            """{"group": "util", "name": "unheard"}""",
            Forward("Transformer", "{}"),
            Forward("LSTM", """{"units": 2, "peepholes": true}"""),
            Forward("LSTM", """{"units": 2, "activation": "unheard"}"""),
            Forward("LSTM", """{"units": 2, "activation": "hard_sigmoid_keras2"}"""),
            Forward("LSTM", """{"units": 2, "kernel_initializer": "unheard"}"""),
            Forward("LSTM", """{"units": 2, "trainable": false}"""),
            Forward("LSTM", """{"units": 2, "bias_regularizer": "l1"}"""),
            Forward("LSTM", """{"units": 2, "bias_constraint": {"class": "MaxNorm", "config": {"axis": 1}}}"""),
            Forward("RNN", """{"cell": {"class": "ConvLSTMCell", "config": {"units": 2}}}"""),
            Forward("Bidirectional", """{"layer": {"class": "Dense", "config": {"units": 2}}}"""),
            Train("\"kl_divergence\"", """{"class": "SGD", "config": {}}"""),
            Train("""{"class": "MeanSquaredError", "config": {"reduction": "sum"}}""", """{"class": "SGD", "config": {}}"""),
            Train("\"mse\"", """{"class": "Lion", "config": {}}"""),
            Train("\"mse\"", """{"class": "SGD", "config": {"unheard": 1}}"""),
            Train("\"mse\"", """{"class": "SGD", "config": {"learning_rate": {"class": "Unheard", "config": {}}}}"""),
            Forward("LSTM", """{"units": 2, "kernel_regularizer": {"class": "L1"}}"""),
            Forward("Bidirectional", """{"merge_mode": "unheard", "layer": {"class": "LSTM", "config": {"units": 2}}}"""),
            Forward("TimeDistributed", """{"layer": {"class": "Conv1D", "config": {}}}"""),
        ])
        {
            string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"unknown-{Guid.NewGuid():N}.json");
            File.WriteAllText(path, text);
            try
            {
                using (new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext())
                    Assert.That(() => Run(path, CellKind.Equations, Engines.All[0]), Throws.InstanceOf<AssertionException>().With.Message.Not.Contains("weights of the model"), text);
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    // Tests run in their output folder, so a relative path is looked for from there upwards, past the repository's root.
    private static string FindFolder()
    {
        string folder = Environment.GetEnvironmentVariable("RESEARCH_REFERENCE") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "Data");
        for (DirectoryInfo? start = new(AppContext.BaseDirectory); start is not null; start = start.Parent)
        {
            if (Directory.Exists(Path.Combine(start.FullName, folder))) return Path.GetFullPath(folder, start.FullName);
        }

        return folder;
    }

    private static string Forward(string layer, string config) =>
        $$$"""{"group": "forward", "layers": [{"class": "{{{layer}}}", "config": {{{config}}}, "weights": {}}], "steps": [{"op": "call", "input": {"shape": [1, 1, 1], "data": [0]}}]}""";

    private static string Train(string loss, string optimizer) =>
        $$$"""{"group": "train", "loss": {{{loss}}}, "optimizer": {{{optimizer}}}, "layers": [], "x": {"shape": [1, 1, 1], "data": [0]}, "y": {"shape": [1, 1], "data": [0]}, "batch_size": 1, "losses": []}""";

    // The same layer as the files write it and as Keras' own configurations do, with every argument that changes no number.
    [Test]
    public void Spellings_AreTheSame()
    {
        const string Weights = """{"kernel": {"shape": [1, 1], "data": [0.5]}, "recurrent_kernel": {"shape": [1, 1], "data": [0.5]}, "bias": {"shape": [1], "data": [0]}}""";
        foreach (string layer in (string[])
        [
            """{"class": "SimpleRNN", "config": {"units": 1}, "weights": """,
            """{"class_name": "SimpleRNN", "config": {"units": 1, "name": "first", "dtype": "float64", "trainable": true, "unroll": true, "seed": null, "dropout": 0.3, "kernel_initializer": {"class_name": "Constant", "config": {"value": 1}}, "bias_initializer": "Zeros", "kernel_regularizer": "l2", "activity_regularizer": null}, "weights": """,
            """{"class": "RNN", "config": {"cell": {"class": "SimpleRNNCell", "config": {"units": 1, "recurrent_dropout": 0.5}}}, "weights": """,
        ])
        {
            string text = $$"""{"group": "forward", "layers": [{{layer}}{{Weights}}}], "steps": [{"op": "call", "input": {"shape": [1, 1, 1], "data": [1]}, "outputs": [{"shape": [1, 1], "data": [0.46211715726000976]}]}]}""";
            foreach (IEngine engine in Engines.All) Run(ReferenceFile.Parse("spelling", text), CellKind.Equations, engine);
        }
    }

    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (string path in Files())
        {
            string name = Path.GetFileNameWithoutExtension(path);
            bool handRolled = HasHandRolled(path);
            foreach (string engine in Engines.All.Select(engine => engine.Name))
            {
                yield return new TestCaseData(path, false, engine).SetName($"{name}, {engine}");
                if (handRolled) yield return new TestCaseData(path, true, engine).SetName($"{name}, {engine} (hand-rolled)");
            }
        }
    }

    // A missing folder has a test of its own; here it only means that there are no cases.
    private static string[] Files() => Directory.Exists(Folder) ? [.. Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal)] : [];

    // Told from the text alone: a file that cannot be understood must fail as a case, not break the list of cases.
    private static bool HasHandRolled(string path)
    {
        try
        {
            ReferenceFile file = ReferenceFile.Read(path);
            return file.Group == "upstream" || (file.HasLayers && file.Root.GetProperty("layers").EnumerateArray().Any(IsHandRolled));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or AssertionException)
        {
            return false;
        }
    }

    // An LSTM, or a GRU with the reset gate after the product, with default activations; or a layer around one.
    private static bool IsHandRolled(JsonElement layer)
    {
        JsonElement config = layer.GetProperty("config");
        if (config.TryGetProperty("layer", out JsonElement inner)) return IsHandRolled(inner);
        bool Is(string argument, string value) => !config.TryGetProperty(argument, out JsonElement given) || given.ToString() == value;
        return KerasConfig.ClassOf(layer) is "LSTM" or "GRU" && Is("activation", "tanh") && Is("recurrent_activation", "sigmoid") && Is("reset_after", "True");
    }

    private static void Run(string path, CellKind kind, IEngine engine) => Run(ReferenceFile.Read(path), kind, engine);

    internal static void Run(ReferenceFile file, CellKind kind, IEngine engine)
    {
        switch (file.Group)
        {
            case "forward": ForwardCheck.Run(file, kind, engine); break;
            case "gradient": GradientCheck.Run(file, kind, engine); break;
            case "train": TrainCheck.Run(file, kind, engine); break;
            case "activation": ActivationCheck.Run(file, engine); break;
            case "initializer": InitializerCheck.Run(file, engine); break;
            case "loss": LossCheck.Run(file, engine); break;
            case "util": UtilCheck.Run(file, engine); break;
            case "upstream": UpstreamCheck.Run(file, kind, engine); break;
            case "misuse": new MisuseCheck(engine).Run(file); break;
            case "tutorial": TutorialCheck.Run(file, engine); break;
            default: Assert.Fail($"'{file.Name}' is of the unknown group '{file.Group}'."); break;
        }
    }
}
