namespace Research.Framework.Models;

/// <summary>How a cell is run over time; see <see cref="ModelScope.Scan"/>. Immutable.</summary>
public sealed record ScanOptions
{
    /// <summary>What an earlier recurrent layer yields, whose final state starts this one; the gradient flows back into it.</summary>
    /// <value>Default null: the state policy decides.</value>
    public Flow? StartsFrom { get; init; }

    /// <summary>Whether a masked step yields zeros instead of repeating the output before it.</summary>
    /// <value>Default false. Without effect where no mask arrives.</value>
    public bool ZeroOutputForMask { get; init; }

    /// <summary>The share of input features dropped while training: one draw for all steps of a batch, anew for each batch.</summary>
    /// <value>In [0, 1). Default 0.</value>
    public double Dropout { get; init; }

    /// <summary>The share of the first state slot (the hidden state) dropped where a step reads it, one draw for all steps of a batch.</summary>
    /// <value>In [0, 1). Default 0.</value>
    public double RecurrentDropout { get; init; }

    /// <summary>A copy that starts from another state.</summary>
    /// <param name="flow">What an earlier recurrent layer yields; null for the state policy.</param>
    public ScanOptions WithStartsFrom(Flow? flow) => this with { StartsFrom = flow };

    /// <summary>A copy that yields zeros at masked steps, or does not.</summary>
    /// <param name="zero">Whether it does.</param>
    public ScanOptions WithZeroOutputForMask(bool zero) => this with { ZeroOutputForMask = zero };

    /// <summary>A copy with another dropout of its input.</summary>
    /// <param name="rate">In [0, 1).</param>
    public ScanOptions WithDropout(double rate) => this with { Dropout = rate };

    /// <summary>A copy with another dropout of its state.</summary>
    /// <param name="rate">In [0, 1).</param>
    public ScanOptions WithRecurrentDropout(double rate) => this with { RecurrentDropout = rate };
}
