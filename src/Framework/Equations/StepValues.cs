namespace Research.Framework.Equations;

/// <summary>What a step yields, as a reader's values.</summary>
/// <typeparam name="T">A value.</typeparam>
public sealed class StepValues<T>
{
    internal StepValues(T output, IReadOnlyList<T> state)
    {
        Output = output;
        State = state;
    }

    /// <summary>The output, <c>[batch, width]</c>.</summary>
    public T Output { get; }

    /// <summary>The state after the step, in the order of <see cref="StepEquations.Slots"/>.</summary>
    public IReadOnlyList<T> State { get; }
}
