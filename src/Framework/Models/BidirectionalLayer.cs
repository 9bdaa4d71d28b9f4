using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>
/// Two cells over the same input, one forward and one backward in time; the backward one's sequence is turned back, so
/// that step t of both belongs together. Its last output is [forward at T-1, backward at 0]. At masked steps returned
/// sequences are zero, as in Keras 3. Weights and states are called <c>name/forward</c> and <c>name/backward</c>.
/// </summary>
/// <param name="Forward">The cell that runs forward in time.</param>
/// <param name="Backward">The cell that runs backward in time, with weights of its own.</param>
public sealed record BidirectionalLayer(ICell Forward, ICell Backward) : Layer
{
    /// <summary>Whether every step's output goes to the next layer.</summary>
    /// <value>Default false: only the last one of each direction.</value>
    public bool ReturnSequences { get; init; }

    /// <summary>How the two directions are joined.</summary>
    /// <value>Default <see cref="MergeMode.Concat"/>.</value>
    public MergeMode Merge { get; init; }

    /// <summary>The share of input features dropped while training, drawn for each direction by itself; see <see cref="ScanOptions.Dropout"/>.</summary>
    /// <value>In [0, 1). Default 0.</value>
    public double Dropout { get; init; }

    /// <summary>The share of each direction's first state slot dropped where a step reads it; see <see cref="ScanOptions.RecurrentDropout"/>.</summary>
    /// <value>In [0, 1). Default 0.</value>
    public double RecurrentDropout { get; init; }

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        ScanOptions options = new() { ZeroOutputForMask = ReturnSequences, Dropout = Dropout, RecurrentDropout = RecurrentDropout };
        Flow forward = model.Scan("forward", Forward, input, options);
        Flow backward = model.Scan("backward", Backward, model.Reverse(input), options);
        return ReturnSequences
            ? model.Merge([forward, model.Reverse(backward)], Merge)
            : model.Merge([model.Last(forward), model.Last(backward)], Merge);
    }
}
