namespace Research.Framework.Models;

/// <summary>Makes model descriptions.</summary>
public static class Model
{
    /// <summary>A stack of layers. Unnamed layers are called by kind and count: <c>lstm_1</c>, <c>lstm_2</c>, <c>dense_1</c>.</summary>
    /// <param name="layers">At least one layer, in order.</param>
    /// <exception cref="ResearchException">There is no layer, a name cannot be used or is used twice, or one reads a sequence where there is none.</exception>
    public static ModelDescription Of(params IReadOnlyList<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0) throw new ResearchException("A model needs at least one layer, got none.");
        Dictionary<string, int> counts = [];
        HashSet<string> names = [];
        List<Layer> named = [];
        string? lastStepOnly = null;
        foreach (Layer layer in layers)
        {
            ArgumentNullException.ThrowIfNull(layer, nameof(layers));
            int count = counts[layer.Kind] = counts.GetValueOrDefault(layer.Kind) + 1;
            string name = layer.Name ?? $"{layer.Kind}_{count}";
            if (string.IsNullOrWhiteSpace(name) || name.StartsWith('@') || name.Contains('/'))
                throw new ResearchException($"Layer {counts.Values.Sum()}: expected a name without / and not beginning with @, which weights and checkpoints need for themselves; got '{name}'.");
            if (!names.Add(name)) throw new ResearchException($"Two layers are called '{name}'; give one of them another name.");
            if (layer is BidirectionalLayer { Merge: var merge } && !Enum.IsDefined(merge))
                throw new ResearchException($"Layer '{name}': expected a merge mode of {string.Join(", ", Enum.GetNames<MergeMode>())}, got {merge}.");

            // It would run, on a single time step, and learn nothing from time.
            if (lastStepOnly is not null && layer is (RecurrentLayer or BidirectionalLayer))
                throw new ResearchException($"Layer '{name}' reads a sequence, but '{lastStepOnly}' yields only its last step; let '{lastStepOnly}' return sequences, or put a RepeatVector layer between them.");
            lastStepOnly = layer switch
            {
                RecurrentLayer recurrent => recurrent.ReturnSequences ? null : name,
                BidirectionalLayer bidirectional => bidirectional.ReturnSequences ? null : name,
                RepeatVectorLayer => null,
                _ => lastStepOnly,
            };
            named.Add(layer with { Name = name });
        }

        return new ModelDescription(named);
    }
}
