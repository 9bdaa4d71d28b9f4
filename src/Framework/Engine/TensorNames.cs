using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;

namespace Research.Framework.Engine;

/// <summary>What a compiled model keeps, by name: the same in every engine, so that one goes on where another stopped.</summary>
public static class TensorNames
{
    /// <summary>Updates made so far: 64-bit whole number, <c>[1]</c>.</summary>
    public const string Steps = "optimizer/steps";

    /// <summary><see cref="ICompiledModel.LearningRateFactor"/>: 64-bit floating point, <c>[1]</c>.</summary>
    public const string LearningRateFactor = "optimizer/learning_rate_factor";

    /// <summary>β1^t of <see cref="AdaptiveMoments"/>: 64-bit floating point, <c>[1]</c>; 1 before the first update.</summary>
    public const string Beta1Power = "optimizer/beta1_power";

    /// <summary>β2^t of <see cref="AdaptiveMoments"/>: 64-bit floating point, <c>[1]</c>; 1 before the first update.</summary>
    public const string Beta2Power = "optimizer/beta2_power";

    /// <summary>What the optimizer remembers of a weight: 32-bit floating point, of the weight's shape.</summary>
    /// <param name="moment">One of <see cref="Optimizer.Moments"/>, e.g. <c>first_moment</c>.</param>
    /// <param name="weight">The weight's name.</param>
    public static string Moment(string moment, string weight) => $"optimizer/{moment}/{weight}";

    /// <summary>How far a stream has been drawn, <see cref="NoiseStream.Position"/>: 64-bit whole number, <c>[1]</c>.</summary>
    /// <param name="stream">The stream's name, e.g. <c>dropout/lstm_1</c>.</param>
    public static string Stream(string stream) => "stream/" + stream;

    /// <summary>All names: the weights in the graph's order, then the optimizer's, then the streams'.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="optimizer">The optimizer.</param>
    public static IReadOnlyList<string> Of(ModelGraph graph, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(optimizer);
        return
        [
            .. graph.Weights.Select(weight => weight.Name),
            Steps, LearningRateFactor, .. optimizer is AdaptiveMoments ? [Beta1Power, Beta2Power] : Array.Empty<string>(),
            .. optimizer.Moments.SelectMany(moment => graph.Weights.Select(weight => Moment(moment, weight.Name))),
            .. graph.Nodes.SelectMany(StreamsOf).Select(Stream),
        ];
    }

    /// <summary>Throws unless a tensor can take another's place: type, shape, and for single numbers their range.</summary>
    /// <param name="own">What <see cref="ICompiledModel.GetTensor"/> gives.</param>
    /// <param name="given">What <see cref="ICompiledModel.SetTensors"/> is given under that name.</param>
    /// <exception cref="ResearchException">It cannot.</exception>
    public static void RequireFit(NamedTensor own, NamedTensor given)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(given);
        string name = own.Name;
        if (given.Type != own.Type || !given.Shape.SequenceEqual(own.Shape))
            throw new ResearchException($"Tensor '{name}': expected {own.Type} {NamedTensor.Text(own.Shape)}, got {given.Type} {NamedTensor.Text(given.Shape)}.");
        if (own.Type == TensorType.Int64 && given.ToLongs()[0] is < 0 and var count)
            throw new ResearchException(name == Steps ? $"'{name}': expected a step count of 0 or more, got {count}." : $"Random stream '{name}': expected a position of 0 or more, got {count}.");
        if (name is Beta1Power or Beta2Power && !(given.ToDoubles()[0] is >= 0 and <= 1))
            throw new ResearchException(FormattableString.Invariant($"'{name}': expected a power between 0 and 1, got {given.ToDoubles()[0]}."));
        if (name == LearningRateFactor && !(given.ToDoubles()[0] >= 0 && double.IsFinite(given.ToDoubles()[0])))
            throw new ResearchException(FormattableString.Invariant($"'{name}': expected a factor of 0 or more, got {given.ToDoubles()[0]}."));
    }

    private static IEnumerable<string> StreamsOf(GraphNode node)
    {
        if (node is NoiseNode noise) yield return noise.Stream;
        if (node is ScanNode { InputDropout: > 0 } input) yield return input.InputStream;
        if (node is ScanNode { StateDropout: > 0 } state) yield return state.StateStream;
    }
}
