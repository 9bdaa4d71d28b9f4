using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.State;

namespace Research.Framework.Managed.Execution;

/// <summary>
/// Carries a batch and its rows' states into a bound model, and what the model yields out of it. Outside, samples come
/// first (<c>[samples, time steps, ...]</c>); inside, time does.
/// </summary>
internal static unsafe class BatchTransfer
{
    /// <summary>Loads inputs, mask and resets, those of earlier batches first.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="bound">The model bound to its size.</param>
    /// <param name="state">The state, which knows the earlier batches.</param>
    /// <exception cref="ResearchException">The batch names a sample that there is not.</exception>
    public static void LoadInputs(Batch batch, BoundModel bound, RecurrentState state)
    {
        for (int i = 0; i < bound.Earlier; i++)
        {
            EarlierBatch earlier = state.Earlier[^(bound.Earlier - i)];
            LoadInputs(earlier.Data!, earlier.Samples, bound, i * bound.StepsPerBatch);
            if (i > 0) LoadResets(earlier.RowStates, bound, i * bound.StepsPerBatch);
        }

        LoadInputs(batch.Data, batch.Samples, bound, bound.Earlier * bound.StepsPerBatch);
        if (bound.Earlier > 0) LoadResets(batch.RowStates, bound, bound.Earlier * bound.StepsPerBatch);
    }

    private static void LoadInputs(Dataset data, int[] samples, BoundModel bound, int firstStep)
    {
        InputBlock block = data.Input;
        int steps = bound.StepsPerBatch, rows = bound.Rows, features = bound.Input.Columns;
        bool[]? mask = bound.Input.Mask;
        float* input = bound.Input.Values.At(firstStep);
        for (int row = 0; row < rows; row++)
        {
            int sample = samples[row];
            if ((uint)sample >= (uint)data.Samples)
                throw new ResearchException($"Batch: expected samples from 0 to {data.Samples - 1} of '{data.Description}', got {sample} in row {row}.");
            ReadOnlySpan<float> source = block.Values.AsSpan(sample * steps * features, steps * features);
            for (int step = 0; step < steps; step++)
            {
                float* target = input + ((nint)step * rows + row) * features;
                for (int i = 0; i < features; i++) target[i] = source[step * features + i];
                if (mask is not null) mask[(firstStep + step) * rows + row] = block.Mask![sample * steps + step];
            }
        }
    }

    private static void LoadResets(RowState[] rowStates, BoundModel bound, int step)
    {
        for (int row = 0; row < bound.Rows; row++) bound.Resets![step * bound.Rows + row] = rowStates[row] == RowState.Reset;
    }

    /// <summary>Loads targets, and which of them count where the target has a mask.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="bound">The model bound to its size.</param>
    public static void LoadTargets(Batch batch, BoundModel bound)
    {
        TargetBlock target = batch.Data.Target;
        int steps = bound.OutputSteps, rows = bound.Rows, width = bound.Output.Columns;
        for (int row = 0; row < rows; row++)
        {
            int sample = batch.Samples[row];
            for (int step = 0; step < steps; step++)
            {
                int position = step * rows + row;
                if (target.Mask is { } mask) bound.Counts[position] = mask[sample * steps + step];
                if (target.Classes is { } classes) bound.Classes[position] = classes[sample * steps + step];
                else target.Values.AsSpan((sample * steps + step) * width, width).CopyTo(new Span<float>(bound.Targets.Pointer + (nint)position * width, width));
            }
        }
    }

    /// <summary>Puts each row's state, or zeros, before the first step.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="bound">The model bound to its size.</param>
    /// <param name="state">The rows' states.</param>
    /// <returns>Whether every row starts from zero state.</returns>
    public static bool LoadState(Batch batch, BoundModel bound, RecurrentState state)
    {
        EarlierBatch? first = bound.Earlier > 0 ? state.Earlier[^bound.Earlier] : null;
        RowState[] rowStates = first?.RowStates ?? batch.RowStates;
        bool zeroState = !rowStates.AsSpan(0, bound.Rows).Contains(RowState.Carry);
        int index = 0;
        for (int i = 0; i < bound.Recurrent.Length; i++)
        {
            Operand[] slots = bound.Recurrent[i].Layer.State;
            for (int s = 0; s < slots.Length; s++, index++)
            {
                int width = (int)slots[s].RowStride;
                Span<float> start = new(slots[s].At(0), bound.Rows * width);
                if (zeroState)
                {
                    start.Clear();
                    continue;
                }

                SlotState slot = state.LayerArray[i].SlotArray[s];
                slot.EnsureRows(bound.Rows);
                ReadOnlySpan<float> before = first is null ? slot.AsSpan(bound.Rows) : first.StateBefore(index)[..start.Length];
                before.CopyTo(start);
                for (int row = 0; row < bound.Rows; row++)
                {
                    if (rowStates[row] == RowState.Reset) start.Slice(row * width, width).Clear();
                }
            }
        }

        return zeroState;
    }

    /// <summary>Keeps each row's state after the last step.</summary>
    /// <param name="bound">The model that has run.</param>
    /// <param name="state">The rows' states.</param>
    public static void StoreState(BoundModel bound, RecurrentState state)
    {
        for (int i = 0; i < bound.Recurrent.Length; i++)
        {
            BoundLayer layer = bound.Recurrent[i].Layer;
            for (int s = 0; s < layer.State.Length; s++)
            {
                SlotState slot = state.LayerArray[i].SlotArray[s];
                slot.EnsureRows(bound.Rows);
                new ReadOnlySpan<float>(layer.State[s].At(layer.Steps), bound.Rows * (int)layer.State[s].RowStride).CopyTo(slot.AsSpan(bound.Rows));
            }
        }
    }

    /// <summary>Copies the model's output out.</summary>
    /// <param name="bound">The model that has run.</param>
    /// <param name="predictions">Room for <c>[rows, output steps, width]</c>.</param>
    /// <param name="counts">Room for which rows the model does not mask, <c>[rows, output steps]</c>; empty where nobody asks.</param>
    public static void StorePredictions(BoundModel bound, Span<float> predictions, Span<bool> counts)
    {
        bool[]? mask = bound.Output.Mask;
        int width = bound.Output.Columns;
        for (int row = 0; row < bound.Rows; row++)
        {
            for (int step = 0; step < bound.OutputSteps; step++)
            {
                int position = row * bound.OutputSteps + step;
                new ReadOnlySpan<float>(bound.Output.Values.At(step, row), width).CopyTo(predictions.Slice(position * width, width));
                if (!counts.IsEmpty) counts[position] = mask is null || mask[step * bound.Rows + row];
            }
        }
    }
}
