using Research.Framework;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>What a <see cref="ITorchCell"/> runs on.</summary>
public sealed class TorchScan
{
    private readonly IReadOnlyDictionary<string, Tensor> _weights;

    internal TorchScan(Tensor input, IReadOnlyList<Tensor> state, IReadOnlyDictionary<string, Tensor> weights)
    {
        Input = input;
        State = state;
        _weights = weights;
    }

    /// <summary>The input, <c>[time steps, batch, features]</c>, after dropout.</summary>
    public Tensor Input { get; }

    /// <summary>The state before the first step, in the cell's order, each <c>[batch, width]</c>.</summary>
    public IReadOnlyList<Tensor> State { get; }

    /// <summary>A weight, <c>[rows, columns]</c>; a row vector is <c>[1, columns]</c>.</summary>
    /// <param name="name">The name that the cell declared it under, e.g. <c>kernel</c>.</param>
    /// <exception cref="ResearchException">The cell declares no such weight.</exception>
    public Tensor Weight(string name) => _weights.TryGetValue(name, out Tensor? weight)
        ? weight
        : throw new ResearchException($"The cell declares no weight '{name}'; it declares {string.Join(", ", _weights.Keys.Select(known => $"'{known}'"))}.");
}
