using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Weights;

namespace Research.Framework.Training;

/// <summary>
/// Under what a training learns, by name: a checkpoint keeps it, and going on under anything else is refused, as the result would be
/// neither the one training nor the other. What may follow freely is left out: more epochs, more patience.
/// </summary>
internal static class TrainingConditions
{
    /// <summary>All conditions.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The training's options.</param>
    /// <param name="state">The state policy.</param>
    /// <param name="data">What is learnt and validated with.</param>
    public static IReadOnlyDictionary<string, string> Of(ICompiledModel model, TrainingOptions options, IStatePolicy state, TrainingData data)
    {
        Objective objective = model.Objective;
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["data"] = Hash(data.Learnt),
            ["early_stopping"] = options.EarlyStopping is { } stopping ? string.Create(CultureInfo.InvariantCulture, $"{stopping.Metric} by {stopping.MinimumDelta}") : "none",
            ["earlier_batches"] = objective.EarlierBatches.ToString(CultureInfo.InvariantCulture),
            ["loss"] = string.Join(", ", model.Graph.Outputs.Select(output => string.Create(CultureInfo.InvariantCulture, $"{output.Name} {objective.LossOf(output.Name)} x {objective.WeightOf(output.Name)}"))),
            ["model"] = Hash(Text(model.Graph)),
            ["optimizer"] = $"{objective.Optimizer.Name} {Text(objective.Optimizer.Settings)}",
            ["reduce_on_plateau"] = options.ReduceOnPlateau is { } plateau
                ? string.Create(CultureInfo.InvariantCulture, $"{plateau.Metric} by {plateau.MinimumDelta}, factor {plateau.Factor} to {plateau.MinimumFactor}, patience {plateau.Patience}, cooldown {plateau.Cooldown}")
                : "none",
            ["shuffle"] = options.Shuffle ? "true" : "false",
            ["state"] = state.Name,
            ["validation_data"] = data.Validation is null ? "none" : Hash(data.Validation),
            ["weight_rules"] = objective.WeightRules.Count == 0 ? "none" : string.Join("; ", objective.WeightRules.Select(rule => Text(rule.Settings))),
        };
    }

    /// <summary>Refuses a checkpoint that was trained under other conditions.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="now">The conditions now.</param>
    /// <param name="mayDiffer">Names of those that may differ.</param>
    /// <exception cref="ResearchException">One that may not does, or there is none of a name.</exception>
    public static void RequireSame(Checkpoint checkpoint, IReadOnlyDictionary<string, string> now, IReadOnlyList<string> mayDiffer)
    {
        foreach (string name in mayDiffer)
        {
            if (!now.ContainsKey(name)) throw new ResearchException(NameSuggestions.Unknown("condition of a training", name, [.. now.Keys]));
        }

        string[] different = [.. now.Where(own => !mayDiffer.Contains(own.Key) && checkpoint.Conditions.GetValueOrDefault(own.Key) != own.Value)
            .Select(own => $"{own.Key} '{checkpoint.Conditions.GetValueOrDefault(own.Key, "unknown")}', now '{own.Value}'")];
        string[] unknown = [.. checkpoint.Conditions.Keys.Except(now.Keys)];
        if (unknown.Length > 0)
            throw new ResearchException($"The checkpoint was trained under conditions that are unknown here: {Excerpt.Of(unknown)}. Read it with the program that wrote it.");
        if (different.Length > 0)
            throw new ResearchException($"The checkpoint was trained with {string.Join("; ", different)}. Resume with the same, or name what may differ in the run's MayDiffer.");
    }

    private static string Text<T>(IReadOnlyList<Setting<T>> settings) => string.Join(' ', settings.Select(setting => $"{setting.Name}={setting}"));

    // With the equations, in which alone activations stand.
    private static string Text(ModelGraph graph) =>
        string.Join('\n', [graph.ToString(), .. graph.Nodes.Select(node => (node as ScanNode)?.Step ?? (node as RowsNode)?.Step).Select(step => step?.Listing ?? "")]);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    // All that a training reads: no names and labels for people.
    private static string Hash(Dataset data)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add<int>([data.Samples]);
        Add(data.Boundaries);
        foreach (InputBlock block in data.Inputs)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(block.Name));
            Add<int>([block.TimeSteps, block.Features]);
            if (block.Source is { } source) hash.AppendData(Encoding.UTF8.GetBytes(source.Identity));
            else Add(block.Values);
            Add(block.Mask);
        }

        foreach (TargetBlock block in data.Targets)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(block.Name));
            Add<int>([block.TimeSteps, block.Width]);
            if (block.ClassSource is { } source) hash.AppendData(Encoding.UTF8.GetBytes(source.Identity));
            else Add(block.Classes);
            Add(block.Values);
            Add(block.Weights);
            Add(block.Mask);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));

        void Add<T>(T[]? values)
            where T : struct
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([values?.Length ?? -1]));
            if (values is not null) hash.AppendData(MemoryMarshal.AsBytes<T>(values));
        }
    }
}
