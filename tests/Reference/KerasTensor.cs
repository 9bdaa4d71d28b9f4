using System.Text.Json;

namespace Research.Reference;

/// <summary>A tensor of a reference file: <c>{"shape": [...], "data": [...]}</c>, row-major, in float64.</summary>
internal sealed record KerasTensor(int[] Shape, double[] Data)
{
    public static KerasTensor Of(JsonElement element) =>
        new([.. element.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())], Numbers(element.GetProperty("data")));

    public static KerasTensor? OrNull(JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : Of(element);

    /// <summary>A list of tensors; a lone tensor counts as a list of one, null as none.</summary>
    public static KerasTensor[]? List(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object => [Of(element)],
        _ => [.. element.EnumerateArray().Select(Of)],
    };

    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    public int Rows => Shape[0];

    public float[] ToFloats() => Array.ConvertAll(Data, value => (float)value);

    public bool[] ToMask() => Array.ConvertAll(Data, value => value != 0);

    /// <summary>Fails unless <paramref name="actual"/> has this tensor's numbers.</summary>
    public void Check(string what, float[] actual, double bound) => Numbers(what, Data, actual, bound, 0);

    /// <summary>Fails unless each number lies within bound + relative * |expected| of the expected one.</summary>
    public static void Numbers(string what, double[] expected, float[] actual, double bound, double relative)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length), what);
        int worst = -1;
        double excess = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            // Not written as a comparison for "too large", which NaN would pass.
            double over = Math.Abs(actual[i] - expected[i]) - bound - relative * Math.Abs(expected[i]);
            if (over <= 0 || (worst >= 0 && over <= excess)) continue;
            worst = i;
            excess = over;
        }

        Assert.That(worst, Is.EqualTo(-1), () => FormattableString.Invariant(
            $"{what}: number {worst} of {expected.Length} is {actual[worst]:R}, expected {expected[worst]:R} (off by {Math.Abs(actual[worst] - expected[worst]):0.0e0}, allowed {bound + relative * Math.Abs(expected[worst]):0.0e0})"));
    }
}
