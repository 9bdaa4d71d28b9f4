using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.State;

namespace Research.Framework.Managed.Execution;

/// <summary>
/// Carries a batch and its rows' states into a bound model, and what the model yields out of it. Outside, samples come
/// first (<c>[samples, time steps, ...]</c>); inside, time does.
/// </summary>
internal static unsafe class BatchTransfer
{
    /// <summary>Loads inputs, masks and resets, those of earlier batches first.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="blocks">The data's inputs, in the graph's order.</param>
    /// <param name="bound">The model bound to its size.</param>
    /// <param name="state">The state, which knows the earlier batches.</param>
    /// <exception cref="ResearchException">The batch names a sample that there is not.</exception>
    public static void LoadInputs(Batch batch, InputBlock[] blocks, BoundModel bound, RecurrentState state)
    {
        for (int i = 0; i < bound.Earlier; i++)
        {
            EarlierBatch earlier = state.Earlier[^(bound.Earlier - i)];
            InputBlock[] own = ReferenceEquals(earlier.Data, batch.Data) ? blocks : [.. blocks.Select(block => earlier.Data.FindInput(block.Name))];
            LoadInputs(earlier.Data, own, earlier.SampleArray, bound, i);
            if (i > 0) LoadResets(earlier.RowStateArray, bound, i);
        }

        LoadInputs(batch.Data, blocks, batch.Samples, bound, bound.Earlier);
        if (bound.Earlier > 0) LoadResets(batch.RowStates, bound, bound.Earlier);
    }

    private static void LoadInputs(Dataset data, InputBlock[] blocks, int[] samples, BoundModel bound, int batch)
    {
        for (int row = 0; row < bound.Rows; row++) Batch.RequireSample(data, samples[row], row);

        for (int i = 0; i < bound.Inputs.Length; i++) Load(data, blocks[i], samples, bound, i, batch);
    }

    private static void Load(Dataset data, InputBlock block, int[] samples, BoundModel bound, int index, int batch)
    {
        BoundFlow input = bound.Inputs[index];
        int steps = bound.Shape.Steps[index];
        int rows = input.Rows, features = input.Columns, firstStep = batch * steps;
        bool[]? mask = input.Mask;
        float* values = input.Values.At(firstStep);
        for (int row = 0; row < rows; row++)
        {
            int sample = samples[row];
            ReadOnlySpan<float> source = block.Source is null ? block.Values.AsSpan(sample * steps * features, steps * features) : Read(data, block, sample, bound.Read.AsSpan(0, steps * features));
            for (int step = 0; step < steps; step++)
            {
                float* target = values + ((nint)step * rows + row) * features;
                for (int i = 0; i < features; i++) target[i] = source[step * features + i];
                if (mask is null) continue;
                bool counts = mask[(firstStep + step) * rows + row] = block.Mask![sample * steps + step];
                if (!counts) ZeroUnlessModerate(target, features);
            }
        }
    }

    private static Span<float> Read(Dataset data, InputBlock block, int sample, Span<float> values)
    {
        block.Source!.CopyTo(sample, values);
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                throw new ResearchException(FormattableString.Invariant($"The data '{data.Description}' cannot be used: inputs: expected finite values, got {value} at sample {sample}; clean the data before framing it."));
        }

