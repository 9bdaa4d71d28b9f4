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

    /// <summary>Throws unless there is room for every output of a batch.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="data">The batch's data, which fit the graph.</param>
    /// <param name="rows">The batch's rows.</param>
    /// <exception cref="ResearchException">There is too little, or it is another model's.</exception>
    public void RequireFit(ModelGraph graph, Dataset data, int rows)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(data);
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            GraphOutput output = graph.Outputs[i];
            int steps = output.Node.Steps.In(data), width = output.Node.Width;
            BatchOutput? room = i < _outputs.Length ? _outputs[i] : null;
            if (room is null || room.Name != output.Name || room.TimeSteps != steps || room.Width != width || Capacity < rows)
                throw new ResearchException($"Predictions: expected room for [{rows}, {steps}, {width}] numbers of output '{output.Name}', got {(room is null ? "none" : $"[{Capacity}, {room.TimeSteps}, {room.Width}] of '{room.Name}'")}; make it with new BatchOutputs(model.Graph, data, rows).");
        }
    }

    /// <summary>An output by name.</summary>
    /// <param name="name">The name, e.g. <c>output</c>.</param>
    /// <exception cref="ResearchException">There is no such output.</exception>
    public BatchOutput this[string name] =>
        System.Array.Find(_outputs, output => output.Name == name)
        ?? throw new ResearchException($"There is no output '{name}'; this model has {string.Join(", ", _outputs.Select(output => $"'{output.Name}'"))}.");
}
