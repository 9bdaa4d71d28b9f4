using System.Globalization;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Plain.Engine;

/// <summary>An output's loss over the rows that count.</summary>
internal sealed class PlainLoss
{
    // Keras' bounds of a probability.
    private const double Smallest = 1e-7, Largest = 1 - 1e-7;

    private readonly Loss _loss;
    private readonly double _weight;
    private readonly DoubleStep? _function;

    public PlainLoss(GraphOutput output, Objective objective)
    {
        _loss = objective.LossOf(output.Name);
        _weight = objective.WeightOf(output.Name);
        _function = _loss is FunctionLoss function ? new DoubleStep(function.Trace(output.Node.Width)) : null;
    }

    /// <summary>Computes the loss, and adds its gradient to the output's, or to that of what its last function reads.</summary>
    /// <param name="output">The output.</param>
    /// <param name="target">Its target.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="losses">Receives loss and rows.</param>
    /// <param name="index">Which output it is.</param>
    public void Run(PlainFlow output, TargetBlock target, PlainBatch batch, BatchLosses losses, int index)
    {
        List<Position> counted = [];
        for (int step = 0; step < output.Steps; step++)
        {
            for (int row = 0; row < output.Rows; row++)
            {
                int at = batch.Samples[row] * output.Steps + step;
                if (output.Counts(step, row) && target.Mask?[at] != false) counted.Add(new Position(step, row, at));
            }
        }

        losses.Rows[index] = counted.Count;
        losses.Losses[index] = 0;
        if (counted.Count == 0) return;
        double share = 1.0 / counted.Count;
        losses.Losses[index] = share * (_function is null ? counted.Sum(position => OfRow(output, target, position, share, batch)) : OfFunction(_function, output, target, counted, share));
    }

    // Rows that do not count are not even looked at: what their loss would be, or its derivative, may not be a number.
    private double OfFunction(DoubleStep function, PlainFlow output, TargetBlock target, IEnumerable<Position> all, double share)
    {
        Position[] counted = [.. all.Where(position => target.Weights?[position.At] != 0)];
        if (counted.Length == 0) return 0;
        double[][] truth = [.. counted.Select(position => Truth(target, position.At))];
        DoubleStepPass pass = function.Forward(
            new Dictionary<string, double[]>(),
            [
                PlainMath.Fill(counted.Length, output.Width, (i, column) => output.Values[counted[i].Step][counted[i].Row, column]),
                PlainMath.Fill(counted.Length, output.Width, (i, column) => truth[i][column]),
                PlainMath.Fill(counted.Length, 1, (i, _) => target.Weights?[counted[i].At] ?? 1),
            ],
            []);
        double[,] gradient = function.Backward(pass, PlainMath.Fill(counted.Length, 1, (_, _) => share * _weight), []).Inputs[0];
        double sum = 0;
        for (int i = 0; i < counted.Length; i++)
        {
            sum += pass.Output[i, 0];
            for (int column = 0; column < output.Width; column++) output.Gradient[counted[i].Step][counted[i].Row, column] += gradient[i, column];
        }

        return sum;
    }

