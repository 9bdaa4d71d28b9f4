using System.Globalization;
using Research.Framework.Engine;
using Research.Framework.Metrics;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.Weights;

namespace Research.Framework.Training;

/// <summary>How far a training has come: all of it goes into a checkpoint and comes back.</summary>
internal sealed class TrainingProgress
{
    private const string BatchSizeName = "batch_size", BatchesName = "epoch/batches", UpdatesName = "updates";

    private const string ValidationPrefix = "validation/";

    private static readonly string[] NeverNegative = ["second_moment", "largest_second_moment", "mean_square"];

    private readonly ICompiledModel _model;
    private readonly TrainingOptions _options;
    private readonly Evaluator? _evaluator;
    private readonly long _memory;
    private readonly EvaluationFigures? _figures;
    private readonly LearningCurves _curves;
    private readonly StoppingWatch? _stopping;
    private readonly PlateauWatch? _plateau;

    /// <param name="model">The model that is trained.</param>
    /// <param name="options">The training's options.</param>
    /// <param name="data">What is learnt and validated with.</param>
    /// <param name="evaluator">Predicts the validation data; null for none.</param>
    /// <param name="metrics">Taken of the validation data.</param>
    /// <param name="memory">Bytes of the machine.</param>
    public TrainingProgress(ICompiledModel model, TrainingOptions options, TrainingData data, Evaluator? evaluator, IReadOnlyList<IMetric> metrics, long memory)
    {
        _model = model;
        _options = options;
        _evaluator = evaluator;
        _memory = memory;
        Data = data;
        Losses = new EpochLosses(model.Graph, model.Objective, data.Learnt);
        Recurrent = model.CreateState();
        OutputNames = model.Graph.Outputs.Count > 1 ? [.. model.Graph.Outputs.Select(output => output.Name)] : [];
        if (evaluator is not null)
        {
            _figures = new EvaluationFigures(model, metrics);
            if (options.EarlyStopping is { } stopping) _stopping = new StoppingWatch(stopping, model, _figures.LargerIsBetter(stopping.Metric));
            if (options.ReduceOnPlateau is { } plateau) _plateau = new PlateauWatch(plateau, model, _figures.LargerIsBetter(plateau.Metric));
        }

        _curves = new LearningCurves(
        [
            "training/" + ObjectiveLoss.Name,
            .. OutputNames.Select(output => $"training/{output}/{ObjectiveLoss.Name}"),
            .. _plateau is null ? (string[])[] : ["training/learning_rate_factor"],
            .. FigureNames.Select(name => ValidationPrefix + name),
        ], finite: 1 + OutputNames.Count + (_plateau is null ? 0 : 1));
    }

    public TrainingData Data { get; }

    /// <summary>Under what is trained; null until someone asks.</summary>
    public IReadOnlyDictionary<string, string>? Conditions { get; set; }

    public RecurrentState Recurrent { get; private set; }

    /// <summary>Epochs completed.</summary>
    public int Epoch { get; private set; }

    /// <summary>Batches of the epoch that goes on.</summary>
    public int Batches { get; private set; }

    /// <summary>Batches of all epochs.</summary>
    public long Steps { get; private set; }

    public EpochLosses Losses { get; }

    /// <summary>The outputs' names where there are several; otherwise none.</summary>
    public IReadOnlyList<string> OutputNames { get; }

    /// <summary>The names of the validation data's figures.</summary>
    public IReadOnlyList<string> FigureNames => _figures?.Names ?? [];

    public bool HasStopped => _stopping?.HasStopped ?? false;

    /// <summary>Counts a batch.</summary>
    public void Add(BatchLosses batch, double total, int samples)
    {
        Losses.Add(batch, total, samples);
        Batches++;
        Steps++;
    }

    /// <summary>The validation data's figures as the model is now. Changes nothing.</summary>
    public double[] Validate(CancellationToken cancellation) => _evaluator is null ? [] : _figures!.Of(_evaluator, _memory, cancellation);

    /// <summary>Ends an epoch.</summary>
    /// <param name="losses">Its loss and those of its outputs.</param>
    /// <param name="figures">The validation data's figures.</param>
    public void EndEpoch(double[] losses, double[] figures)
    {
        _curves.Add(losses, _plateau is null ? null : _model.LearningRateFactor, figures);
        Epoch++;
        Batches = 0;
        Losses.Clear();
        _plateau?.EpochEnded(figures[Index(_options.ReduceOnPlateau!.Metric)]);
        _stopping?.EpochEnded(Epoch, figures[Index(_options.EarlyStopping!.Metric)]);
    }

    /// <summary>The training has begun, or goes on where it had ended.</summary>
    public void GoOn() => _stopping?.TrainingGoesOn();

    /// <summary>The training has ended.</summary>
    public TrainingSummary End()
    {
        _stopping?.TrainingEnded(Epoch);
        return new TrainingSummary(_curves.ToList(), Steps, Epoch < _options.Epochs, _stopping is { BestEpoch: > 0 } ? _stopping.BestEpoch : null);
    }

    public IReadOnlyList<NamedTensor> Save()
    {
        TrainingTensors tensors = new([]);
        tensors.Add(BatchSizeName, [(long)_options.BatchSize]);
        tensors.Add(BatchesName, [(long)Batches]);
        if (_model.Tensors.Contains(TensorNames.Steps)) tensors.Add(UpdatesName, _model.GetTensor(TensorNames.Steps).ToLongs());
        Losses.Save(tensors);
        _curves.Save(tensors);
        _stopping?.Save(tensors);
        _plateau?.Save(tensors);
        return tensors.All;
    }

