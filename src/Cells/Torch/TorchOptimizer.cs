using Research.Framework.Equations;
using Research.Framework.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>Penalties, clipping, decay, update, limits: what an update does, in that order, to all weights in one tensor.</summary>
internal sealed class TorchOptimizer : IDisposable
{
    private readonly TorchParts _parts;
    private readonly Objective _objective;
    private readonly Optimizer _optimizer;
    private readonly Tensor? _decays;

    public TorchOptimizer(TorchParts parts, Objective objective)
    {
        _parts = parts;
        _objective = objective;
        _optimizer = objective.Optimizer;
        using DisposeScope scope = NewDisposeScope();
        Gradient = zeros_like(parts.Weights).DetachFromDisposeScope();
        Moments = _optimizer.Moments.ToDictionary(moment => moment, _ => zeros_like(parts.Weights).DetachFromDisposeScope());
        if (_optimizer is AdamW adamW)
            _decays = tensor([.. parts.Graph.Weights.SelectMany(weight => Enumerable.Repeat((float)(adamW.Decays(weight.Name) ? adamW.WeightDecay : 0), weight.Count))], device: parts.Device).DetachFromDisposeScope();
    }

    public long Steps { get; set; }

    public double RateFactor { get; set; } = 1;

    public double Beta1Power { get; set; } = 1;

    public double Beta2Power { get; set; } = 1;

    /// <summary>What is remembered of all weights, by the optimizer's names.</summary>
    public IReadOnlyDictionary<string, Tensor> Moments { get; }

    /// <summary>The last gradient as it was taken.</summary>
    public Tensor Gradient { get; }

    /// <summary>Adds the penalties' gradients; returns the penalties.</summary>
    public Tensor AddPenalties(Tensor gradient)
    {
        Tensor sum = zeros(1, device: _parts.Device);
        foreach (WeightDescription weight in _parts.Graph.Weights)
        {
            if (_objective.L2Of(weight.Name) is not (> 0 and var l2)) continue;
            Tensor w = _parts.Of(_parts.Weights, weight);
            sum = sum.Plus(w.Squared().sum().Times(l2));
            _parts.Of(gradient, weight).Add(w, 2 * l2);
        }

        return sum;
    }

    /// <summary>An update that has been computed and not made.</summary>
    /// <param name="gradient">The gradient with penalties; clipped here.</param>
    public Update Prepare(Tensor gradient)
    {
        Tensor isFinite = gradient.isfinite().all();
        Clip(gradient);
        double rate = _optimizer.LearningRate * _optimizer.Schedule.At(Steps) * RateFactor;
        double beta1Power = Beta1Power, beta2Power = Beta2Power;
        Tensor w = _decays is null ? _parts.Weights : _parts.Weights.Minus((_parts.Weights * _decays).Times(rate));
        List<Tensor> moments = [];
        switch (_optimizer)
        {
            case AdaptiveMoments adam:
                beta1Power *= adam.Beta1;
                beta2Power *= adam.Beta2;
                w = Adapt(adam, w, gradient, moments, rate * Math.Sqrt(1 - beta2Power) / (1 - beta1Power));
                break;
            case Sgd sgd: w = Descend(sgd, w, gradient, moments, rate); break;
            case RmsProp rms: w = Propagate(rms, w, gradient, moments, rate); break;
        }

        w = Limited(w);
        isFinite = moments.Prepend(w).Aggregate(isFinite, (all, kept) => all.logical_and(kept.isfinite().all()));
        return new Update(gradient, w, moments, isFinite, beta1Power, beta2Power);
    }

    /// <summary>Makes it.</summary>
    public void Make(Update update)
    {
        Gradient.copy_(update.Gradient);
        _parts.Weights.copy_(update.Weights);
        foreach ((Tensor kept, Tensor made) in _optimizer.Moments.Select(moment => Moments[moment]).Zip(update.Moments)) kept.copy_(made);
        Steps++;
        (Beta1Power, Beta2Power) = (update.Beta1Power, update.Beta2Power);
    }

    public void Dispose()
    {
        Gradient.Dispose();
        _decays?.Dispose();
        foreach (Tensor moment in Moments.Values) moment.Dispose();
    }