    private double OfRow(PlainFlow output, TargetBlock target, Position position, double share, PlainBatch batch)
    {
        double weight = target.Weights?[position.At] ?? 1;
        if (weight == 0) return 0;
        double[] p = PlainMath.Row(output.Values[position.Step], position.Row), y = Truth(target, position.At), gradient = new double[p.Length];
        PlainFlow? logits = _loss.Kind switch
        {
            LossKind.CategoricalCrossEntropy or LossKind.SparseCategoricalCrossEntropy when output.LastFunction == Operations.Softmax => output.Logits,
            LossKind.BinaryCrossEntropy when output.LastFunction == Operations.Sigmoid => output.Logits,
            _ => null,
        };
        double[]? z = logits is null ? null : PlainMath.Row(logits.Values[position.Step], position.Row);
        double loss = _loss.Kind switch
        {
            LossKind.BinaryCrossEntropy when z is not null => SigmoidCrossEntropy(p, z, y, gradient),
            LossKind.BinaryCrossEntropy => Mean(p, y, gradient, BinaryCrossEntropy),
            LossKind.MeanSquaredError => Mean(p, y, gradient, (a, b) => new Term((a - b) * (a - b), 2 * (a - b))),
            LossKind.MeanAbsoluteError => Mean(p, y, gradient, (a, b) => new Term(Math.Abs(a - b), Math.Sign(a - b))),
            LossKind.Huber => Mean(p, y, gradient, (a, b) => Math.Abs(a - b) <= _loss.Delta
                ? new Term(0.5 * (a - b) * (a - b), a - b)
                : new Term(_loss.Delta * Math.Abs(a - b) - 0.5 * _loss.Delta * _loss.Delta, _loss.Delta * Math.Sign(a - b))),
            _ when z is not null => SoftmaxCrossEntropy(p, y, gradient),
            _ => CrossEntropy(p, y, gradient, batch),
        };
        double[,] to = (logits ?? output).Gradient[position.Step];
        for (int i = 0; i < gradient.Length; i++) to[position.Row, i] += weight * _weight * share * gradient[i];
        return weight * loss;
    }

    private static double[] Truth(TargetBlock target, int at) => target.Classes is { } classes
        ? [.. Enumerable.Range(0, target.Width).Select(i => i == classes[at] ? 1.0 : 0.0)]
        : [.. target.Values!.AsSpan(at * target.Width, target.Width).ToArray().Select(value => (double)value)];

    private static double Mean(double[] p, double[] y, double[] gradient, Func<double, double, Term> term)
    {
        double sum = 0;
        for (int i = 0; i < p.Length; i++)
        {
            Term of = term(p[i], y[i]);
            sum += of.Loss;
            gradient[i] = of.Gradient / p.Length;
        }

        return sum / p.Length;
    }

    private static Term BinaryCrossEntropy(double p, double y)
    {
        double kept = Math.Clamp(p, Smallest, Largest);
        return new Term(-y * Math.Log(kept) - (1 - y) * Math.Log(1 - kept), kept == p ? (p - y) / (p * (1 - p)) : 0);
    }

    private static double SigmoidCrossEntropy(double[] p, double[] z, double[] y, double[] gradient)
    {
        double sum = 0;
        for (int i = 0; i < z.Length; i++)
        {
            sum += Math.Max(z[i], 0) - y[i] * z[i] + Math.Log(1 + Math.Exp(-Math.Abs(z[i])));
            gradient[i] = (p[i] - y[i]) / z.Length;
        }

        return sum / z.Length;
    }

    private static double SoftmaxCrossEntropy(double[] p, double[] y, double[] gradient)
    {
        double loss = 0;
        for (int i = 0; i < p.Length; i++)
        {
            if (y[i] != 0) loss -= y[i] * Math.Log(Math.Clamp(p[i], Smallest, Largest));
            gradient[i] = y.Sum() * p[i] - y[i];
        }

        return loss;
    }

    // Of p divided by its sum and clipped.
    private static double CrossEntropy(double[] p, double[] y, double[] gradient, PlainBatch batch)
    {
        double total = p.Sum(), loss = 0, drawn = 0;
        if (total == 0 || p.Any(value => value < 0))
            throw new ResearchException($"Cross-entropy needs predictions that are probabilities: 0 or more, and not all 0; for '{batch.Data.Description}' the model predicted {string.Join(", ", p.Select(value => value.ToString("G4", CultureInfo.InvariantCulture)))}. End the model in softmax (Activation.Softmax) or choose another loss.");
        for (int i = 0; i < p.Length; i++)
        {
            double share = p[i] / total;
            if (y[i] == 0) continue;
            loss -= y[i] * Math.Log(Math.Clamp(share, Smallest, Largest));
            if (share is < Smallest or > Largest) continue;
            drawn += y[i];
            gradient[i] -= y[i] / share;
        }

        for (int i = 0; i < p.Length; i++) gradient[i] = (gradient[i] + drawn) / total;
        return loss;
    }

    /// <summary>A row of the output that counts, and where its target is.</summary>
    private sealed record Position(int Step, int Row, int At);

    private sealed record Term(double Loss, double Gradient);
}
