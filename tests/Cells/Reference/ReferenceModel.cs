using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Cells.Tests.Reference;

/// <summary>A model with its loss in float64.</summary>
internal sealed class ReferenceModel
{
    private readonly List<bool> _yieldsLast = [];
    private readonly List<ReferenceLayer> _layers = [];
    private readonly Loss _loss;

    public ReferenceModel(Model model, int features, Loss loss)
    {
        _loss = loss;
        foreach (GraphNode node in model.Graph(features).Nodes)
        {
            if (node is SelectNode) _yieldsLast[^1] = true;
            if ((node is ScanNode scan ? scan.Step : (node as RowsNode)?.Step) is not { } step) continue;
            _layers.Add(new ReferenceLayer(step));
            _yieldsLast.Add(false);
        }
    }

    /// <summary>Zero state, <c>[layers][slots][rows * width]</c>.</summary>
    public double[][][] ZeroState(int rows) => [.. _layers.Select(layer => layer.ZeroState(rows))];

    /// <summary>One batch, forward and backward.</summary>
    /// <param name="weights">By name.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="inputs"><c>[time steps][rows * features]</c>.</param>
    /// <param name="state"><c>[layers][slots][rows * width]</c>.</param>
    /// <param name="targets"><c>[output steps][rows * width]</c>; one-hot for classes.</param>
    public ReferenceBatch Run(IReadOnlyDictionary<string, double[]> weights, int rows, double[][] inputs, double[][][] state, double[][] targets)
    {
        List<ReferencePass> passes = [];
        double[][] values = inputs;
        for (int i = 0; i < _layers.Count; i++)
        {
            passes.Add(_layers[i].Forward(weights, rows, values, state[i]));
            values = YieldsLast(i) ? [passes[i].Outputs[^1]] : passes[i].Outputs;
        }

        double[][] predictions = values;
        (double loss, double[][] gradients) = LossOf(predictions, targets, rows);
        Dictionary<string, double[]> weightGradients = [];
        for (int i = _layers.Count - 1; i >= 0; i--)
        {
            if (YieldsLast(i))
                gradients = [.. passes[i].Outputs.SkipLast(1).Select(output => new double[output.Length]), gradients[0]];
            ReferenceGradients layer = _layers[i].Backward(passes[i], gradients, _layers[i].ZeroState(rows));
            foreach ((string name, double[] gradient) in layer.Weights) weightGradients.Add(name, gradient);
            gradients = layer.Inputs;
        }

        return new ReferenceBatch
        {
            Loss = loss,
            Predictions = predictions,
            WeightGradients = weightGradients,
            InputGradients = gradients,
            FinalState = [.. passes.Select(pass => pass.FinalState)],
        };
    }

    private bool YieldsLast(int layer) => _yieldsLast[layer];

    private (double Loss, double[][] Gradients) LossOf(double[][] predictions, double[][] targets, int rows)
    {
        double samples = (double)rows * predictions.Length, width = predictions[0].Length / rows, loss = 0;
        double[][] gradients = [.. predictions.Select(prediction => new double[prediction.Length])];
        for (int t = 0; t < predictions.Length; t++)
        {
            for (int i = 0; i < predictions[t].Length; i++)
            {
                double prediction = predictions[t][i], target = targets[t][i];
                if (_loss == Loss.CategoricalCrossEntropy)
                {
                    loss -= target * Math.Log(prediction) / samples;
                    gradients[t][i] = -target / prediction / samples;
                }
                else
                {
                    loss += (prediction - target) * (prediction - target) / samples / width;
                    gradients[t][i] = 2 * (prediction - target) / samples / width;
                }
            }
        }

        return (loss, gradients);
    }
}
