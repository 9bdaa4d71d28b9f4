namespace Research.Framework.Models;

/// <summary>
/// Some of the steps, one after the other. The last step alone has no mask: under a mask it is, for each row, the last step that counts,
/// or the last of all where none does. Of a recurrent layer itself it is the last of all, which repeats the last that counts, or is zero
/// where the layer yields zeros there, as in Keras. Several steps keep theirs.
/// </summary>
public sealed class SelectNode : GraphNode
{
    internal SelectNode(string name, GraphNode input, int start, int count) : base(name, [input], StepCount.Of(count), input.Width)
    {
        Start = start;
        Count = count;
    }

    /// <inheritdoc/>
    public override string Primitive => "select";

    /// <summary>The first step: from 0, or, where negative, counted from the end, -1 for the last.</summary>
    public int Start { get; }

    /// <summary>How many steps; at least 1.</summary>
    public int Count { get; }

    /// <summary>Whether it yields the last step alone.</summary>
    public bool IsLast => Start == -1;

    /// <inheritdoc/>
    public override T Accept<T>(IGraphVisitor<T> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.Select(this);
    }

    private protected override string Details => IsLast ? " last step" : FormattableString.Invariant($" {Count} from {Start}");
}
