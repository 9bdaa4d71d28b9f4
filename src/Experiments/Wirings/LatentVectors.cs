using Research.Framework.Data;

namespace Research.Experiments.Wirings;

/// <summary>An output that is looked at and not learnt.</summary>
internal static class LatentVectors
{
    /// <summary>A target for the output <c>latent</c> that says nothing: every row's weight is 0.</summary>
    public static TargetBlock Target(int samples, int width) => new()
    {
        Name = "latent",
        Width = width,
        Values = new float[samples * width],
        Weights = new float[samples],
    };
}
