using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Metrics;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Weights;

namespace Research.Framework.Training;

/// <summary>The training of a compiled model: epochs, batches, order, who starts fresh, validation, and when it ends.</summary>
/// <remarks>
/// <code>
/// TrainingRun run = new(model, options, StatePolicy.Stateless, seeds) { Validation = others, Metrics = [Metric.Accuracy] };
/// TrainingSummary summary = run.Train(data);
/// </code>
/// </remarks>
public sealed class TrainingRun
{
    private readonly ICompiledModel _model;
    private readonly TrainingOptions _options;
    private readonly IStatePolicy _state;
    private readonly Seeds _seeds;
    private TrainingProgress? _progress;
    private volatile bool _stops;

    /// <summary>Prepares a training.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Epochs, batch size, order, validation. Threads are those that the model was compiled with.</param>
    /// <param name="state">Asked before each batch, for each row.</param>
    /// <param name="seeds">The order of an epoch, counted from 0, is drawn from the stream <c>shuffle/</c> and its number.</param>
    /// <exception cref="ResearchException">The model was compiled for another objective than the options have.</exception>
    public TrainingRun(ICompiledModel model, TrainingOptions options, IStatePolicy state, Seeds seeds)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(seeds);
        if (options.Objective != model.Objective)
            throw new ResearchException($"The model was compiled for another objective than the training's options have: {string.Join("; ", Differences(model.Objective, options.Objective))}. Compile it with options.Objective.");
        _model = model;
        _options = options;
        _state = state;
        _seeds = seeds;
    }

    /// <summary>Samples that are not learnt: after each epoch the model is judged by them, which changes no bit of the training.</summary>
    /// <value>Default null: none, or a share of the data: <see cref="TrainingOptions.ValidationShare"/>.</value>
    public Dataset? Validation { get; init; }

    /// <summary>Figures of the validation data besides <c>loss</c>, the objective's own.</summary>
    /// <value>Default none. Refused without validation data.</value>
    public IReadOnlyList<IMetric> Metrics { get; init => field = Required.Each(value); } = [];

    /// <summary>Bytes of the machine: of validation data whose predictions are too many for it, they are not kept.</summary>
    internal long Memory { get; init; } = PredictionRoom.Machine;

    /// <summary>Told about each epoch, in this order.</summary>
    /// <value>Default nobody.</value>
    public IReadOnlyList<ITrainingObserver> Observers { get; init => field = Required.Each(value); } = [];

    /// <summary>Trains for all epochs, or until it is stopped. Without shuffling, batches follow the order of the samples.</summary>
    /// <param name="data">What is learnt.</param>
    /// <param name="cancellation">Checked before each batch; a checkpoint can be taken afterwards.</param>
    /// <exception cref="ResearchException">Data, options or metrics cannot be used; or the loss is no longer a number: says when, and which gradient is largest.</exception>
    /// <exception cref="UserCodeException">A metric or an observer threw: says which.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrainingSummary Train(Dataset data, CancellationToken cancellation = default)
    {
        _progress = Prepare(data);
        return Run(_progress, cancellation);
    }

    /// <summary>
    /// Goes on from a checkpoint of the same model, options and data: the result equals that of an uninterrupted training, bit for
    /// bit. More epochs, or more patience, may follow where a training had ended.
    /// </summary>
    /// <param name="data">What is learnt; the same as before.</param>
    /// <param name="checkpoint">Where to go on.</param>
    /// <param name="cancellation">Checked before each batch; a checkpoint can be taken afterwards.</param>
    /// <returns>All epochs and steps, those before the checkpoint too.</returns>
    /// <exception cref="ResearchException">The checkpoint does not fit the model, the seed, the options or the data; the model is then as it was. Or as <see cref="Train"/>.</exception>
    /// <exception cref="UserCodeException">A metric or an observer threw: says which.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrainingSummary Resume(Dataset data, Checkpoint checkpoint, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        TrainingProgress progress = Prepare(data);
        if (checkpoint.Seed != _seeds.Root) throw new ResearchException($"The checkpoint belongs to seed {checkpoint.Seed}; this training has seed {_seeds.Root}.");
        TrainingConditions.RequireSame(checkpoint, Conditions(progress), MayDiffer);
        progress.Load(checkpoint);
        _progress = progress;
        return Run(progress, cancellation);
    }

    /// <summary>
    /// Conditions that may be others than the checkpoint's that is resumed from: <c>data</c>, <c>earlier_batches</c>, <c>early_stopping</c>,
    /// <c>loss</c>, <c>model</c>, <c>optimizer</c>, <c>reduce_on_plateau</c>, <c>shuffle</c>, <c>state</c>, <c>validation_data</c>,
    /// <c>weight_rules</c>. The rules of what watches the validation data may differ, but not whether anything does. The result then
    /// equals no uninterrupted training's.
    /// </summary>
    /// <value>Default none.</value>
    public IReadOnlyList<string> MayDiffer { get; init => field = Required.Each(value); } = [];

    /// <summary>Ends the training with the epoch that goes on. May be called by any thread.</summary>
    public void Stop() => _stops = true;

    /// <summary>
    /// All that <see cref="Resume"/> needs, as it stands now: after training, after its cancellation, or while an observer
    /// is told of an epoch's end; what later observers of that epoch do is not in it.
    /// </summary>
    /// <exception cref="ResearchException">No training has begun.</exception>
    public Checkpoint CreateCheckpoint() => _progress is { } progress
        ? new Checkpoint
        {
            Model = [.. _model.Tensors.Select(_model.GetTensor)],
            State = StateTensors.Of(progress.Recurrent),
            Training = progress.Save(),
            Conditions = Conditions(progress),
            Seed = _seeds.Root,
            Epoch = progress.Epoch,
            Step = progress.Steps,
        }
        : throw new ResearchException("There is nothing to keep yet: train first.");

    // The data are hashed once.
    private IReadOnlyDictionary<string, string> Conditions(TrainingProgress progress) =>
        progress.Conditions ??= TrainingConditions.Of(_model, _options, _state, progress.Data);

    private TrainingProgress Prepare(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Validate();
        string[] findings = [.. _options.Findings()];
        if (findings.Length > 0) throw new ResearchException($"Training: {string.Join("; ", findings)}.");
        if (_options.Shuffle && _state.CarriesBetweenBatches) throw new ResearchException(ShuffledState(_state));
        _model.Objective.RequireData(_model.Graph, data);
        TrainingData parts = TrainingData.Of(data, Validation, _options.ValidationShare, _state);
        bool validates = parts.Validation is not null;
        if (!validates && Metrics.Count > 0) throw new ResearchException("Metrics are taken of validation data, and there are none: set Validation, or options.ValidationShare; after the training there is Evaluation.Evaluate.");
        if (Passage.BatchSizeFinding(parts.Learnt, _options.BatchSize, Phase.Train, _state) is { } finding) throw new ResearchException($"Training: {finding}.");
        string[] watches = [.. _options.WatchFindings(validates, EvaluationFigures.NamesOf([.. _model.Graph.Outputs.Select(output => output.Name)], Metrics))];
        if (watches.Length > 0) throw new ResearchException($"Training: {string.Join("; ", watches)}.");
        Evaluator? evaluator = validates ? new Evaluator(_model, parts.Validation!, _state, _options.BatchSize, needsTargets: true) : null;
        return new TrainingProgress(_model, _options, parts, evaluator, Metrics, Memory);
    }

    private TrainingSummary Run(TrainingProgress progress, CancellationToken cancellation)
    {
        _stops = false;
        Dataset data = progress.Data.Learnt;
        Passage passage = new(data, Math.Min(_options.BatchSize, data.Samples), Phase.Train, _state);
        Seeds? shuffle = _options.Shuffle ? _seeds : null;
        BatchLosses batch = new(_model.Graph, _model.Objective);
        while (progress.Epoch < _options.Epochs && !progress.HasStopped && !_stops)
        {
            progress.GoOn();
            passage.Begin(progress.Epoch, shuffle);
            for (int passed = 0; passed < progress.Batches; passed++) passage.Next();
            while (passage.Next())
            {
                cancellation.ThrowIfCancellationRequested();
                _model.TrainBatch(passage.Batch, progress.Recurrent, batch);
                double total = batch.Total;
                if (!batch.IsFinite) throw Diverged(total, progress.Epoch, passage.Index);
                progress.Add(batch, total, passage.Batch.Rows);
            }

            // Validated before the epoch counts as ended: a training that is cancelled here does it again.
            double[] losses = progress.Losses.Means(data), figures = progress.Validate(cancellation);
            progress.EndEpoch(losses, figures);
            if (Observers.Count > 0) Tell(progress, losses, figures, cancellation);
        }

        return progress.End();
    }

    private void Tell(TrainingProgress progress, double[] losses, double[] figures, CancellationToken cancellation)
    {
        EpochEnd end = new()
        {
            Epoch = progress.Epoch,
            Epochs = _options.Epochs,
            Steps = progress.Steps,
            Loss = losses[0],
            Model = _model,
            OutputLosses = Evaluation.Named(progress.OutputNames, new ArraySegment<double>(losses)[^progress.OutputNames.Count..]),
            Validation = Evaluation.Named(progress.FigureNames, figures),
            Run = this,
        };
        foreach (ITrainingObserver observer in Observers)
        {
            try
            {
                observer.EpochEnded(end);
            }
            catch (Exception exception) when (UserCodeException.IsOwn(exception, cancellation))
            {
                throw new UserCodeException($"observer '{observer.GetType().Name}'", exception);
            }
        }
    }

    /// <summary>Why a policy that carries state cannot be trained on shuffled samples.</summary>
    internal static string ShuffledState(IStatePolicy state) =>
        $"state '{state.Name}' carries state from batch to batch, but training shuffles: a row's state would be handed to an unrelated sample. "
        + $"Set training.shuffle=false or state={StatePolicy.Stateless.Name}";

    private static IEnumerable<string> Differences(Objective compiled, Objective given)
    {
        if (compiled.Loss != given.Loss) yield return $"loss '{compiled.Loss}' instead of '{given.Loss}'";
        if (!compiled.Losses.SequenceEqual(given.Losses)) yield return "other losses of single outputs";
        if (compiled.Optimizer != given.Optimizer) yield return compiled.Optimizer.Name == given.Optimizer.Name ? $"'{given.Optimizer.Name}' with other settings" : $"optimizer '{compiled.Optimizer.Name}' instead of '{given.Optimizer.Name}'";
        if (!compiled.WeightRules.SequenceEqual(given.WeightRules)) yield return "other weight rules";
        if (compiled.EarlierBatches != given.EarlierBatches) yield return $"{compiled.EarlierBatches} earlier batches instead of {given.EarlierBatches}";
    }

    private ResearchException Diverged(double loss, int epoch, int batch)
    {
        string largest = "";
        float magnitude = -1;
        foreach (WeightDescription weight in _model.Graph.Weights)
        {
            foreach (float gradient in _model.GetGradient(weight.Name))
            {
                float size = float.IsNaN(gradient) ? float.PositiveInfinity : Math.Abs(gradient);
                if (size <= magnitude) continue;
                magnitude = size;
                largest = weight.Name;
            }
        }

        return new ResearchException(string.Create(
            CultureInfo.InvariantCulture,
            $"{(double.IsFinite(loss) ? "The update is not finite" : $"The loss became {loss}")} in epoch {epoch + 1}, batch {batch + 1}; the largest gradient is {magnitude} in '{largest}'. Lower the learning rate or check the data."));
    }
}
