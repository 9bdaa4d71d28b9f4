using System.Globalization;
using Research.Framework.Data;
using Research.Framework.State;

namespace Research.Framework.Training;

/// <summary>What a training learns, and what it validates with.</summary>
/// <param name="Learnt">The samples that are learnt.</param>
/// <param name="Validation">Those that are not; null for none.</param>
internal sealed record TrainingData(Dataset Learnt, Dataset? Validation)
{
    /// <summary>Divides data.</summary>
    /// <param name="data">All of them, valid in themselves.</param>
    /// <param name="validation">Validation data of their own; null for none.</param>
    /// <param name="share">How much of the data, at their end, is validated with instead of learnt; null for nothing.</param>
    /// <param name="state">The state policy.</param>
    /// <exception cref="ResearchException">They cannot be divided so.</exception>
    public static TrainingData Of(Dataset data, Dataset? validation, double? share, IStatePolicy state)
    {
        if (Finding(data, validation, share, state) is { } finding) throw new ResearchException($"Validation: {finding}.");
        if (share is not { } given) return new(data, validation);
        int held = Held(data, given);
        return new(data.Part(0, data.Samples - held), data.Part(data.Samples - held, held));
    }

    /// <summary>Why data cannot be divided so; null when they can.</summary>
    public static string? Finding(Dataset data, Dataset? validation, double? share, IStatePolicy state)
    {
        if (share is not { } given) return null;
        if (validation is not null) return "expected validation data of their own or a share of the data, got both";
        if (!(given is > 0 and < 1)) return string.Create(CultureInfo.InvariantCulture, $"expected a share above 0 and below 1, got {given}");
        int held = Held(data, given), cut = data.Samples - held;
        if (held == 0 || cut == 0)
            return string.Create(CultureInfo.InvariantCulture, $"a share of {given} of the {data.Samples} samples of '{data.Description}' leaves {cut} to learn and {held} to validate with; choose another, or give validation data of their own");
        if (state.CarriesBetweenBatches)
            return $"a share cuts the data where state '{state.Name}' would carry on; give validation data of their own, or set state={StatePolicy.Stateless.Name}";
        return data.Boundaries is not { } boundaries || boundaries[cut]
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"a share of {given} cuts a sequence of '{data.Description}' at sample {cut}; choose one that ends where a sequence begins, or give validation data of their own");
    }

    private static int Held(Dataset data, double share) => (int)Math.Round(data.Samples * share, MidpointRounding.AwayFromZero);
}
