using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Weights;

namespace Research.Framework.Training;

/// <summary>Trains and evaluates a compiled model: epochs, batches, order, and who starts fresh.</summary>
/// <param name="model">The model.</param>
/// <param name="state">Asked before each batch, for each row.</param>
/// <param name="options">Epochs, batch size, order. Loss, optimizer and threads are those that the model was compiled with.</param>
/// <param name="seeds">The order is drawn from the stream <c>shuffle</c>.</param>
public sealed class Trainer(ICompiledModel model, IStateManager state, TrainingOptions options, Seeds seeds)
{
    private const string LossSum = "epoch_loss_sum", CountedRows = "epoch_counted_rows", BatchSize = "batch_size";

    private RecurrentState? _recurrent;
    private int _epoch;
    private int _batchesOfEpoch;
    private long _steps;
    private double _lossSum;
    private long _countedRows;

    /// <summary>Trains for all epochs. Without shuffling, batches follow the order of the samples.</summary>
    /// <param name="data">What is learnt.</param>
    /// <param name="observer">Told about each epoch; null for nobody.</param>
    /// <param name="cancellation">Checked before each batch; a checkpoint can be taken afterwards.</param>
    /// <exception cref="ResearchException">The data cannot be used; or the loss is no longer a number: says when, and which gradient is largest.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrainingSummary Train(Dataset data, ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        Require(data);
        _recurrent = model.CreateState();
        (_epoch, _batchesOfEpoch, _steps, _lossSum, _countedRows) = (0, 0, 0, 0, 0);
        return Run(data, observer, cancellation);
    }

    /// <summary>Goes on from a checkpoint of the same model, options and data: the result equals that of an uninterrupted training, bit for bit.</summary>
    /// <param name="data">What is learnt; the same as before.</param>
    /// <param name="from">Where to go on.</param>
    /// <param name="observer">Told about each epoch; null for nobody.</param>
    /// <param name="cancellation">Checked before each batch; a checkpoint can be taken afterwards.</param>
    /// <returns>The epochs from the one that was going on, and all steps.</returns>
    /// <exception cref="ResearchException">The checkpoint does not fit the model, the seed or the data; the model is then as it was.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrainingSummary Resume(Dataset data, Checkpoint from, ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        Require(data);
        if (from.Seed != seeds.Root) throw new ResearchException($"The checkpoint belongs to seed {from.Seed}; this training has seed {seeds.Root}.");
        if (from.Notes.TryGetValue(BatchSize, out string? size) && size != Text(options.BatchSize))
            throw new ResearchException($"The checkpoint was trained with a batch size of {size}; this training has {Text(options.BatchSize)}.");
        int batches = (data.Samples - 1) / options.BatchSize + 1;
        long batch = from.Step - (long)from.Epoch * batches;
        if (batch < 0 || batch > batches)
            throw new ResearchException($"The checkpoint stands at step {from.Step} in epoch {from.Epoch + 1}, which does not fit {batches} batches an epoch; resume with the data and batch size it was trained with.");
        double lossSum = BitConverter.Int64BitsToDouble(Note(from, LossSum));
        long countedRows = Note(from, CountedRows);
        if (countedRows == 0) lossSum = 0; // kept without its rows: the epoch's loss is then that of the batches to come
        _recurrent = Load(from, data);
        (_epoch, _batchesOfEpoch, _steps) = (from.Epoch, (int)batch, from.Step);
        (_lossSum, _countedRows) = (lossSum, countedRows);
        return Run(data, observer, cancellation);
    }

    /// <summary>
    /// All that <see cref="Resume"/> needs, as it stands now: after training, after its cancellation, or while an observer
    /// is told of an epoch's end.
    /// </summary>
    /// <exception cref="ResearchException">No training has begun.</exception>
    public Checkpoint CreateCheckpoint()
    {
        if (_recurrent is null) throw new ResearchException("There is nothing to keep yet: train first.");
        return new Checkpoint
        {
            Model = [.. model.Tensors.Select(model.GetTensor)],
            State = StateTensors.Of(_recurrent),
            Seed = seeds.Root,
            Epoch = _epoch,
            Step = _steps,
            Notes = new Dictionary<string, string> { [LossSum] = Text(BitConverter.DoubleToInt64Bits(_lossSum)), [CountedRows] = Text(_countedRows), [BatchSize] = Text(options.BatchSize) },
        };
    }

    private void Require(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Validate();
        if (options.Shuffle && state.CarriesBetweenBatches) throw new ResearchException(ShuffledState(state));
    }

    private static long Note(Checkpoint from, string name)
    {
        if (!from.Notes.TryGetValue(name, out string? text)) return 0;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new ResearchException($"The checkpoint's note '{name}': expected a whole number, got '{text}'; the file is damaged.");
    }

    /// <summary>Takes a checkpoint over into the model, all of it or, where anything does not fit, nothing.</summary>
    /// <returns>The checkpoint's recurrent state.</returns>
    private RecurrentState Load(Checkpoint from, Dataset data)
    {
        string[] missing = [.. model.Tensors.Except(from.Model.Select(tensor => tensor.Name)).Select(name => $"'{name}' is missing")];
        string[] unknown = [.. from.Model.Select(tensor => tensor.Name).Except(model.Tensors).Select(name => $"the model has no '{name}'")];
        if (missing.Length + unknown.Length > 0)
            throw new ResearchException($"The checkpoint does not fit the model: {string.Join("; ", [.. missing, .. unknown])}. Was it trained with other layers, another optimizer or other dropout?");
        RecurrentState recurrent = model.CreateState();
        StateTensors.Apply(recurrent, from.State, data);
        model.SetTensors(from.Model);
        return recurrent;
    }

    private TrainingSummary Run(Dataset data, ITrainingObserver? observer, CancellationToken cancellation)
    {
        Passage passage = new(data, Math.Min(options.BatchSize, data.Samples), Phase.Train, state);
        Random? shuffle = options.Shuffle ? seeds.Stream("shuffle") : null;
        // Rows that count in each sample where nothing is masked: an epoch's loss is then the mean over samples, to the last bit.
        double rowsOfSample = model.Graph.Outputs[0].Node.Steps.In(data);
        BatchLosses batch = new(model.Graph, model.Objective);
        List<double> losses = new(Math.Max(0, options.Epochs - _epoch));

        // A resumed training comes by the order of its samples as the interrupted one did.
        for (int epoch = 0; epoch < _epoch; epoch++) passage.Begin(epoch, shuffle);
        while (_epoch < options.Epochs)
        {
            passage.Begin(_epoch, shuffle);
            for (int passed = 0; passed < _batchesOfEpoch; passed++) passage.Next();
            while (passage.Next())
            {
                cancellation.ThrowIfCancellationRequested();
                model.TrainBatch(passage.Batch, _recurrent!, batch);
                if (!double.IsFinite(batch.Total)) throw Diverged(batch.Total, _epoch, passage.Index);
                _lossSum += batch.Total * (batch.Rows[0] / rowsOfSample);
                _countedRows += batch.Rows[0];
                _steps++;
                _batchesOfEpoch++;
            }

            if (_countedRows == 0) throw new ResearchException($"The masks of '{data.Description}' leave no row to learn from: no target counts in any batch.");
            losses.Add(_lossSum / (_countedRows / rowsOfSample));
            _epoch++;
            (_batchesOfEpoch, _lossSum, _countedRows) = (0, 0, 0);
            observer?.EpochEnded(new EpochProgress(_epoch, options.Epochs, losses[^1], _steps));
        }

        return new TrainingSummary(losses, _steps);
    }

    /// <summary>
    /// Predicts every sample in order, in batches of the training's size, starting from zero state: training's own state is
    /// not touched.
    /// </summary>
    /// <param name="data">What is predicted.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <returns>What the model's first output was, beside the data's target where there is one.</returns>
    /// <exception cref="ResearchException">The data cannot be used (they need no targets), or their target has another shape than the model's output.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Predictions Predict(Dataset data, CancellationToken cancellation = default) =>
        Evaluation.Predict(model, data, state, options.BatchSize, cancellation)[0];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Why a policy that carries state cannot be trained on shuffled samples.</summary>
    internal static string ShuffledState(IStateManager state) =>
        $"state '{state.Name}' carries state from batch to batch, but training shuffles: a row's state would be handed to an unrelated sample. "
        + $"Set training.shuffle=false or state={StatePolicy.Stateless.Name}";

    private ResearchException Diverged(double loss, int epoch, int batch)
    {
        string largest = "";
        float magnitude = -1;
        foreach (Equations.WeightDescription weight in model.Graph.Weights)
        {
            foreach (float gradient in model.GetGradient(weight.Name))
            {
                float size = float.IsNaN(gradient) ? float.PositiveInfinity : Math.Abs(gradient);
                if (size <= magnitude) continue;
                magnitude = size;
                largest = weight.Name;
            }
        }

        return new ResearchException(string.Create(
            CultureInfo.InvariantCulture,
            $"The loss became {loss} in epoch {epoch + 1}, batch {batch + 1}; the largest gradient is {magnitude} in '{largest}'. Lower the learning rate or check the data."));
    }
}
