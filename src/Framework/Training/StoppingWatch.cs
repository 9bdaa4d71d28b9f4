using Research.Framework.Engine;
using Research.Framework.Numerics;
using Research.Framework.Weights;

namespace Research.Framework.Training;

/// <summary><see cref="EarlyStopping"/> at work.</summary>
/// <param name="options">Its options.</param>
/// <param name="model">The model that is trained.</param>
/// <param name="largerIsBetter">Whether the figure that is watched is.</param>
internal sealed class StoppingWatch(EarlyStopping options, ICompiledModel model, bool largerIsBetter)
{
    private const string Name = "early_stopping", BestName = "best", LastName = "last", BestEpochName = Name + "/best_epoch", RestoredName = Name + "/restored";

    private readonly WatchedFigure _figure = new(Name, largerIsBetter, options.MinimumDelta);
    private IReadOnlyList<NamedTensor> _best = [];

    // The weights that the best ones have taken the place of, so that more epochs can follow.
    private IReadOnlyList<NamedTensor> _last = [];

    /// <summary>The best epoch so far, from 1; 0 while there is none.</summary>
    public int BestEpoch { get; private set; }

    public bool HasStopped => _figure.Wait >= options.Patience;

    public void EpochEnded(int epoch, double value)
    {
        if (_figure.Improves(value))
        {
            BestEpoch = epoch;
            if (options.RestoreBest) _best = ModelWeights.Of(model).Tensors;
        }
        else
        {
            _figure.CountEpoch();
        }
    }

    /// <summary>The training has ended: the best weights come back, if that is wanted.</summary>
    public void TrainingEnded(int epoch)
    {
        if (_best.Count == 0 || BestEpoch == epoch || _last.Count > 0) return;
        _last = ModelWeights.Of(model).Tensors;
        model.SetTensors(_best);
    }

    /// <summary>A training that had ended goes on, from where it was.</summary>
    public void TrainingGoesOn()
    {
        if (_last.Count > 0) model.SetTensors(_last);
        _last = [];
    }

    public void Save(TrainingTensors tensors)
    {
        _figure.Save(tensors);
        tensors.Add(BestEpochName, [(long)BestEpoch]);
        tensors.Add(RestoredName, [_last.Count > 0 ? 1L : 0L]);
        tensors.AddWeights(BestName, _best);
        tensors.AddWeights(LastName, _last);
    }

    public void Load(TrainingTensors tensors, IReadOnlyList<double> curve)
    {
        _figure.Load(tensors, curve);
        BestEpoch = tensors.Count(BestEpochName, curve.Count);
        if (BestEpoch == 0 ? !double.IsNaN(_figure.Best) : curve[BestEpoch - 1] != _figure.Best) throw TrainingTensors.Damaged(BestEpochName, $"the epoch that had {_figure.Best}", $"{BestEpoch}");
        if (_figure.Wait != curve.Count - BestEpoch) throw TrainingTensors.Damaged($"{Name}/wait", $"{curve.Count - BestEpoch} epochs since epoch {BestEpoch}", $"{_figure.Wait}");
        bool restored = tensors.Count(RestoredName, 1) == 1;
        _best = tensors.Weights(BestName);
        _last = tensors.Weights(LastName);
        if (_best.Count > 0 || (options.RestoreBest && BestEpoch > 0)) ModelWeights.RequireFit(model, new TensorFile(_best), "The checkpoint's 'training/best/…'");
        if (_best.Count > 0 && BestEpoch == 0) throw TrainingTensors.Damaged(BestEpochName, $"the epoch of the best weights", $"0");
        if (restored != _last.Count > 0) throw TrainingTensors.Damaged(RestoredName, $"1 with the last epoch's weights, 'training/last/…', otherwise 0", $"{(restored ? 1 : 0)}");
        if (_last.Count > 0) ModelWeights.RequireFit(model, new TensorFile(_last), "The checkpoint's 'training/last/…'");
        if (!options.RestoreBest && _best.Count > 0) throw new ResearchException("The checkpoint holds the weights of the best epoch; resume with early stopping that restores them, as it was trained.");
    }
}
