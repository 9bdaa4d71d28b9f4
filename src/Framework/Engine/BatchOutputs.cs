using Research.Framework.Data;
using Research.Framework.Models;

namespace Research.Framework.Engine;

/// <summary>Room for what a model predicts for a batch. Reused from batch to batch of one dataset.</summary>
public sealed class BatchOutputs
{
    private readonly BatchOutput[] _outputs;

    /// <summary>Makes room.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="data">The data that are predicted.</param>
    /// <param name="capacity">The most rows; at least 1.</param>
    /// <exception cref="ResearchException">The outputs of that many rows are more than an array holds.</exception>
    public BatchOutputs(ModelGraph graph, Dataset data, int capacity)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Capacity = capacity;
        _outputs = [.. graph.Outputs.Select(Room)];

        BatchOutput Room(GraphOutput output)
        {
            int steps = output.Node.Steps.In(data);
            return (long)capacity * steps * output.Node.Width <= System.Array.MaxLength
                ? new BatchOutput(output.Name, capacity, steps, output.Node.Width)
                : throw new ResearchException($"Output '{output.Name}': [{capacity}, {steps}, {output.Node.Width}] numbers are more than an array holds; take a smaller batch size.");
        }
    }

    /// <summary>The most rows.</summary>
    public int Capacity { get; }

    /// <summary>The outputs, in the graph's order.</summary>
    public IReadOnlyList<BatchOutput> All => _outputs;

    internal BatchOutput[] Array => _outputs;

    /// <summary>An output by name.</summary>
    /// <param name="name">The name, e.g. <c>output</c>.</param>
    /// <exception cref="ResearchException">There is no such output.</exception>
    public BatchOutput this[string name] =>
        System.Array.Find(_outputs, output => output.Name == name)
        ?? throw new ResearchException($"There is no output '{name}'; this model has {string.Join(", ", _outputs.Select(output => $"'{output.Name}'"))}.");
}
