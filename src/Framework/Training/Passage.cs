using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.State;

namespace Research.Framework.Training;

/// <summary>One phase's way through the samples, batch by batch. Allocates nothing as it goes.</summary>
internal sealed class Passage
{
    private readonly Dataset _data;
    private readonly Phase _phase;
    private readonly IStatePolicy _state;
    private readonly int[] _order;
    private readonly bool[] _boundaries;
    private int _epoch;
    private int _next;

    public Passage(Dataset data, int batchSize, Phase phase, IStatePolicy state)
    {
        _data = data;
        _phase = phase;
        _state = state;
        _order = new int[data.Samples];
        for (int i = 0; i < _order.Length; i++) _order[i] = i;
        _boundaries = new bool[batchSize];
        Batch = new Batch(data, batchSize);
    }

    /// <summary>Why batches of a size would hand a row's state to another row's sample; null when they do not, or nothing is carried.</summary>
    /// <param name="data">The data, valid in themselves.</param>
    /// <param name="batchSize">Samples at once.</param>
    /// <param name="phase">Training or evaluating.</param>
    /// <param name="state">The state policy.</param>
    public static string? BatchSizeFinding(Dataset data, int batchSize, Phase phase, IStatePolicy state)
    {
        if (data.ContiguousRows is not { } framed || batchSize < 1) return null;
        int rows = Math.Min(batchSize, data.Samples);
        return rows == Math.Min(framed, data.Samples) || !Carries(data, rows, phase, state)
            ? null
            : $"batch size: '{data.Description}' goes on in each of {framed} rows from batch to batch, and state '{state.Name}' is carried with it; expected a batch size of {framed}, got {batchSize}. Set it, or frame the data for {batchSize} rows, or set state={StatePolicy.Stateless.Name}";
    }

    private RowState Ask(BatchContext context, int row)
    {
        try
        {
            return _state.Before(context, row) is var answer && answer is RowState.Reset or RowState.Carry
                ? answer
                : throw new ResearchException($"State '{_state.Name}': expected {nameof(RowState.Reset)} or {nameof(RowState.Carry)}, got {(int)answer} for row {row}.");
        }
        catch (Exception exception) when (UserCodeException.IsOwn(exception))
        {
            throw new UserCodeException($"state '{_state.Name}'", exception);
        }
    }

    // Whether what predicts carries state is told by nobody but the policy's answers.
    private static bool Carries(Dataset data, int rows, Phase phase, IStatePolicy state)
    {
        if (phase == Phase.Train) return state.CarriesBetweenBatches;
        Passage passage = new(data, rows, phase, state);
        passage.Begin(0, null);
        while (passage.Next())
        {
            if (passage.Batch.RowStates.AsSpan(0, passage.Batch.Rows).Contains(RowState.Carry)) return true;
        }

        return false;
    }

    public Batch Batch { get; }

    /// <summary>The batch within the epoch, from 0.</summary>
    public int Index { get; private set; }

    /// <summary>Begins an epoch.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="shuffle">Where its order is drawn from, whatever came before it, so that a training can go on anywhere; null for the samples' own.</param>
    public void Begin(int epoch, Seeds? shuffle)
    {
        _epoch = epoch;
        _next = 0;
        Index = -1;
        if (shuffle is null) return;
        Random random = shuffle.Stream(string.Create(CultureInfo.InvariantCulture, $"shuffle/{epoch}"));
        for (int i = 0; i < _order.Length; i++) _order[i] = i;
        for (int i = _order.Length - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (_order[i], _order[j]) = (_order[j], _order[i]);
        }
    }

    public bool Next()
    {
        int[] samples = Batch.Samples;
        RowState[] states = Batch.RowStates;
        bool[] boundaries = _boundaries;
        bool[]? begins = _data.Boundaries;
        int rows = Math.Min(samples.Length, _order.Length - _next);
        if (rows == 0) return false;
        Index++;
        Batch.Rows = rows;
        for (int row = 0; row < rows; row++)
        {
            int sample = _order[_next++];
            samples[row] = sample;
            boundaries[row] = begins?[sample] ?? sample == 0;
        }

        BatchContext context = new(_phase, _epoch, Index, rows, boundaries);
        bool mayCarry = _phase != Phase.Train || _state.CarriesBetweenBatches;
        for (int row = 0; row < rows; row++)
        {
            states[row] = Ask(context, row);
            if (!mayCarry && states[row] == RowState.Carry)
                throw new ResearchException($"State '{_state.Name}' says that it carries nothing between batches, but carries row {row} in batch {Index + 1} of epoch {_epoch + 1}; let its CarriesBetweenBatches be true.");
        }

        return true;
    }
}