    /// <summary>Takes a checkpoint over, into the model too: all of it or, where anything does not fit, nothing into the model.</summary>
    /// <exception cref="ResearchException">It does not fit.</exception>
    public void Load(Checkpoint from)
    {
        TrainingTensors tensors = new(from.Training);
        long size = tensors.Longs(BatchSizeName, 1)[0];
        if (size != _options.BatchSize) throw new ResearchException($"The checkpoint was trained with a batch size of {size}; this training has {_options.BatchSize}.");
        int batches = (Data.Learnt.Samples - 1) / _options.BatchSize + 1;
        long batch = from.Step - (long)from.Epoch * batches;
        if (batch < 0 || batch > batches)
            throw new ResearchException($"The checkpoint stands at step {from.Step} in epoch {from.Epoch + 1}, which does not fit {batches} batches an epoch; resume with the data and batch size it was trained with.");
        if (tensors.Count(BatchesName, batches) is var counted && counted != batch) throw TrainingTensors.Damaged(BatchesName, $"{batch} batches at step {from.Step}", $"{counted}");
        if (from.Epoch > _options.Epochs) throw new ResearchException($"The checkpoint has trained {from.Epoch} epochs; this training has {_options.Epochs}.");
        Losses.Load(tensors, (int)Math.Min(batch * _options.BatchSize, Data.Learnt.Samples));
        _curves.Load(tensors, from.Epoch);
        _stopping?.Load(tensors, _curves[ValidationPrefix + _options.EarlyStopping!.Metric]);
        _plateau?.Load(tensors, _curves[ValidationPrefix + _options.ReduceOnPlateau!.Metric]);
        RequireUpdates(tensors, from);
        tensors.RequireAllRead();
        (Epoch, Batches, Steps) = (from.Epoch, (int)batch, from.Step);
        LoadModel(from);
    }

    private void LoadModel(Checkpoint from)
    {
        string[] missing = [.. _model.Tensors.Except(from.Model.Select(tensor => tensor.Name)).Select(name => $"'{name}' is missing")];
        string[] unknown = [.. from.Model.Select(tensor => tensor.Name).Except(_model.Tensors).Select(name => $"the model has no '{name}'")];
        if (missing.Length + unknown.Length > 0)
            throw new ResearchException($"The checkpoint does not fit the model: {string.Join("; ", [.. missing, .. unknown])}. Was it trained with other layers, another optimizer or other dropout?");
        RequireSense(from);

        // Before the first step there is no row yet, unless a batch was begun that did not come to its end.
        int rows = from.Step == 0 && from.State.Any(tensor => tensor.Shape is [0, _]) ? 0 : Math.Min(_options.BatchSize, Data.Learnt.Samples);
        StateTensors.Apply(Recurrent, from.State, Data.Learnt, rows, _model.Objective.EarlierBatches);
        _model.SetTensors(from.Model);
    }

    // Numbers that no training leaves.
    private void RequireSense(Checkpoint from)
    {
        foreach (NamedTensor tensor in (IEnumerable<NamedTensor>)[.. from.Model, .. from.State])
        {
            if (tensor.Type != TensorType.Float32) continue;
            float least = Array.Exists(NeverNegative, moment => tensor.Name.StartsWith(TensorNames.Moment(moment, ""), StringComparison.Ordinal)) ? 0 : float.MinValue;
            foreach (float value in tensor.ToFloats())
            {
                if (!(value >= least && value <= float.MaxValue))
                    throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"The checkpoint's '{tensor.Name}': expected finite numbers{(least == 0 ? " of 0 or more" : "")}, got {value}; the file is damaged."));
            }
        }

        if (from.Model.FirstOrDefault(tensor => tensor.Name == TensorNames.Steps) is not { Type: TensorType.Int64, Count: 1 } counted) return;
        long updates = counted.ToLongs()[0];
        if (_model.Objective.Optimizer is not AdaptiveMoments adaptive) return;
        RequirePower(from, TensorNames.Beta1Power, adaptive.Beta1, updates);
        RequirePower(from, TensorNames.Beta2Power, adaptive.Beta2, updates);
    }

    // Fewer than steps, where batches were masked, or more, where the model had been trained before.
    private void RequireUpdates(TrainingTensors tensors, Checkpoint from)
    {
        if (!_model.Tensors.Contains(TensorNames.Steps)) return;
        long updates = tensors.Longs(UpdatesName, 1)[0];
        if (from.Model.FirstOrDefault(tensor => tensor.Name == TensorNames.Steps) is { Type: TensorType.Int64, Count: 1 } kept && kept.ToLongs()[0] is var own && own != updates)
            throw TrainingTensors.Damaged(UpdatesName, $"{own}, as '{TensorNames.Steps}' says", $"{updates}");
    }

    // Multiplied up step by step, it is a little off the power itself.
    private static void RequirePower(Checkpoint from, string name, double factor, long updates)
    {
        if (from.Model.FirstOrDefault(tensor => tensor.Name == name) is not { Type: TensorType.Float64, Count: 1 } tensor) return;
        double power = tensor.ToDoubles()[0], expected = DoubleMath.Pow(factor, updates);
        if (!(Math.Abs(power - expected) <= 1e-9 * expected * (1 + 1e-3 * updates) + 1e-300))
            throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"The checkpoint's '{name}': expected about {expected:G6} after {updates} updates, got {power:G6}; the file is damaged."));
    }

    private int Index(string metric)
    {
        for (int i = 0; i < FigureNames.Count; i++)
        {
            if (FigureNames[i] == metric) return i;
        }

        throw new ResearchException(NameSuggestions.Unknown("metric of validation data", metric, [.. FigureNames]));
    }
}
