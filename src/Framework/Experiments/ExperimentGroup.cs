namespace Research.Framework.Experiments;

/// <summary>Experiments that belong together: lists show them under one heading.</summary>
/// <param name="Name">The heading, e.g. <c>Alphabet</c>.</param>
/// <param name="IsDefault">Whether the command line without a verb runs these, and no experiment of another group or of none.</param>
public sealed record ExperimentGroup(string Name, bool IsDefault)
{
    /// <summary>The heading.</summary>
    public string Name { get; init => field = Required.Value(value); } = Required.Value(Name);
}
