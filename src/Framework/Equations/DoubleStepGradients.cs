namespace Research.Framework.Equations;

/// <summary>The gradients of a step in double.</summary>
public sealed class DoubleStepGradients
{
    internal DoubleStepGradients(IReadOnlyList<double[,]> inputs, IReadOnlyList<double[,]> state, IReadOnlyDictionary<string, double[]> weights)
    {
        Inputs = inputs;
        State = state;
        Weights = weights;
    }

    /// <summary>The gradients of the inputs, each <c>[rows, features]</c>.</summary>
    public IReadOnlyList<double[,]> Inputs { get; }

    /// <summary>The gradients of the state before the step, each <c>[rows, width]</c>.</summary>
    public IReadOnlyList<double[,]> State { get; }

    /// <summary>The gradients of the weights by name, row-major, summed over the rows.</summary>
    public IReadOnlyDictionary<string, double[]> Weights { get; }
}
