namespace Research.Framework.Training;

/// <summary>A figure over the epochs of a training.</summary>
/// <param name="Name">
/// <c>training/loss</c>, the mean loss while the epoch was trained; <c>validation/loss</c> and <c>validation/accuracy</c>, a figure of the
/// validation data after it; with several outputs also <c>training/answer/loss</c> and <c>validation/answer/loss</c>;
/// <c>training/learning_rate_factor</c> where validation sets it.
/// </param>
/// <param name="Values">A value for each epoch, in order.</param>
public sealed record LearningCurve(string Name, IReadOnlyList<double> Values)
{
    /// <summary>What is shown, and of what: <c>validation/accuracy</c>.</summary>
    public string Name { get; init => field = Required.Value(value); } = Required.Value(Name);

    /// <summary>A value for each epoch, in order.</summary>
    public IReadOnlyList<double> Values { get; init => field = Required.Value(value); } = Required.Value(Values);

    /// <summary>The values of a curve by its name.</summary>
    internal static IReadOnlyList<double> Find(IReadOnlyList<LearningCurve> curves, string name) =>
        curves.FirstOrDefault(curve => curve.Name == name)?.Values
        ?? throw new ResearchException(NameSuggestions.Unknown("learning curve", name, [.. curves.Select(curve => curve.Name)]));
}
