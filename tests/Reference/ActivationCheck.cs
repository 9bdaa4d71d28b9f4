using System.Text.Json;
using Research.Framework.Engine;
using Research.Framework.Equations;

namespace Research.Reference;

/// <summary>Group activation: every activation at points on both sides of its corners.</summary>
internal static class ActivationCheck
{
    // Relative where e^x is large: the oracle's own numbers are float32.
    private const double Bound = 2e-6, Relative = 1e-6;

    public static void Run(ReferenceFile file, IEngine engine)
    {
        float[] x = Array.ConvertAll(KerasTensor.Numbers(file.Root.GetProperty("x")), value => (float)value);
        foreach (JsonProperty expected in file.Root.GetProperty("y").EnumerateObject())
            Check(engine, expected.Name, KerasModel.Activation(expected.Name), x, expected.Value);
        if (file.Root.TryGetProperty("hard_sigmoid_keras2_and_tfjs", out JsonElement keras2))
            Check(engine, "hard_sigmoid of Keras 2", Activation.HardSigmoidKeras2, x, keras2);
        if (!file.Root.TryGetProperty("softmax", out JsonElement softmax)) return;
        KerasTensor rows = KerasTensor.Of(softmax.GetProperty("x"));
        float[] result = [.. rows.ToFloats().Chunk(rows.Shape[1]).SelectMany(row => IdentityModel.Apply(engine, Activation.Softmax, row))];
        KerasTensor.Of(softmax.GetProperty("y")).Check("softmax", result, Bound);
    }

    private static void Check(IEngine engine, string name, Activation activation, float[] x, JsonElement expected) =>
        KerasTensor.Numbers(name, KerasTensor.Numbers(expected), IdentityModel.Apply(engine, activation, x), Bound, Relative);
}
