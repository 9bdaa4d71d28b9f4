using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Metrics;
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
            Weights = ModelWeights.Of(model),
            Optimizer = OptimizerTensors.Of(model.GetOptimizerState()),
            State = StateTensors.Of(_recurrent),
            Streams = [.. model.GetStreams().Select(stream => NamedTensor.OfLongs(stream.Name, [1], [stream.Position]))],
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
        ModelWeights.RequireFit(model, from.Weights);
        RecurrentState recurrent = model.CreateState();
        StateTensors.Apply(recurrent, from.State, data);
        OptimizerState optimizer = OptimizerTensors.Read(from);
        StreamPosition[] streams = [.. from.Streams.Select(stream => stream.ToLongs() is [long position]
            ? new StreamPosition(stream.Name, position)
            : throw new ResearchException($"Random stream '{stream.Name}': expected one position, got {stream.Count}; the checkpoint is damaged."))];
        IReadOnlyList<StreamPosition> before = model.GetStreams();
        try
        {
            model.SetStreams(streams);
            model.SetOptimizerState(optimizer);
        }
        catch (ResearchException)
        {
            model.SetStreams(before);
            throw;
        }

        ModelWeights.Apply(model, from.Weights);
        return recurrent;
    }

    private TrainingSummary Run(Dataset data, ITrainingObserver? observer, CancellationToken cancellation)
    {
        Passage passage = new(data, Math.Min(options.BatchSize, data.Samples), Phase.Train, state);
        Random? shuffle = options.Shuffle ? seeds.Stream("shuffle") : null;
        // Rows that count in each sample where nothing is masked: an epoch's loss is then the mean over samples, to the last bit.
        double rowsOfSample = model.OutputSteps(data.Input.TimeSteps);
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
                BatchLoss batch = model.TrainBatch(passage.Batch, _recurrent!);
                if (!double.IsFinite(batch.Loss)) throw Diverged(batch.Loss, _epoch, passage.Index);
                _lossSum += batch.Loss * (batch.Rows / rowsOfSample);
                _countedRows += batch.Rows;
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
    /// <returns>What the model's output was, beside the data's target where there is one.</returns>
    /// <exception cref="ResearchException">The data cannot be used (they need no targets), or their target has another shape than the model's output.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Predictions Predict(Dataset data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Validate(needsTargets: false);
        int steps = model.OutputSteps(data.Input.TimeSteps), width = steps * model.OutputWidth;
        TargetBlock target = data.Targets.Count > 0 ? data.Target : new TargetBlock { TimeSteps = steps, Width = model.OutputWidth };
        if (target.TimeSteps != steps || target.Width != model.OutputWidth)
            throw new ResearchException($"The model yields [{steps}, {model.OutputWidth}] for each sample, the targets of '{data.Description}' are [{target.TimeSteps}, {target.Width}]; leave the target out to predict alone.");
        float[] values = new float[data.Samples * width];
        bool[] counts = new bool[data.Samples * steps];
        RecurrentState recurrent = model.CreateState();
        Passage passage = new(data, Math.Min(options.BatchSize, data.Samples), Phase.Evaluate, state);
        passage.Begin(0, null);
        while (passage.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            int first = passage.Batch.Samples[0], rows = passage.Batch.Rows;
            model.PredictBatch(passage.Batch, recurrent, values.AsSpan(first * width, rows * width), counts.AsSpan(first * steps, rows * steps));
        }

        return new Predictions(data, target, values, counts);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Why a policy that carries state cannot be trained on shuffled samples.</summary>
    internal static string ShuffledState(IStateManager state) =>
        $"state '{state.Name}' carries state from batch to batch, but training shuffles: a row's state would be handed to an unrelated sample. "
        + $"Set training.shuffle=false or state={StatePolicy.Stateless.Name}";

    private ResearchException Diverged(double loss, int epoch, int batch)
    {
        string largest = "";
        float magnitude = -1;
        foreach (Equations.WeightDescription weight in model.Weights)
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

    /// <summary>One phase's way through the samples, batch by batch. Allocates nothing as it goes.</summary>
    private sealed class Passage
    {
        private readonly Dataset _data;
        private readonly Phase _phase;
        private readonly IStateManager _state;
        private readonly int[] _order;
        private readonly bool[] _boundaries;
        private int _epoch;
        private int _next;

        public Passage(Dataset data, int batchSize, Phase phase, IStateManager state)
        {
            _data = data;
            _phase = phase;
            _state = state;
            _order = new int[data.Samples];
            for (int i = 0; i < _order.Length; i++) _order[i] = i;
            _boundaries = new bool[batchSize];
            Batch = new Batch(data, batchSize);
        }

        public Batch Batch { get; }

        /// <summary>The batch within the epoch, from 0.</summary>
        public int Index { get; private set; }

        public void Begin(int epoch, Random? shuffle)
        {
            _epoch = epoch;
            _next = 0;
            Index = -1;
            for (int i = _order.Length - 1; i > 0 && shuffle is not null; i--)
            {
                int j = shuffle.Next(i + 1);
                (_order[i], _order[j]) = (_order[j], _order[i]);
            }
        }

        public bool Next()
        {
            int rows = Math.Min(Batch.Samples.Length, _order.Length - _next);
            if (rows == 0) return false;
            Index++;
            Batch.Rows = rows;
            for (int row = 0; row < rows; row++)
            {
                int sample = _order[_next++];
                Batch.Samples[row] = sample;
                _boundaries[row] = _data.Boundaries?[sample] ?? sample == 0;
            }

            BatchContext context = new(_phase, _epoch, Index, rows, _boundaries);
            for (int row = 0; row < rows; row++)
            {
                Batch.RowStates[row] = _state.Before(context, row);
                if (Batch.RowStates[row] == RowState.Carry && _phase == Phase.Train && !_state.CarriesBetweenBatches)
                    throw new ResearchException($"State '{_state.Name}' says that it carries nothing between batches, but carries row {row} in batch {Index + 1} of epoch {_epoch + 1}; let its CarriesBetweenBatches be true.");
            }

            return true;
        }
    }
}
