using Research.Framework.Objectives;

namespace Research.Framework.Tests.Training;

/// <summary>
/// Keras' update rules element by element in double precision, as its documentation writes them, with nothing shared with the
/// engine.
/// </summary>
internal sealed class OptimizerOracle(Optimizer optimizer, double[][] weights)
{
    private readonly double[][] _first = Zeros(weights), _second = Zeros(weights), _third = Zeros(weights);
    private int _step;

    public double[][] Weights { get; } = weights;

    /// <summary>L2 λ of each weight.</summary>
    public double[] L2 { get; init; } = new double[weights.Length];

    /// <summary>One step; returns the penalties before it.</summary>
    public double Step(double[][] gradients)
    {
        double penalty = 0;
        double[][] g = [.. gradients.Select(gradient => gradient.ToArray())];
        for (int k = 0; k < g.Length; k++)
        {
            for (int i = 0; i < g[k].Length; i++)
            {
                penalty += L2[k] * Weights[k][i] * Weights[k][i];
                g[k][i] += 2 * L2[k] * Weights[k][i];
            }
        }

        Clip(g);
        double rate = optimizer.LearningRate * optimizer.Schedule.At(_step++);
        for (int k = 0; k < g.Length; k++)
        {
            for (int i = 0; i < g[k].Length; i++) Element(ref Weights[k][i], g[k][i], ref _first[k][i], ref _second[k][i], ref _third[k][i], rate);
        }

        return penalty;
    }

    private static double[][] Zeros(double[][] like) => [.. like.Select(values => new double[values.Length])];

    private void Clip(double[][] g)
    {
        double global = Math.Sqrt(g.Sum(gradient => gradient.Sum(x => x * x)));
        foreach (double[] gradient in g)
        {
            double norm = Math.Sqrt(gradient.Sum(x => x * x));
            for (int i = 0; i < gradient.Length; i++)
            {
                if (optimizer.ClipValue is { } value) gradient[i] = Math.Max(-value, Math.Min(value, gradient[i]));
                if (optimizer.ClipNorm is { } limit) gradient[i] *= limit / Math.Max(norm, limit);
                if (optimizer.GlobalClipNorm is { } all) gradient[i] *= all / Math.Max(global, all);
            }
        }
    }

    private void Element(ref double w, double g, ref double first, ref double second, ref double third, double rate)
    {
        switch (optimizer)
        {
            case AdaptiveMoments adam:
                if (adam is AdamW decaying) w -= rate * decaying.WeightDecay * w;
                first = adam.Beta1 * first + (1 - adam.Beta1) * g;
                second = adam.Beta2 * second + (1 - adam.Beta2) * g * g;
                third = adam.AmsGrad ? Math.Max(third, second) : second;
                double corrected = rate * Math.Sqrt(1 - Math.Pow(adam.Beta2, _step)) / (1 - Math.Pow(adam.Beta1, _step));
                w -= corrected * first / (Math.Sqrt(third) + adam.Epsilon);
                break;
            case Sgd sgd:
                first = sgd.Momentum * first - rate * g;
                w += sgd.Nesterov ? sgd.Momentum * first - rate * g : first;
                break;
            case RmsProp rms:
                first = rms.Rho * first + (1 - rms.Rho) * g * g;
                second = rms.Rho * second + (1 - rms.Rho) * g;
                double square = rms.Centered ? first - second * second : first;
                double size = rms.EpsilonOutsideRoot ? Math.Sqrt(square) + rms.Epsilon : Math.Sqrt(square + rms.Epsilon);
                third = rms.Momentum * third + rate * g / size;
                w -= third;
                break;
        }
    }
}
