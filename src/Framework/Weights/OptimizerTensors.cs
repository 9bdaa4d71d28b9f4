using Research.Framework.Engine;
using Research.Framework.Objectives;

namespace Research.Framework.Weights;

/// <summary>An optimizer's memory as named tensors and back.</summary>
internal static class OptimizerTensors
{
    private const string Steps = "steps", Powers = "beta_powers", Kind = "kind:";

    public static IReadOnlyList<NamedTensor> Of(OptimizerState state) =>
    [
        NamedTensor.OfLongs(Steps, [1], [state.Steps]),
        NamedTensor.OfDoubles(Powers, [2], [state.Beta1Power, state.Beta2Power]),
        NamedTensor.OfBytes(Kind + state.Optimizer, [0], []),
        .. state.Tensors.Select(tensor => NamedTensor.OfFloats(tensor.Name, tensor.Shape, tensor.Values)),
    ];

    public static OptimizerState Read(Checkpoint checkpoint)
    {
        TensorFile file = new(checkpoint.Optimizer);
        double[] powers = file[Powers].ToDoubles();
        long[] steps = file[Steps].ToLongs();
        NamedTensor kind = checkpoint.Optimizer.FirstOrDefault(tensor => tensor.Name.StartsWith(Kind, StringComparison.Ordinal))
            ?? throw new ResearchException("The checkpoint does not say which optimizer it belongs to.");
        if (powers.Length != 2 || steps.Length != 1) throw new ResearchException("The checkpoint's optimizer state is damaged: expected one step count and two powers.");
        return new OptimizerState
        {
            Optimizer = kind.Name[Kind.Length..],
            Steps = steps[0],
            Beta1Power = powers[0],
            Beta2Power = powers[1],
            Tensors = [.. checkpoint.Optimizer
                .Where(tensor => tensor.Name is not (Steps or Powers) && !ReferenceEquals(tensor, kind))
                .Select(tensor => new OptimizerTensor(tensor.Name, tensor.Shape, tensor.ToFloats()))],
        };
    }
}
