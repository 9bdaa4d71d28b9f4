namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>An input or a target in the making.</summary>
internal sealed class BlockDraft
{
    public string Name { get; set; } = "";

    public int TimeSteps { get; set; } = 1;

    public int Width { get; set; } = 1;

    public float[]? Values { get; set; }

    public int[]? Classes { get; set; }

    public bool[]? Mask { get; set; }

    public float[]? Weights { get; set; }

    public string[]? Names { get; set; }
}
