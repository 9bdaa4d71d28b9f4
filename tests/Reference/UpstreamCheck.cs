using System.Globalization;
using System.Text.Json;
using Research.Framework.Engine;

namespace Research.Reference;

/// <summary>Group upstream: the arrays typed in Keras' own tests, with those tests' tolerances.</summary>
internal static class UpstreamCheck
{
    public static void Run(ReferenceFile file, CellKind kind, IEngine engine)
    {
        JsonElement[] cases = [.. file.Root.GetProperty("cases").EnumerateArray()];
        Assert.That(cases, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            for (int i = 0; i < cases.Length; i++) Check(string.Create(CultureInfo.InvariantCulture, $"case {i}, {cases[i].GetProperty("test").GetString()}"), cases[i], kind, engine);
        });
    }

    private static void Check(string what, JsonElement test, CellKind kind, IEngine engine)
    {
        string layerClass = test.GetProperty("layer").GetString()!;
        JsonElement config = test.GetProperty("config");
        KerasTensor? mask = KerasTensor.OrNull(test.GetProperty("mask"));

        // Keras' test wraps a layer of its own: a dense layer times the mask of the step.
        bool maskedDense = layerClass == "TimeDistributed" && config.GetProperty("layer").GetProperty("class").GetString() == "MaskedDense";
        if (maskedDense) config = config.GetProperty("layer").GetProperty("config");

        KerasModel keras = KerasModel.Of(layerClass, config, kind);
        KerasTensor input = KerasTensor.Of(test.GetProperty("input"));
        KerasSession session = new(engine, keras, input);
        session.SetWeights([.. test.GetProperty("weights").EnumerateArray().Select(KerasTensor.Of)]);
        JsonElement before = test.GetProperty("states_before");
        if (before.ValueKind != JsonValueKind.Null) session.SetCarried([.. before.EnumerateArray().Select(parts => KerasTensor.List(parts)!)]);
        IReadOnlyList<KerasOutput> outputs = session.Call(input, mask, KerasTensor.List(test.GetProperty("initial_state")));
        int index = test.GetProperty("output_index").GetInt32();
        if (index < 0) Assert.That(outputs, Has.Count.EqualTo(1), $"{what}: number of outputs");
        KerasOutput output = outputs[Math.Max(index, 0)];
        if (maskedDense)
            output = output with { Values = [.. output.Values.Select((value, step) => value * (float)mask!.Data[step])] };
        output.Check(what, KerasTensor.Of(test.GetProperty("expected_literal")), test.GetProperty("atol").GetDouble(), test.GetProperty("rtol").GetDouble());
    }
}
