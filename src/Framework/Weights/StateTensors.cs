using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Numerics;
using Research.Framework.State;

namespace Research.Framework.Weights;

/// <summary>A recurrent state as named tensors and back: <c>state/lstm_1/cell</c>; and the batches kept for truncated back-propagation, <c>state/@earlier/count</c> and <c>state/@earlier/0/…</c>.</summary>
internal static class StateTensors
{
    private const string Prefix = "state/", Earlier = Prefix + "@earlier/", CountName = Earlier + "count";

    public static IReadOnlyList<NamedTensor> Of(RecurrentState state)
    {
        List<NamedTensor> tensors = [.. Slots(state).Select(slot => NamedTensor.OfFloats(Prefix + slot.Name, [slot.Values.Rows, slot.Values.Width], slot.Values.AsSpan(slot.Values.Rows).ToArray()))];
        tensors.Add(NamedTensor.OfLongs(CountName, [1], [state.Earlier.Count]));
        for (int i = 0; i < state.Earlier.Count; i++)
        {
            EarlierBatch batch = state.Earlier[i];
            string prefix = PrefixOf(i);
            tensors.Add(NamedTensor.OfLongs(prefix + "samples", [batch.Rows], [.. batch.Samples.Take(batch.Rows).Select(sample => (long)sample)]));
            tensors.Add(NamedTensor.OfBytes(prefix + "carry", [batch.Rows], [.. batch.RowStates.Take(batch.Rows).Select(row => row == RowState.Carry ? (byte)1 : (byte)0)]));
            int index = 0;
            foreach (Slot slot in Slots(state))
                tensors.Add(NamedTensor.OfFloats(prefix + slot.Name, [batch.Rows, slot.Values.Width], batch.SpanBefore(index++)[..(batch.Rows * slot.Values.Width)].ToArray()));
        }

        return tensors;
    }

    /// <summary>Takes a state over.</summary>
    /// <param name="state">The state.</param>
    /// <param name="tensors">As they were kept, and no others.</param>
    /// <param name="data">What is learnt.</param>
    /// <param name="rows">The rows that have a state.</param>
    /// <param name="most">The most earlier batches that the training keeps.</param>
    /// <exception cref="ResearchException">They do not fit.</exception>
    public static void Apply(RecurrentState state, IReadOnlyList<NamedTensor> tensors, Dataset data, int rows, int most)
    {
        TensorFile file = new(tensors);
        HashSet<string> known = new(StringComparer.Ordinal);
        state.Reset();
        foreach (Slot slot in Slots(state)) Read(Prefix + slot.Name, [rows, slot.Values.Width]).ToFloats().CopyTo(slot.Values.Overwrite(rows));
        long count = Read(CountName, [1]).ToLongs()[0];
        if (count < 0) throw Damaged(CountName, "0 batches or more", count);
        for (int i = 0; i < count; i++)
        {
            string prefix = PrefixOf(i);
            long[] samples = file[prefix + "samples"].ToLongs();
            if (samples.Length > rows) throw Damaged(prefix + "samples", $"at most {rows} samples", samples.Length);
            Read(prefix + "samples", [samples.Length]);
            if (Array.Exists(samples, sample => sample < 0 || sample >= data.Samples))
                throw Damaged(prefix + "samples", $"samples of '{data.Description}', from 0 to {data.Samples - 1}", samples.First(sample => sample < 0 || sample >= data.Samples));
            byte[] carry = Read(prefix + "carry", [samples.Length]).ToBytes();
            if (Array.Exists(carry, flag => flag > 1)) throw Damaged(prefix + "carry", "1 where a row was carried, otherwise 0", carry.Max());
            RowState[] rowStates = [.. carry.Select(flag => flag == 1 ? RowState.Carry : RowState.Reset)];
            float[][] before = [.. Slots(state).Select(slot => Read(prefix + slot.Name, [samples.Length, slot.Values.Width]).ToFloats())];
            if (i < count - most) continue; // a training that keeps fewer goes on with the newest
            EarlierBatch batch = new(data);
            batch.Restore([.. samples.Select(sample => (int)sample)], rowStates, before);
            state.Restore(batch);
        }

        string[] unknown = [.. tensors.Select(tensor => tensor.Name).Where(name => !known.Contains(name))];
        if (unknown.Length > 0) throw new ResearchException($"The checkpoint holds {Excerpt.Of(unknown)}, which is no state of this training; resume with the model it was trained with.");

        static ResearchException Damaged(string name, string expected, long got) =>
            new(string.Create(CultureInfo.InvariantCulture, $"The checkpoint's '{name}': expected {expected}, got {got}; the file is damaged."));

        NamedTensor Read(string name, int[] shape)
        {
            known.Add(name);
            return file[name] is var tensor && tensor.Shape.SequenceEqual(shape)
                ? tensor
                : throw new ResearchException($"The checkpoint's '{name}': expected {NamedTensor.Text(shape)}, got {NamedTensor.Text(tensor.Shape)}; was the model trained with other units, or is the file damaged?");
        }
    }

    private static string PrefixOf(int index) => Earlier + index.ToString(CultureInfo.InvariantCulture) + "/";

    private static IEnumerable<Slot> Slots(RecurrentState state) =>
        state.Layers.SelectMany(layer => layer.Slots.Select(slot => new Slot($"{layer.Name}/{slot.Name}", slot)));

    private sealed record Slot(string Name, StateValues Values);
}
