using System.Globalization;
using Research.Framework.Data;

namespace Research.Framework.Models;

/// <summary>How many time steps a flow has: a number of its own, or as many as an input of the data.</summary>
public sealed record StepCount
{
    private StepCount(string? input, int count)
    {
        Input = input;
        Count = count;
    }

    /// <summary>One step.</summary>
    public static StepCount One { get; } = new(null, 1);

    /// <summary>The input whose time steps these are; null for a number of its own.</summary>
    public string? Input { get; }

    /// <summary>The number; 0 where an input's time steps decide.</summary>
    public int Count { get; }

    /// <summary>As many as an input of the data has.</summary>
    /// <param name="input">The input's name.</param>
    public static StepCount Of(string input) => new(input, 0);

    /// <summary>A fixed number.</summary>
    /// <param name="count">At least 1.</param>
    /// <exception cref="ResearchException">There is no step.</exception>
    public static StepCount Of(int count) => count >= 1
        ? new(null, count)
        : throw new ResearchException($"Time steps: expected at least 1, got {count}.");

    /// <summary>The number for a dataset.</summary>
    /// <param name="data">Data with the input.</param>
    public int In(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Input is null ? Count : data.FindInput(Input).TimeSteps;
    }

    /// <summary>For people: the number, or <c>steps of 'input'</c>.</summary>
    public override string ToString() => Input is null ? Count.ToString(CultureInfo.InvariantCulture) : $"steps of '{Input}'";
}
