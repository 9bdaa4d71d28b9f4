using Research.Framework.Engine;

namespace Research.Framework.Training;

/// <summary><see cref="ReduceOnPlateau"/> at work, as Keras does it.</summary>
/// <param name="options">Its options.</param>
/// <param name="model">The model that is trained.</param>
/// <param name="largerIsBetter">Whether the figure that is watched is.</param>
internal sealed class PlateauWatch(ReduceOnPlateau options, ICompiledModel model, bool largerIsBetter)
{
    private const string Name = "reduce_on_plateau", CooldownName = Name + "/cooldown";

    private readonly WatchedFigure _figure = new(Name, largerIsBetter, options.MinimumDelta);
    private int _cooldown;

    public void EpochEnded(double value)
    {
        if (_cooldown > 0)
        {
            _cooldown--;
            _figure.CountAnew();
        }

        if (_figure.Improves(value) || _cooldown > 0) return;
        _figure.CountEpoch();
        double factor = model.LearningRateFactor;
        if (_figure.Wait < options.Patience || factor <= options.MinimumFactor) return;
        model.LearningRateFactor = Math.Max(factor * options.Factor, options.MinimumFactor);
        _cooldown = options.Cooldown;
        _figure.CountAnew();
    }

    public void Save(TrainingTensors tensors)
    {
        _figure.Save(tensors);
        tensors.Add(CooldownName, [(long)_cooldown]);
    }

    public void Load(TrainingTensors tensors, IReadOnlyList<double> curve)
    {
        _figure.Load(tensors, curve);
        _cooldown = tensors.Count(CooldownName, options.Cooldown);
    }
}
