using Research.Cells.Tests.Conformance;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Cells.Tests.Models;

/// <summary>
/// A model against the same model as plain loops in double: predictions, which rows count, each output's loss, and every weight's gradient by central
/// differences of those loops.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="data">What it is trained on, in one batch.</param>
/// <param name="objective">Losses; the optimizer is replaced by one that leaves the weights alone.</param>
/// <param name="plain">From weights, sample, and whether it is training to each output's steps; a step that does not count is null.</param>
internal sealed class PlainCheck(Model model, Dataset data, Objective objective, Func<PlainWeights, int, bool, double[]?[][]> plain)
{
    public static readonly Seeds Seeds = new(7);

    /// <summary>Compares.</summary>
    /// <returns>The graph, for what else there is to see.</returns>
    public ModelGraph Run()
    {
        data.Validate();
        ModelGraph graph = model.Graph(data);
        ICompiledModel compiled = new ManagedEngine().Compile(graph, objective with { Optimizer = new Sgd { LearningRate = 1e-30 } }, Seeds);
        Dictionary<string, double[]> weights = Numbers.Weights(graph.Weights);
        foreach ((string name, double[] values) in weights) compiled.SetWeight(name, Numbers.ToFloat(values));
        Batch batch = EngineRun.Batch(data);
        Predictions(compiled.PredictBatch(batch, compiled.CreateState()), weights);

        BatchLosses losses = new(graph, objective);
        compiled.TrainBatch(batch, compiled.CreateState(), losses);
        for (int output = 0; output < graph.Outputs.Count; output++)
        {
            double expected = LossOf(graph, weights, output);
            Assert.That(losses.Losses[output], Is.EqualTo(expected).Within(1e-5 * Math.Max(1, Math.Abs(expected))), graph.Outputs[output].Name);
        }

        Assert.That(losses.Total, Is.EqualTo(Total(graph, weights)).Within(1e-5));
        foreach (WeightDescription weight in graph.Weights) Gradient(graph, weights, weight.Name, compiled.GetGradient(weight.Name));
        return graph;
    }

    private void Predictions(BatchOutputs outputs, Dictionary<string, double[]> weights)
    {
        for (int sample = 0; sample < data.Samples; sample++)
        {
            double[]?[][] expected = plain(new PlainWeights(weights), sample, false);
            for (int output = 0; output < expected.Length; output++)
            {
                BatchOutput given = outputs.All[output];
                Assert.That(given.TimeSteps, Is.EqualTo(expected[output].Length));
                for (int step = 0; step < given.TimeSteps; step++)
                {
                    int row = sample * given.TimeSteps + step;
                    Assert.That(given.Counts[row], Is.EqualTo(expected[output][step] is not null), $"{given.Name}: whether step {step} of sample {sample} counts");
                    if (expected[output][step] is { } values)
                        Assert.That(given.Values.AsSpan(row * given.Width, given.Width).ToArray(), Is.EqualTo(values).Within(1e-5), $"{given.Name}: step {step} of sample {sample}");
                }
            }
        }
    }

    private void Gradient(ModelGraph graph, Dictionary<string, double[]> weights, string name, float[] gradient)
    {
        const double Step = 1e-5;
        double[] values = weights[name], differences = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            values[i] = value + Step;
            double above = Total(graph, weights);
            values[i] = value - Step;
            double below = Total(graph, weights);
            values[i] = value;
            differences[i] = (above - below) / (2 * Step);
        }

        double scale = differences.Max(Math.Abs), error = gradient.Zip(differences, (a, b) => Math.Abs(a - b)).Max();
        Assert.That(scale, Is.GreaterThan(1e-5), $"{name} has no influence, so that nothing is tested");
        Assert.That(error, Is.LessThan(1e-4 * scale + 1e-6), name);
    }

    private double Total(ModelGraph graph, Dictionary<string, double[]> weights) =>
        graph.Outputs.Select((output, index) => objective.WeightOf(output.Name) * LossOf(graph, weights, index)).Sum();

    private double LossOf(ModelGraph graph, Dictionary<string, double[]> weights, int output)
    {
        TargetBlock target = data.FindTarget(graph.Outputs[output].Name);
        Loss loss = objective.LossOf(target.Name);
        double sum = 0;
        int counted = 0;
        for (int sample = 0; sample < data.Samples; sample++)
        {
            double[]?[] steps = plain(new PlainWeights(weights), sample, true)[output];
            for (int step = 0; step < steps.Length; step++)
            {
                int row = sample * steps.Length + step;
                if (steps[step] is not { } prediction || target.Mask?[row] == false) continue;
                counted++;
                double[] expected = [.. Enumerable.Range(0, target.Width).Select(i => target.Classes is { } classes ? classes[row] == i ? 1.0 : 0 : target.Values![row * target.Width + i])];
                sum += (target.Weights?[row] ?? 1) * prediction.Zip(expected, (p, y) => loss.Kind switch
                {
                    LossKind.MeanSquaredError => (p - y) * (p - y) / target.Width,
                    LossKind.BinaryCrossEntropy => -(y * Math.Log(p) + (1 - y) * Math.Log(1 - p)) / target.Width,
                    LossKind.CategoricalCrossEntropy => y == 0 ? 0 : -y * Math.Log(p),
                    _ => throw new ArgumentException($"No plain form of '{loss}'."),
                }).Sum();
            }
        }

        return sum / counted;
    }
}