    // Epsilon is beside the root as it is, in torch's own it is beside a root that has been corrected.
    private Tensor Adapt(AdaptiveMoments adam, Tensor w, Tensor g, List<Tensor> moments, double rate)
    {
        Tensor first = Moments["first_moment"], second = Moments["second_moment"];
        moments.Add(first.Plus(g.Minus(first).Times(1 - adam.Beta1)));
        moments.Add(second.Plus(g.Squared().Minus(second).Times(1 - adam.Beta2)));
        if (adam.AmsGrad) moments.Add(maximum(Moments["largest_second_moment"], moments[1]));
        return w.Minus(moments[0].Times(rate) / moments[^1].sqrt().Plus(adam.Epsilon));
    }

    private Tensor Descend(Sgd sgd, Tensor w, Tensor g, List<Tensor> moments, double rate)
    {
        if (sgd.Momentum == 0) return w.Minus(g.Times(rate));
        moments.Add(Moments["velocity"].Times(sgd.Momentum).Minus(g.Times(rate)));
        return sgd.Nesterov ? w.Plus(moments[0].Times(sgd.Momentum)).Minus(g.Times(rate)) : w.Plus(moments[0]);
    }

    private Tensor Propagate(RmsProp rms, Tensor w, Tensor g, List<Tensor> moments, double rate)
    {
        Tensor square = Moments["mean_square"];
        square = square.Plus(g.Squared().Minus(square).Times(1 - rms.Rho));
        moments.Add(square);
        if (rms.Centered)
        {
            Tensor mean = Moments["mean_gradient"];
            mean = mean.Plus(g.Minus(mean).Times(1 - rms.Rho));
            moments.Add(mean);
            square = square.Minus(mean.Squared()).relu();
        }

        Tensor change = g.Times(rate) / (rms.EpsilonOutsideRoot ? square.sqrt().Plus(rms.Epsilon) : square.Plus(rms.Epsilon).sqrt());
        if (rms.Momentum == 0) return w.Minus(change);
        moments.Add(Moments["velocity"].Times(rms.Momentum).Plus(change));
        return w.Minus(moments[^1]);
    }

    private void Clip(Tensor gradient)
    {
        if (_optimizer.ClipValue is { } size) gradient.copy_(gradient.Clamped(-size, size));
        if (_optimizer.GlobalClipNorm is { } all) Shorten(gradient, all);
        if (_optimizer.ClipNorm is not { } norm) return;
        foreach (WeightDescription weight in _parts.Graph.Weights) Shorten(_parts.Of(gradient, weight), norm);
    }

    private static void Shorten(Tensor gradient, double limit)
    {
        // Divided by the largest, so that no square is more than a float holds.
        Tensor largest = gradient.abs().max();
        Tensor unit = largest.Or(largest.IsAbove(0), 1);
        gradient.mul_(Factor((gradient / unit).Squared().sum().sqrt() * unit, limit));
    }

    private static Tensor Factor(Tensor norm, double limit) => norm.Dividing(limit).Or(norm.IsAbove(limit), 1);

    // A row vector is one column.
    private Tensor Limited(Tensor w)
    {
        foreach (WeightDescription weight in _parts.Graph.Weights)
        {
            if (_objective.MaxNormOf(weight.Name) is not { } limit) continue;
            Tensor part = _parts.Of(w, weight);
            Tensor norm = weight.Shape.Count == 1 ? part.Squared().sum().sqrt() : part.Squared().sum(0, keepdim: true).sqrt();
            part.mul_(Factor(norm, limit));
        }

        return w;
    }

    /// <summary>What an update would make.</summary>
    /// <param name="Gradient">The gradient as it was taken.</param>
    /// <param name="Weights">The weights after it.</param>
    /// <param name="Moments">What is remembered after it, in the optimizer's order.</param>
    /// <param name="IsFinite">One flag: whether all of these are finite.</param>
    /// <param name="Beta1Power">β1^t after it.</param>
    /// <param name="Beta2Power">β2^t after it.</param>
    public sealed record Update(Tensor Gradient, Tensor Weights, IReadOnlyList<Tensor> Moments, Tensor IsFinite, double Beta1Power, double Beta2Power);
}
