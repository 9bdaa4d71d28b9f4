namespace Research.Framework.Models;

/// <summary>One step repeated: <c>[batch, 1, features]</c> to <c>[batch, times, features]</c>; the mask ends here.</summary>
/// <param name="Times">How many steps; at least 1.</param>
public sealed record RepeatVectorLayer(int Times) : Layer
{
    /// <summary>How many steps.</summary>
    /// <value>At least 1.</value>
    /// <exception cref="ResearchException">There is no step.</exception>
    public int Times { get; init => field = Checked(value); } = Checked(Times);

    /// <inheritdoc/>
    public override IReadOnlyList<Setting<Layer>> Settings =>
        [Setting.Whole<Layer>("times", Times, value => this with { Times = value }, atLeast: 1)];

    /// <inheritdoc/>
    public override string Kind => "repeat_vector";

    /// <inheritdoc/>
    public override Flow Build(ModelScope model, Flow input)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Repeat(input, Times);
    }

    private static int Checked(int times) =>
        times >= 1 ? times : throw new ResearchException($"RepeatVector: expected at least 1 step, got {times}.");
}
