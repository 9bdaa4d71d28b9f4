namespace Research.Framework.Models;

/// <summary>Reads a model's graph, one method for each primitive: an engine that lacks one does not compile.</summary>
/// <typeparam name="T">What is made of a node.</typeparam>
public interface IGraphVisitor<out T>
{
    /// <summary>A block of the data.</summary>
    /// <param name="node">The node.</param>
    T Input(InputNode node);

    /// <summary>A cell over time.</summary>
    /// <param name="node">The node.</param>
    T Scan(ScanNode node);

    /// <summary>Equations on each step of one or more flows.</summary>
    /// <param name="node">The node.</param>
    T Rows(RowsNode node);

    /// <summary>A vector for each symbol.</summary>
    /// <param name="node">The node.</param>
    T Lookup(LookupNode node);

    /// <summary>One step repeated.</summary>
    /// <param name="node">The node.</param>
    T Repeat(RepeatNode node);

    /// <summary>Time turned around.</summary>
    /// <param name="node">The node.</param>
    T Reverse(ReverseNode node);

    /// <summary>Some of the steps.</summary>
    /// <param name="node">The node.</param>
    T Select(SelectNode node);

    /// <summary>Steps of padding, found by their value.</summary>
    /// <param name="node">The node.</param>
    T Mask(MaskNode node);

    /// <summary>Dropout.</summary>
    /// <param name="node">The node.</param>
    T Noise(NoiseNode node);
}
