using Research.Framework.Data;

namespace Research.Cells.Tests.Models;

/// <summary>Blocks of made-up numbers, and rows of them in double.</summary>
internal static class PlainData
{
    public const int Samples = 4;

    public static InputBlock Numbers(string name, int steps, int features, bool[]? mask = null) => new()
    {
        Name = name,
        TimeSteps = steps,
        Features = features,
        Values = Conformance.Numbers.ToFloat(Conformance.Numbers.Uniform(name, Samples * steps * features)),
        Mask = mask,
    };

    public static InputBlock Symbols(string name, int steps, int symbols) => new()
    {
        Name = name,
        TimeSteps = steps,
        Features = 1,
        Values = [.. Enumerable.Range(0, Samples * steps).Select(i => (float)(i * 7 % 11 % symbols))],
    };

    public static TargetBlock Values(string name, int steps, int width) => new()
    {
        Name = name,
        TimeSteps = steps,
        Width = width,
        Values = Conformance.Numbers.ToFloat(Conformance.Numbers.Uniform(name, Samples * steps * width)),
    };

    public static TargetBlock Classes(string name, int steps, int width, bool[]? mask = null, float[]? weights = null) => new()
    {
        Name = name,
        TimeSteps = steps,
        Width = width,
        Classes = [.. Enumerable.Range(0, Samples * steps).Select(i => i * 5 % 7 % width)],
        Mask = mask,
        Weights = weights,
    };

    public static Dataset Of(InputBlock input, TargetBlock target) => new() { Description = "made up", Samples = Samples, Input = input, Target = target };

    /// <summary>A sample's steps.</summary>
    public static double[][] Rows(this InputBlock block, int sample) =>
        [.. block.Values.Skip(sample * block.TimeSteps * block.Features).Take(block.TimeSteps * block.Features).Select(value => (double)value).Chunk(block.Features)];

    /// <summary>Which of a sample's steps count.</summary>
    public static Func<int, bool> MaskOf(this InputBlock block, int sample) => step => block.Mask?[sample * block.TimeSteps + step] ?? true;
}
