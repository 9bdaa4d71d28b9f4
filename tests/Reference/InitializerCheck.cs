using System.Text.Json;
using Research.Cells;
using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.Training;

namespace Research.Reference;

/// <summary>Group initializer: ranges and moments, orthonormal rows, the layers' own start, and the layers' defaults.</summary>
internal static class InitializerCheck
{
    public static void Run(ReferenceFile file, IEngine engine)
    {
        foreach (JsonElement fact in file.Root.GetProperty("facts").EnumerateArray())
        {
            if (fact.TryGetProperty("layer", out JsonElement layer)) CheckLayer(engine, layer.GetString()!, fact);
            else if (fact.GetProperty("initializer").GetString() is var name && name == "orthogonal") CheckOrthogonal(fact);
            else CheckUniform(name!, fact);
        }

        foreach (JsonProperty config in file.Root.GetProperty("default_config").EnumerateObject()) CheckDefaults(config.Name, config.Value);
    }

    private static void CheckUniform(string name, JsonElement fact)
    {
        double limit = fact.GetProperty("limit").GetDouble();
        float[] values = Draw(name, fact);
        double mean = values.Average(value => (double)value), deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));

        // Five standard errors of the mean, and of the deviation of a uniform variable (its kurtosis is 1.8).
        double expected = fact.GetProperty("expected_std").GetDouble(), root = Math.Sqrt(values.Length);
        Assert.That(values, Is.All.InRange((float)-limit, (float)limit), fact.ToString());
        Assert.That(values.Max(Math.Abs), Is.GreaterThan(0.9 * limit), fact.ToString());
        Assert.That(mean, Is.EqualTo(0).Within(5 * expected / root), fact.ToString());
        Assert.That(deviation, Is.EqualTo(expected).Within(5 * expected * Math.Sqrt(0.8) / (2 * root)), fact.ToString());
    }

    private static void CheckOrthogonal(JsonElement fact)
    {
        Assert.That(fact.GetProperty("gain").GetDouble(), Is.EqualTo(1), "gain");
        int rows = fact.GetProperty("shape")[0].GetInt32(), columns = fact.GetProperty("shape")[1].GetInt32();
        float[] values = Draw("orthogonal", fact);
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        float At(int vector, int i) => rows <= columns ? values[vector * columns + i] : values[i * columns + vector];
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b < count; b++)
            {
                double product = 0;
                for (int i = 0; i < length; i++) product += (double)At(a, i) * At(b, i);
                Assert.That(product, Is.EqualTo(a == b ? 1 : 0).Within(1e-6), fact.ToString());
            }
        }
    }

    private static void CheckLayer(IEngine engine, string text, JsonElement fact)
    {
        // E.g. "LSTM(3, unit_forget_bias=False)", "Dense(26) on 32", "GRU(3) reset_after=True (default)".
        Layer layer = text switch
        {
            "LSTM(3) on 2 features" => Layers.Recurrent(new LstmCell(3)),
            "LSTM(3, unit_forget_bias=False)" => Layers.Recurrent(new LstmCell(3) { BiasInitializer = Initializers.Zeros }),
            "GRU(3) reset_after=True (default)" => Layers.Recurrent(new GruCell(3)),
            "GRU(3) reset_after=False" => Layers.Recurrent(new GruV1Cell(3)),
            "SimpleRNN(3)" => Layers.Recurrent(new SimpleRnnCell(3)),
            "Dense(26) on 32" => Layers.Dense(26),
            _ => throw new AssertionException($"Unknown layer '{text}'."),
        };
        ICompiledModel model = engine.Compile(
            Model.Of(layer), layer is DenseLayer ? 32 : 2, new TrainingOptions { Loss = Loss.MeanSquaredError }, new Seeds(1));
        if (fact.TryGetProperty("shapes", out JsonElement shapes))
        {
            Assert.That(
                model.Graph.Weights.Select(weight => weight.Shape),
                Is.EqualTo(shapes.EnumerateArray().Select(shape => shape.EnumerateArray().Select(size => size.GetInt32()).ToArray())),
                text);
        }

        if (fact.TryGetProperty("kernel_initializer", out JsonElement kernel)) Assert.That(model.Graph.Weights[0].Initializer.Name, Is.EqualTo(kernel.GetString()), text);
        if (!fact.TryGetProperty("bias", out JsonElement bias)) return;
        if (bias.ValueKind == JsonValueKind.String) Assert.That(model.Graph.Weights[^1].Initializer.Name, Is.EqualTo(bias.GetString()), text);
        else Assert.That(model.GetWeight(model.Graph.Weights[^1].Name), Is.EqualTo(KerasTensor.Numbers(bias)), text);
    }

    private static void CheckDefaults(string layerClass, JsonElement arguments)
    {
        KerasConfig config = new(layerClass, arguments);
        config.Ignore("unroll", "seed");
        int units = config.Int("units");
        KerasCell cell = layerClass switch
        {
            "LSTM" => new LstmCell(units),
            "GRU" => new GruCell(units),
            "SimpleRNN" => new SimpleRnnCell(units),
            _ => throw new AssertionException($"Unknown layer class '{layerClass}'."),
        };
        RecurrentLayer layer = new(cell);
        Assert.That(layer.ReturnSequences, Is.EqualTo(config.Bool("return_sequences")));
        Assert.That(layer.GoBackwards, Is.EqualTo(config.Bool("go_backwards")));
        Assert.That(layer.ZeroOutputForMask, Is.EqualTo(config.Bool("zero_output_for_mask")));
        Assert.That(layer.Dropout, Is.EqualTo(config.Double("dropout")));
        Assert.That(layer.RecurrentDropout, Is.EqualTo(config.Double("recurrent_dropout")));
        Assert.That(cell.Activation.Name, Is.EqualTo(config.Text("activation", "")));
        if (config.Take("recurrent_activation") is { } recurrent)
            Assert.That((cell as LstmCell)?.RecurrentActivation ?? ((GruCell)cell).RecurrentActivation, Is.SameAs(KerasModel.Activation(recurrent.GetString()!)));
        Assert.That(cell.UseBias, Is.EqualTo(config.Bool("use_bias")));
        Assert.That(cell.KernelInitializer, Is.SameAs(Initializer(config.Text("kernel_initializer", ""))));
        Assert.That(cell.RecurrentInitializer, Is.SameAs(Initializer(config.Text("recurrent_initializer", ""))));
        Initializer bias = Initializer(config.Text("bias_initializer", ""));
        Assert.That(cell.BiasInitializer, Is.SameAs(config.Bool("unit_forget_bias") ? Initializers.UnitForgetBias : bias));
        if (config.Take("reset_after") is { } resetAfter) Assert.That(resetAfter.GetBoolean(), Is.True, "GruCell applies the reset gate after the product");

        // State is a matter of the state policy, and final states can always be read.
        config.RequireOff(
            "stateful", "return_state", "kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "activity_regularizer",
            "kernel_constraint", "recurrent_constraint", "bias_constraint");
        config.Done();
    }

    private static Initializer Initializer(string name) => name switch
    {
        "GlorotUniform" or "glorot_uniform" => Initializers.GlorotUniform,
        "GlorotNormal" or "glorot_normal" => Initializers.GlorotNormal,
        "HeUniform" or "he_uniform" => Initializers.HeUniform,
        "HeNormal" or "he_normal" => Initializers.HeNormal,
        "LecunUniform" or "lecun_uniform" => Initializers.LecunUniform,
        "LecunNormal" or "lecun_normal" => Initializers.LecunNormal,
        "Orthogonal" or "orthogonal" => Initializers.Orthogonal,
        "Zeros" or "zeros" => Initializers.Zeros,
        "Ones" or "ones" => Initializers.Ones,
        _ => throw new AssertionException($"Unknown initializer '{name}'."),
    };

    private static float[] Draw(string name, JsonElement fact)
    {
        int rows = fact.GetProperty("shape")[0].GetInt32(), columns = fact.GetProperty("shape")[1].GetInt32();
        float[] values = new float[rows * columns];
        Initializer(name).Fill(values, rows, columns, new Seeds(1).Stream("reference"));
        return values;
    }
}
