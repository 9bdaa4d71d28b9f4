using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Numerics;

namespace Research.Framework.Weights;

/// <summary>A model's weights, out and in, under Keras' names and in Keras' layouts.</summary>
public static class ModelWeights
{
    /// <summary>Copies of all weights, in the model's order, as they go into a file.</summary>
    /// <param name="model">The model.</param>
    public static TensorFile Of(ICompiledModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new TensorFile([.. model.Graph.Weights.Select(weight => model.GetTensor(weight.Name))]);
    }

    /// <summary>Replaces all weights, or, where anything does not fit, none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">One 32-bit floating point tensor for each weight, of its name and shape; no others.</param>
    /// <exception cref="ResearchException">Lists every weight that is missing, superfluous or of another shape or type.</exception>
    public static void Apply(ICompiledModel model, TensorFile weights)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(weights);
        RequireFit(model, weights);
        model.SetTensors(weights.Tensors);
    }

    /// <summary>Throws unless there is one tensor for each weight.</summary>
    /// <param name="model">The model.</param>
    /// <param name="given">The tensors.</param>
    /// <param name="what">What the message calls them.</param>
    internal static void RequireFit(ICompiledModel model, TensorFile given, string what = "The weights")
    {
        List<string> findings = [];
        foreach (WeightDescription weight in model.Graph.Weights)
        {
            if (!given.Contains(weight.Name)) findings.Add($"'{weight.Name}' is missing");
            else if (given[weight.Name] is var tensor && (tensor.Type != TensorType.Float32 || !tensor.Shape.SequenceEqual(weight.Shape)))
                findings.Add($"'{weight.Name}' is {tensor.Type} {NamedTensor.Text(tensor.Shape)}, expected {TensorType.Float32} {NamedTensor.Text(weight.Shape)}");
        }

        findings.AddRange(given.Tensors.Select(tensor => tensor.Name).Except(model.Graph.Weights.Select(weight => weight.Name)).Select(name => $"the model has no '{name}'"));
        if (findings.Count > 0) throw new ResearchException($"{what} do not fit the model: {string.Join("; ", findings)}.");
    }
}
