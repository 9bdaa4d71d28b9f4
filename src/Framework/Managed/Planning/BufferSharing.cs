namespace Research.Framework.Managed.Planning;

/// <summary>
/// Lets a buffer that only the backward passes use lie where one lay that only the forward passes needed: by then it is
/// done with. In an LSTM the sums of all gates make way for their gradients, four ninths of what the forward pass keeps.
/// </summary>
internal static class BufferSharing
{
    /// <summary>Pairs buffers of equal size.</summary>
    /// <param name="passes">The instructions of the six passes.</param>
    /// <param name="weightGradients">What is read after them.</param>
    /// <param name="untouchable">Buffers that are filled or read from outside, or that hold zeros which nobody writes.</param>
    public static void Arrange(IReadOnlyList<IReadOnlyList<InstructionPlan>> passes, IReadOnlyList<WeightGradientPlan> weightGradients, IReadOnlyCollection<BufferPlan> untouchable)
    {
        HashSet<BufferPlan> forward = [], backward = [];
        for (int pass = 0; pass < passes.Count; pass++)
        {
            HashSet<BufferPlan> users = pass < (int)Pass.BackwardBefore ? forward : backward;
            foreach (InstructionPlan instruction in passes[pass]) users.UnionWith(Buffers(instruction));
        }

        foreach (WeightGradientPlan weight in weightGradients)
        {
            if (weight.Left.Buffer is { } left) backward.Add(left);
            backward.Add(weight.Gradient.Buffer!);
        }

        List<BufferPlan> free = [.. forward.Where(buffer => buffer.Kind == BufferKind.Sequence && !backward.Contains(buffer) && !untouchable.Contains(buffer)).OrderBy(buffer => buffer.Index)];
        foreach (BufferPlan buffer in backward.Where(buffer => buffer.Kind == BufferKind.Sequence && !forward.Contains(buffer) && !untouchable.Contains(buffer)).OrderBy(buffer => buffer.Index))
        {
            if (free.Find(other => other.Columns == buffer.Columns) is not { } place) continue;
            buffer.SharesWith = place;
            free.Remove(place);
        }
    }

    private static IEnumerable<BufferPlan> Buffers(InstructionPlan instruction)
    {
        IEnumerable<Place> places = [instruction.Destination, instruction.A, instruction.B, instruction.C];
        if (instruction.Fused is { } fused) places = [.. places, .. fused.Inputs, .. fused.Outputs, fused.Saved, .. fused.OutputGradients, .. fused.InputGradients];
        return places.Select(place => place.Buffer).OfType<BufferPlan>();
    }
}
