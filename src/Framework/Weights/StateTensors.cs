using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Numerics;
using Research.Framework.State;

namespace Research.Framework.Weights;

/// <summary>A recurrent state as named tensors and back: <c>state/lstm_1/cell</c>, and <c>state/@earlier/0/…</c>, the batches kept for truncated back-propagation.</summary>
internal static class StateTensors
{
    private const string Prefix = "state/", Earlier = Prefix + "@earlier/";

    public static IReadOnlyList<NamedTensor> Of(RecurrentState state)
    {
        List<NamedTensor> tensors = [.. Slots(state).Select(slot => NamedTensor.OfFloats(Prefix + slot.Name, [slot.Values.Rows, slot.Values.Width], slot.Values.AsSpan(slot.Values.Rows).ToArray()))];
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

    public static void Apply(RecurrentState state, IReadOnlyList<NamedTensor> tensors, Dataset data)
    {
        TensorFile file = new(tensors);
        state.Reset();
        foreach (Slot slot in Slots(state))
        {
            NamedTensor tensor = file[Prefix + slot.Name];
            if (tensor.Shape.Count != 2 || tensor.Shape[1] != slot.Values.Width)
                throw new ResearchException($"State '{slot.Name}': expected [rows, {slot.Values.Width}], got {NamedTensor.Text(tensor.Shape)}; was the model trained with other units?");
            tensor.ToFloats().CopyTo(slot.Values.Overwrite(tensor.Shape[0]));
        }

        for (int i = 0; file.Contains(PrefixOf(i) + "samples"); i++)
        {
            string prefix = PrefixOf(i);
            long[] samples = file[prefix + "samples"].ToLongs();
            RowState[] rowStates = [.. file[prefix + "carry"].ToBytes().Select(flag => flag == 1 ? RowState.Carry : RowState.Reset)];
            float[][] before = [.. Slots(state).Select(slot => file[prefix + slot.Name].ToFloats())];
            if (rowStates.Length != samples.Length || Slots(state).Zip(before).Any(slot => slot.Second.Length != samples.Length * slot.First.Values.Width))
                throw new ResearchException($"The checkpoint's earlier batch {i} has {samples.Length} samples, but not as many rows of state; the file is damaged.");
            if (samples.Any(sample => sample < 0 || sample >= data.Samples)) throw new ResearchException($"The checkpoint's earlier batches name samples that '{data.Description}' does not have; resume with the data it was trained on.");
            EarlierBatch batch = new(data);
            batch.Restore([.. samples.Select(sample => (int)sample)], rowStates, before);
            state.Restore(batch);
        }
    }

    private static string PrefixOf(int index) => Earlier + index.ToString(CultureInfo.InvariantCulture) + "/";

    private static IEnumerable<Slot> Slots(RecurrentState state) =>
        state.Layers.SelectMany(layer => layer.Slots.Select(slot => new Slot($"{layer.Name}/{slot.Name}", slot)));

    private sealed record Slot(string Name, StateValues Values);
}
