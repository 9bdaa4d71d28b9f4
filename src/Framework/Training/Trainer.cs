using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Metrics;
using Research.Framework.State;

namespace Research.Framework.Training;

/// <summary>Trains and evaluates a compiled model: epochs, batches, order, and who starts fresh.</summary>
/// <param name="model">The model.</param>
/// <param name="state">Asked before each batch, for each row.</param>
/// <param name="options">Epochs, batch size, order.</param>
/// <param name="seeds">The order is drawn from the stream <c>shuffle</c>.</param>
public sealed class Trainer(ICompiledModel model, IStateManager state, TrainingOptions options, Seeds seeds)
{
    /// <summary>Trains for all epochs. Without shuffling, batches follow the order of the samples.</summary>
    /// <param name="data">What is learnt.</param>
    /// <param name="observer">Told about each epoch; null for nobody.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <exception cref="ResearchException">The data cannot be used; or the loss is no longer a number: says when, and which gradient is largest.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrainingSummary Train(FramedDataset data, ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Validate();
        RecurrentState recurrent = model.CreateState();
        Passage passage = new(data, Math.Min(options.BatchSize, data.Samples), Phase.Train, state);
        Random? shuffle = options.Shuffle ? seeds.Stream("shuffle") : null;
        List<double> losses = new(options.Epochs);
        long steps = 0;
        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            passage.Begin(epoch, shuffle);
            double sum = 0;
            while (passage.Next())
            {
                cancellation.ThrowIfCancellationRequested();
                double loss = model.TrainBatch(passage.Batch, recurrent);
                if (!double.IsFinite(loss)) throw Diverged(loss, epoch, passage.Index);
                sum += loss * passage.Batch.Rows;
                steps++;
            }

            losses.Add(sum / data.Samples);
            observer?.EpochEnded(new EpochProgress(epoch + 1, options.Epochs, losses[^1], steps));
        }

        return new TrainingSummary(losses, steps);
    }

    /// <summary>
    /// Predicts every sample in order, in batches of the training's size, starting from zero state: training's own state is
    /// not touched.
    /// </summary>
    /// <param name="data">What is predicted.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    public Predictions Predict(FramedDataset data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.Validate();
        int width = model.OutputSteps(data.TimeSteps) * model.OutputWidth;
        float[] values = new float[data.Samples * width];
        RecurrentState recurrent = model.CreateState();
        Passage passage = new(data, Math.Min(options.BatchSize, data.Samples), Phase.Evaluate, state);
        passage.Begin(0, null);
        while (passage.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            model.PredictBatch(passage.Batch, recurrent, values.AsSpan(passage.Batch.Samples[0] * width, passage.Batch.Rows * width));
        }

        return new Predictions(data, values);
    }

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
        private readonly FramedDataset _data;
        private readonly Phase _phase;
        private readonly IStateManager _state;
        private readonly int[] _order;
        private readonly bool[] _boundaries;
        private int _epoch;
        private int _next;

        public Passage(FramedDataset data, int batchSize, Phase phase, IStateManager state)
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
            for (int row = 0; row < rows; row++) Batch.RowStates[row] = _state.Before(in context, row);
            return true;
        }
    }
}
