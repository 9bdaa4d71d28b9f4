using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.State;

namespace Research.Framework.Weights;

/// <summary>A recurrent state as named tensors and back: <c>lstm_1/cell</c>, and the batches kept for truncated back-propagation.</summary>
internal static class StateTensors
{
    private const string Earlier = "@earlier/";

    public static IReadOnlyList<NamedTensor> Of(RecurrentState state)
    {
        List<NamedTensor> tensors = [.. Slots(state).Select(slot => NamedTensor.OfFloats(slot.Name, [slot.State.Rows, slot.State.Width], slot.State.AsSpan(slot.State.Rows).ToArray()))];
        for (int i = 0; i < state.Earlier.Count; i++)
        {
            EarlierBatch batch = state.Earlier[i];
            string prefix = Prefix(i);
            tensors.Add(NamedTensor.OfFloats(prefix + "samples", [batch.Rows], [.. batch.Samples.Take(batch.Rows).Select(BitConverter.Int32BitsToSingle)]));
            tensors.Add(NamedTensor.OfFloats(prefix + "carry", [batch.Rows], [.. batch.RowStates.Take(batch.Rows).Select(row => row == RowState.Carry ? 1f : 0f)]));
            int index = 0;
            foreach (Slot slot in Slots(state))
                tensors.Add(NamedTensor.OfFloats(prefix + slot.Name, [batch.Rows, slot.State.Width], batch.StateBefore(index++)[..(batch.Rows * slot.State.Width)].ToArray()));
        }

        return tensors;
    }

    public static void Apply(RecurrentState state, IReadOnlyList<NamedTensor> tensors, Dataset data)
    {
        TensorFile file = new(tensors);
        state.Reset();
        foreach (Slot slot in Slots(state))
        {
            NamedTensor tensor = file[slot.Name];
            if (tensor.Shape.Count != 2 || tensor.Shape[1] != slot.State.Width)
                throw new ResearchException($"State '{slot.Name}': expected [rows, {slot.State.Width}], got {NamedTensor.Text(tensor.Shape)}; was the model trained with other units?");
            slot.State.EnsureRows(tensor.Shape[0]);
            tensor.ToFloats().CopyTo(slot.State.AsSpan(tensor.Shape[0]));
        }

        for (int i = 0; file.Contains(Prefix(i) + "samples"); i++)
        {
            string prefix = Prefix(i);
            int[] samples = [.. file[prefix + "samples"].ToFloats().Select(BitConverter.SingleToInt32Bits)];
            RowState[] rowStates = [.. file[prefix + "carry"].ToFloats().Select(flag => flag == 1f ? RowState.Carry : RowState.Reset)];
            float[][] before = [.. Slots(state).Select(slot => file[prefix + slot.Name].ToFloats())];
            if (rowStates.Length != samples.Length || Slots(state).Zip(before).Any(slot => slot.Second.Length != samples.Length * slot.First.State.Width))
                throw new ResearchException($"The checkpoint's earlier batch {i} has {samples.Length} samples, but not as many rows of state; the file is damaged.");
            if (samples.Any(sample => sample < 0 || sample >= data.Samples)) throw new ResearchException($"The checkpoint's earlier batches name samples that '{data.Description}' does not have; resume with the data it was trained on.");
            EarlierBatch batch = new();
            batch.Restore(data, samples, rowStates, before);
            state.Earlier.Add(batch);
        }
    }

    private static string Prefix(int index) => Earlier + index.ToString(CultureInfo.InvariantCulture) + "/";

    private static IEnumerable<Slot> Slots(RecurrentState state) =>
        state.Layers.SelectMany(layer => layer.Slots.Select(slot => new Slot($"{layer.Name}/{slot.Name}", slot)));

    private sealed record Slot(string Name, SlotState State);
}
