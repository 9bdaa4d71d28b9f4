using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Research.Cells;
using Research.Datasets;
using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Training;

namespace Research.Reference;

/// <summary>Group util: padding, one-hot codes, and the number of parameters.</summary>
internal static class UtilCheck
{
    public static void Run(ReferenceFile file, IEngine engine)
    {
        string name = file.Root.GetProperty("name").GetString()!;
        Action<JsonElement> check = name switch
        {
            "util_pad_sequences" => Pad,
            "util_to_categorical" => OneHot,
            "param_counts" => one => Parameters(one, engine),
            _ => throw new AssertionException($"Unknown utility '{name}'."),
        };
        JsonElement[] cases = [.. file.Root.GetProperty(name == "param_counts" ? "models" : "cases").EnumerateArray()];
        Assert.That(cases, Is.Not.Empty);
        foreach (JsonElement one in cases) check(one);
    }

    private static void Pad(JsonElement one)
    {
        float[][] sequences = [.. one.GetProperty("sequences").EnumerateArray().Select(Row)];
        KerasConfig arguments = new("pad_sequences", one.GetProperty("args"));
        arguments.Ignore("dtype");
        int? length = (int?)arguments.DoubleOrNull("maxlen");
        PaddedSequences padded = PaddedSequences.Of(
            sequences, length, Side(arguments.Text("padding", "pre")), Side(arguments.Text("truncating", "pre")), (float)arguments.Double("value"));
        arguments.Done();
        float[][] expected = [.. one.GetProperty("result").EnumerateArray().Select(Row)];
        Assert.That(padded.Values, Is.EqualTo(expected.SelectMany(row => row)), one.ToString());
        Assert.That(padded.TimeSteps, Is.EqualTo(expected[0].Length));
        Assert.That(padded.Mask.Chunk(padded.TimeSteps).Select(row => row.Count(real => real)), Is.EqualTo(sequences.Select(row => Math.Min(row.Length, padded.TimeSteps))), "real steps of each row");
    }

    private static void OneHot(JsonElement one)
    {
        int[] classes = [.. one.GetProperty("x").EnumerateArray().Select(value => value.GetInt32())];
        JsonElement count = one.GetProperty("num_classes");
        Vocabulary vocabulary = Vocabulary.Of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[..(count.ValueKind == JsonValueKind.Null ? classes.Max() + 1 : count.GetInt32())]);
        Assert.That(classes.Select(value => Encoder.OneHot.Encode(value, vocabulary)), Is.EqualTo(one.GetProperty("result").EnumerateArray().Select(Row)), one.ToString());
    }

    // The tutorial's models: an LSTM of u units on F features (1 unless said otherwise) and a dense layer.
    private static void Parameters(JsonElement one, IEngine engine)
    {
        string name = one.GetProperty("model").GetString()!;
        int units = Number(name, @"\bu(\d+)\b") ?? throw new AssertionException($"'{name}' does not say how many units.");
        int features = Number(name, @"\bF(\d+)\b") ?? 1;
        int dense = one.GetProperty("dense").GetInt32();
        ICompiledModel model = engine.Compile(
            Model.Of(Layers.Recurrent(new LstmCell(units)), Layers.Dense(dense / (units + 1), Activation.Softmax)), features, new TrainingOptions(), new Seeds(1));
        Assert.That(model.Graph.ParameterCount, Is.EqualTo(one.GetProperty("params").GetInt64()), name);
        Assert.That(model.Graph.Weights.Where(weight => weight.Name.StartsWith("lstm", StringComparison.Ordinal)).Sum(weight => weight.Count), Is.EqualTo(one.GetProperty("lstm").GetInt32()), name);
        Assert.That(model.Graph.Weights.Where(weight => weight.Name.StartsWith("dense", StringComparison.Ordinal)).Sum(weight => weight.Count), Is.EqualTo(dense), name);
    }

    private static int? Number(string text, string pattern) =>
        Regex.Match(text, pattern) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    private static PaddingSide Side(string name) => name switch
    {
        "pre" => PaddingSide.Before,
        "post" => PaddingSide.After,
        _ => throw new AssertionException($"pad_sequences: unknown side '{name}'."),
    };

    private static float[] Row(JsonElement row) => [.. row.EnumerateArray().Select(value => value.GetSingle())];
}
