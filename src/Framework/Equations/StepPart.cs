namespace Research.Framework.Equations;

/// <summary>
/// The part of a step that does not depend on the state, computed: <see cref="StepEquations.StatePart"/> goes on from it. An
/// engine computes it for all time steps at once, and selects one step's rows of it at a time.
/// </summary>
/// <typeparam name="T">A value.</typeparam>
public sealed class StepPart<T>
    where T : class
{
    private readonly IReadOnlyDictionary<int, T> _values;

    internal StepPart(StepEquations step, IReadOnlyDictionary<int, T> values)
    {
        Step = step;
        _values = values;
    }

    internal StepEquations Step { get; }

    /// <summary>The same with each block that depends on the input replaced, e.g. by one time step's rows; weights and rows of weights alone stay.</summary>
    /// <param name="select">From <c>[rows of all steps, n]</c> to <c>[batch, n]</c>, or however the engine lays them out.</param>
    public StepPart<T> Select(Func<T, T> select)
    {
        ArgumentNullException.ThrowIfNull(select);
        return new StepPart<T>(Step, _values.ToDictionary(pair => pair.Key, pair => Step.Reading.DependsOnInput(pair.Key) ? select(pair.Value) : pair.Value));
    }

    internal void CopyTo(T?[] values)
    {
        foreach ((int id, T value) in _values) values[id] = value;
    }
}
