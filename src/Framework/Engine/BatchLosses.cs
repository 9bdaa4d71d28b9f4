using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Framework.Engine;

/// <summary>What a training step yields, written by the engine. Reused from batch to batch.</summary>
public sealed class BatchLosses
{
    private readonly double[] _weights;

    /// <summary>Makes room for a model's losses.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="objective">The objective that it was compiled with.</param>
    public BatchLosses(ModelGraph graph, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(objective);
        _weights = [.. graph.Outputs.Select(output => objective.WeightOf(output.Name))];
        Losses = new double[graph.Outputs.Count];
        Rows = new long[graph.Outputs.Count];
    }

    /// <summary>Throws unless they are a model's: they have its number of outputs and its objective's weights of them.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="objective">The objective that it was compiled with.</param>
    /// <exception cref="ResearchException">They are another's.</exception>
    public void RequireFit(ModelGraph graph, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(objective);
        bool fits = graph.Outputs.Count == _weights.Length; // without an allocation, as a batch may bring new ones
        for (int i = 0; fits && i < _weights.Length; i++) fits = objective.WeightOf(graph.Outputs[i].Name) == _weights[i];
        if (!fits)
            throw new ResearchException("The losses belong to another model or objective: their outputs, or the outputs' weights, are others; make them with new BatchLosses(model.Graph, model.Objective).");
    }

    /// <summary>For each output, in the graph's order, the mean loss over the rows that count, before the update; 0 where none counts.</summary>
    public double[] Losses { get; }

    /// <summary>For each output, how many rows (samples times time steps) count.</summary>
    public long[] Rows { get; }

    /// <summary>
    /// Whether losses, gradients and what they would make of the weights were finite; if not, no weight, and nothing that the optimizer
    /// remembers, has changed.
    /// </summary>
    public bool IsFinite { get; set; } = true;

    /// <summary>What penalties on weights add to the loss.</summary>
    public double Penalty { get; set; }

    /// <summary>The loss that is made small: the outputs' losses, each times its weight, and the penalties.</summary>
    public double Total
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < Losses.Length; i++)
            {
                // 0 times a loss that is not finite is none.
                if (_weights[i] != 0) sum += _weights[i] * Losses[i];
            }

            return sum + Penalty;
        }
    }
}
