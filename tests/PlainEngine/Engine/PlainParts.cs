using Research.Framework;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Plain.Engine;

/// <summary>What all passes through a model share: its equations, weights and their gradients.</summary>
internal sealed class PlainParts
{
    private readonly Dictionary<GraphNode, DoubleStep> _steps = [];
    private readonly Dictionary<GraphNode, PlainEnd> _ends = [];

    public PlainParts(ModelGraph graph, Objective objective, Seeds seeds, CancellationToken cancellation)
    {
        Graph = graph;
        foreach (GraphNode node in graph.Nodes)
        {
            if (node is ScanNode scan) _steps.Add(scan, new DoubleStep(scan.Step));
            if (node is RowsNode rows) _steps.Add(rows, new DoubleStep(rows.Step));
        }

        foreach (GraphOutput output in graph.Outputs)
        {
            GraphNode source = output.Node;
            while (source is SelectNode { IsLast: true } or RowsNode { IsCopy: true }) source = source.Inputs[0];
            Operation? last = objective.LossOf(output.Name).Kind switch
            {
                LossKind.CategoricalCrossEntropy or LossKind.SparseCategoricalCrossEntropy => Operations.Softmax,
                LossKind.BinaryCrossEntropy => Operations.Sigmoid,
                _ => null,
            };
            if (last is not null && source is RowsNode rows && rows.Step.Before(last) is { } before) _ends[rows] = new PlainEnd(last, new DoubleStep(before));
        }

        foreach (WeightDescription weight in graph.Weights)
        {
            float[] values = new float[weight.Count];
            weight.Fill(values, seeds, cancellation);
            Weights.Add(weight.Name, [.. values]);
            Gradients.Add(weight.Name, new double[weight.Count]);
        }
    }

    public ModelGraph Graph { get; }

    /// <summary>The weights by name, row-major: doubles that are floats.</summary>
    public Dictionary<string, double[]> Weights { get; } = [];

    /// <summary>The gradients of the last training step.</summary>
    public Dictionary<string, double[]> Gradients { get; } = [];

    public DoubleStep StepOf(GraphNode node) => _steps[node];

    /// <summary>Where a loss goes past the last function of equations; null elsewhere.</summary>
    public PlainEnd? EndOf(RowsNode node) => _ends.GetValueOrDefault(node);

    public void AddGradients(DoubleStepGradients part)
    {
        foreach ((string name, double[] gradient) in part.Weights)
        {
            double[] sum = Gradients[name];
            for (int i = 0; i < sum.Length; i++) sum[i] += gradient[i];
        }
    }
}