        return values;
    }

    // A masked step may hold anything, but nothing times what is no number, or becomes infinite on its way, is not nothing.
    private static void ZeroUnlessModerate(float* values, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (!(Math.Abs(values[i]) < InputBlock.MostMasked)) values[i] = 0;
        }
    }

    private static void LoadResets(RowState[] rowStates, BoundModel bound, int batch)
    {
        int first = batch * bound.Shape.Steps[0] * bound.Rows;
        for (int row = 0; row < bound.Rows; row++) bound.Resets![first + row] = rowStates[row] == RowState.Reset;
    }

    /// <summary>Loads an output's targets, and which of them count where the target has a mask.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="target">The output's target.</param>
    /// <param name="bound">The output bound to the batch's size.</param>
    public static void LoadTargets(Batch batch, TargetBlock target, BoundOutput bound)
    {
        int steps = bound.Flow.Steps, rows = bound.Flow.Rows, width = bound.Flow.Columns;
        bool oneHot = bound.Function is not null;
        bound.UnfitClass = -1;
        for (int row = 0; row < rows; row++)
        {
            int sample = batch.Samples[row];
            int[]? read = target.ClassSource is null ? null : bound.ReadClasses;
            if (read is not null) target.ClassSource!.CopyTo(sample, read);
            for (int step = 0; step < steps; step++)
            {
                int position = step * rows + row, index = sample * steps + step;
                if (target.Mask is { } mask) bound.Counts[position] = mask[index];
                if (oneHot) bound.Weights[position] = target.Weights is { } weights ? weights[index] : 1f;
                if (!target.HasClasses)
                {
                    target.Values.AsSpan(index * width, width).CopyTo(new Span<float>(bound.Targets + (nint)position * width, width));
                    continue;
                }

                // The data are checked; but what an input's mask hides from that, the model may yet count.
                int symbol = read is null ? target.Classes![index] : read[step];
                if ((uint)symbol >= (uint)width) (symbol, bound.UnfitClass) = (0, position);
                bound.Classes[position] = symbol;
                if (!oneHot) continue;
                new Span<float>(bound.Targets + (nint)position * width, width).Clear();
                bound.Targets[(nint)position * width + symbol] = 1f;
            }
        }
    }

    /// <summary>Throws where a row counts whose target is no class of the output.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="target">The output's target, with classes.</param>
    /// <param name="bound">The output, its rows counted.</param>
    /// <exception cref="ResearchException">There is such a row.</exception>
    public static void RequireUncounted(Batch batch, TargetBlock target, BoundOutput bound)
    {
        for (int position = 0; position < bound.Flow.AllRows; position++)
        {
            int sample = batch.Samples[position % bound.Flow.Rows], symbol = ClassAt(target, bound, sample, position / bound.Flow.Rows);
            if ((uint)symbol < (uint)bound.Flow.Columns || (bound.SomeMayNotCount && !bound.Counts[position])) continue;
            throw new ResearchException($"The data '{batch.Data.Description}' cannot be used: target classes: expected 0 to {bound.Flow.Columns - 1}, got {symbol} at sample {sample}{(target.ClassSource is null ? ": an input's mask hides it, but the model counts it. Mask the target, too" : "")}.");
        }
    }

    private static int ClassAt(TargetBlock target, BoundOutput bound, int sample, int step)
    {
        if (target.ClassSource is null) return target.Classes![sample * bound.Flow.Steps + step];
        target.ClassSource.CopyTo(sample, bound.ReadClasses);
        return bound.ReadClasses[step];
    }

    /// <summary>Puts each row's state, or zeros, before the first step.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="bound">The model bound to its size.</param>
    /// <param name="state">The rows' states.</param>
    /// <returns>Whether every row starts from zero state.</returns>
    public static bool LoadState(Batch batch, BoundModel bound, RecurrentState state)
    {
        EarlierBatch? first = bound.Earlier > 0 ? state.Earlier[^bound.Earlier] : null;
        RowState[] rowStates = first?.RowStateArray ?? batch.RowStates;
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

                StateValues slot = state.LayerArray[i].SlotArray[s];
                slot.EnsureRows(bound.Rows);
                ReadOnlySpan<float> before = first is null ? slot.AsSpan(bound.Rows) : first.SpanBefore(index)[..start.Length];
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
                StateValues slot = state.LayerArray[i].SlotArray[s];
                new ReadOnlySpan<float>(layer.State[s].At(layer.Steps), bound.Rows * (int)layer.State[s].RowStride).CopyTo(slot.Overwrite(bound.Rows));
            }
        }
    }

    /// <summary>Copies an output out.</summary>
    /// <param name="bound">The output of a model that has run.</param>
    /// <param name="output">Room for it.</param>
    public static void StoreOutput(BoundOutput bound, BatchOutput output)
    {
        BoundFlow flow = bound.Flow;
        int width = flow.Columns;
        for (int row = 0; row < flow.Rows; row++)
        {
            for (int step = 0; step < flow.Steps; step++)
            {
                int position = row * flow.Steps + step;
                new ReadOnlySpan<float>(flow.Values.At(step, row), width).CopyTo(output.Values.AsSpan(position * width, width));
                output.Counts[position] = flow.Mask is not { } mask || mask[step * flow.Rows + row];
            }
        }
    }
}
