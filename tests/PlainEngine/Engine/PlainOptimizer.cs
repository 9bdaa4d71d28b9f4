using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Objectives;

namespace Research.Plain.Engine;

/// <summary>Penalties, clipping, decay, update, limits: what an update does, in that order.</summary>
internal sealed class PlainOptimizer
{
    private readonly PlainParts _parts;
    private readonly Objective _objective;
    private readonly Optimizer _optimizer;

    public PlainOptimizer(PlainParts parts, Objective objective)
    {
        _parts = parts;
        _objective = objective;
        _optimizer = objective.Optimizer;
        foreach (string moment in _optimizer.Moments)
        {
            foreach (WeightDescription weight in parts.Graph.Weights) Moments.Add(TensorNames.Moment(moment, weight.Name), new double[weight.Count]);
        }
    }

    public long Steps { get; set; }

    public double RateFactor { get; set; } = 1;

    public double Beta1Power { get; set; } = 1;

    public double Beta2Power { get; set; } = 1;

    /// <summary>What is remembered, by the tensors' names: doubles that are floats.</summary>
    public Dictionary<string, double[]> Moments { get; } = [];

    /// <summary>Adds the penalties' gradients; returns the penalties.</summary>
    public double AddPenalties()
    {
        double sum = 0;
        foreach ((string name, double[] w) in _parts.Weights)
        {
            double l2 = _objective.L2Of(name);
            double[] g = _parts.Gradients[name];
            for (int i = 0; i < w.Length && l2 > 0; i++)
            {
                sum += l2 * w[i] * w[i];
                g[i] += 2 * l2 * w[i];
            }
        }

        return sum;
    }

    /// <summary>An update, unless something is not a finite float: then nothing changes.</summary>
    public bool TryUpdate()
    {
        if (_parts.Gradients.Values.Any(gradient => gradient.Any(value => !float.IsFinite((float)value)))) return false;
        double[][] kept = [.. _parts.Weights.Values, .. Moments.Values], before = [.. kept.Select(values => values.ToArray())];
        (long steps, double beta1Power, double beta2Power) = (Steps, Beta1Power, Beta2Power);
        Update();
        if (kept.All(values => values.All(double.IsFinite))) return true;
        for (int i = 0; i < kept.Length; i++) before[i].CopyTo(kept[i], 0);
        (Steps, Beta1Power, Beta2Power) = (steps, beta1Power, beta2Power);
        return false;
    }

    private void Update()
    {
        // Before anything changes: a schedule of the user's own may throw.
        double rate = _optimizer.LearningRate * _optimizer.Schedule.At(Steps) * RateFactor;
        Clip();
        Steps++;
        if (_optimizer is AdaptiveMoments adaptive)
        {
            Beta1Power *= adaptive.Beta1;
            Beta2Power *= adaptive.Beta2;
        }

        foreach (WeightDescription weight in _parts.Graph.Weights)
        {
            double[] w = _parts.Weights[weight.Name], g = _parts.Gradients[weight.Name];
            double[][] moments = [.. _optimizer.Moments.Select(moment => Moments[TensorNames.Moment(moment, weight.Name)])];
            double decay = _optimizer is AdamW adamW && adamW.Decays(weight.Name) ? rate * adamW.WeightDecay : 0;
            for (int i = 0; i < w.Length; i++)
            {
                w[i] -= decay * w[i];
                switch (_optimizer)
                {
                    case AdaptiveMoments adam: Adapt(adam, rate, w, g[i], moments, i); break;
                    case Sgd sgd: Descend(sgd, rate, w, g[i], moments, i); break;
                    case RmsProp rms: Propagate(rms, rate, w, g[i], moments, i); break;
                }
            }

            if (_objective.MaxNormOf(weight.Name) is { } limit) Limit(w, weight, limit);

            // What is kept is a float.
            foreach (double[] kept in (double[][])[w, .. moments])
            {
                for (int i = 0; i < kept.Length; i++) kept[i] = (float)kept[i];
            }
        }
    }

    private void Adapt(AdaptiveMoments adam, double rate, double[] w, double g, double[][] moments, int i)
    {
        moments[0][i] += (1 - adam.Beta1) * (g - moments[0][i]);
        moments[1][i] += (1 - adam.Beta2) * (g * g - moments[1][i]);
        if (adam.AmsGrad) moments[2][i] = Math.Max(moments[2][i], moments[1][i]);
        w[i] -= rate * Math.Sqrt(1 - Beta2Power) / (1 - Beta1Power) * moments[0][i] / (Math.Sqrt(moments[^1][i]) + adam.Epsilon);
    }

    private static void Descend(Sgd sgd, double rate, double[] w, double g, double[][] moments, int i)
    {
        if (sgd.Momentum > 0) moments[0][i] = sgd.Momentum * moments[0][i] - rate * g;
        w[i] += sgd.Momentum == 0 ? -rate * g : sgd.Nesterov ? sgd.Momentum * moments[0][i] - rate * g : moments[0][i];
    }

    private static void Propagate(RmsProp rms, double rate, double[] w, double g, double[][] moments, int i)
    {
        moments[0][i] += (1 - rms.Rho) * (g * g - moments[0][i]);
        double square = moments[0][i];
        if (rms.Centered)
        {
            moments[1][i] += (1 - rms.Rho) * (g - moments[1][i]);
            square = Math.Max(0, square - moments[1][i] * moments[1][i]);
        }

        double change = rate * g / (rms.EpsilonOutsideRoot ? Math.Sqrt(square) + rms.Epsilon : Math.Sqrt(square + rms.Epsilon));
        if (rms.Momentum > 0) change = moments[^1][i] = rms.Momentum * moments[^1][i] + change;
        w[i] -= change;
    }

    private void Clip()
    {
        double all = Norm(_parts.Gradients.Values.SelectMany(g => g));
        foreach (double[] g in _parts.Gradients.Values)
        {
            if (_optimizer.ClipValue is { } size)
            {
                for (int i = 0; i < g.Length; i++) g[i] = Math.Clamp(g[i], -size, size);
            }

            if (_optimizer.ClipNorm is { } norm) Shorten(g, Norm(g), norm);
            if (_optimizer.GlobalClipNorm is { } global) Shorten(g, all, global);
        }
    }

    // A row vector is one column.
    private static void Limit(double[] w, WeightDescription weight, double limit)
    {
        int columns = weight.Shape.Count == 1 ? 1 : weight.Columns;
        for (int column = 0; column < columns; column++)
        {
            int[] indices = [.. Enumerable.Range(0, w.Length).Where(i => i % columns == column)];
            double norm = Norm(indices.Select(i => w[i]));
            foreach (int i in indices.Where(_ => norm > limit)) w[i] *= limit / norm;
        }
    }

    private static double Norm(IEnumerable<double> numbers) => Math.Sqrt(numbers.Sum(number => number * number));

    private static void Shorten(double[] g, double norm, double limit)
    {
        for (int i = 0; i < g.Length && norm > limit; i++) g[i] *= limit / norm;
    }
}
