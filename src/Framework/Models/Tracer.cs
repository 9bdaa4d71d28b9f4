using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>Runs a layer's equations once, on symbols, and checks what they yield.</summary>
internal static class Tracer
{
    /// <summary>Traces a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputFeatures">Width of its input.</param>
    /// <param name="preferFused">Whether a cell's hand-written kernels stand in for its equations.</param>
    public static StepEquations Of(Layer layer, int inputFeatures, bool preferFused) => layer switch
    {
        RecurrentLayer recurrent => OfCell(recurrent.Cell, recurrent.Name!, inputFeatures, preferFused, recurrent.Dropout > 0, recurrent.RecurrentDropout > 0),
        DenseLayer dense => OfDense(dense, inputFeatures),
        _ => throw new ResearchException($"Layer '{layer.Name}': this engine does not know layers of type {layer.GetType().Name}."),
    };

    public static StepEquations OfCell(ICell cell, string layerName, int inputFeatures, bool preferFused, bool dropsInput = false, bool dropsState = false)
    {
        StepEquations equations = StepEquations.OfCell(cell, layerName, inputFeatures, dropsInput, dropsState);
        return preferFused ? equations.WithKernels : equations;
    }

    private static StepEquations OfDense(DenseLayer dense, int inputFeatures) => StepEquations.OfRows(dense.Name!, [inputFeatures], (scope, inputs) =>
    {
        Expr sum = inputs[0].Dot(scope.Kernel("kernel", dense.Units));
        if (dense.UseBias) sum += scope.Bias("bias", dense.Units);
        Expr output = dense.Activation.Apply(sum);
        if (output.IsWeight || output.Columns != dense.Units)
            throw output.Trace.Error($"activation '{dense.Activation.Name}'", output, null, $"expected [batch, {dense.Units}]");
        return output;
    });
}
