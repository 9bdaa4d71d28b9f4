using Research.Framework.Equations;

namespace Research.Framework.Models;

/// <summary>Makes layers; bring it in with <c>using static</c>.</summary>
public static class Layers
{
    /// <summary>A recurrent layer that yields its last step.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="returnSequences">Whether every step is yielded instead.</param>
    public static RecurrentLayer Recurrent(ICell cell, bool returnSequences = false)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new RecurrentLayer(cell) { ReturnSequences = returnSequences };
    }

    /// <summary>A recurrent layer of the cell that the run asks for.</summary>
    /// <param name="cells">Makes the cell.</param>
    /// <param name="units">Width of the output; at least 1.</param>
    /// <param name="returnSequences">Whether every step is yielded instead of the last one.</param>
    /// <exception cref="ResearchException">There is no unit.</exception>
    public static RecurrentLayer Recurrent(ICellFactory cells, int units, bool returnSequences = false) =>
        new(cells, units) { ReturnSequences = returnSequences };

    /// <summary>A dense layer.</summary>
    /// <param name="units">Width of the output; at least 1.</param>
    /// <param name="activation">Default linear.</param>
    public static DenseLayer Dense(int units, Activation? activation = null) =>
        new(units) { Activation = activation ?? Activation.Linear };

    /// <summary>Two cells over the same input, forward and backward in time.</summary>
    /// <param name="forward">The cell that runs forward.</param>
    /// <param name="backward">The cell that runs backward.</param>
    /// <param name="returnSequences">Whether every step is yielded instead of the last ones.</param>
    public static BidirectionalLayer Bidirectional(ICell forward, ICell backward, bool returnSequences = false)
    {
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(backward);
        return new BidirectionalLayer(forward, backward) { ReturnSequences = returnSequences };
    }

    /// <summary>Two cells that the run asks for over the same input, forward and backward in time, each with weights of its own.</summary>
    /// <param name="cells">Makes both cells.</param>
    /// <param name="units">Width of each direction's output; at least 1.</param>
    /// <param name="returnSequences">Whether every step is yielded instead of the last ones.</param>
    /// <exception cref="ResearchException">There is no unit.</exception>
    public static BidirectionalLayer Bidirectional(ICellFactory cells, int units, bool returnSequences = false) =>
        new(cells, units) { ReturnSequences = returnSequences };

    /// <summary>One step repeated.</summary>
    /// <param name="times">How many steps; at least 1.</param>
    public static RepeatVectorLayer RepeatVector(int times) => new(times);

    /// <summary>Masks the steps all of whose features equal a value.</summary>
    /// <param name="value">The value that stands for padding; a finite number.</param>
    public static MaskingLayer Masking(float value = 0) => new(value);

    /// <summary>A vector for each symbol.</summary>
    /// <param name="symbols">How many symbols; at least 1.</param>
    /// <param name="width">Width of each vector; at least 1.</param>
    /// <param name="maskZero">Whether symbol 0 is padding.</param>
    public static EmbeddingLayer Embedding(int symbols, int width, bool maskZero = false) =>
        new(symbols, width) { MaskZero = maskZero };

    /// <summary>Zeroes a share of the features while training.</summary>
    /// <param name="rate">The share; in [0, 1).</param>
    public static DropoutLayer Dropout(double rate) => new(rate);

    /// <summary>x + f(x).</summary>
    /// <param name="inner">f, first layer to last; yields the width and the steps of what it reads.</param>
    /// <exception cref="ResearchException">There is no layer.</exception>
    public static ResidualLayer Residual(params IReadOnlyList<Layer> inner) => new(inner);

    /// <summary>Mean 0 and variance 1 over the features of each step, scaled and shifted.</summary>
    public static LayerNormalizationLayer LayerNormalization() => new();

    /// <summary>Flows side by side; add it with <see cref="ModelScope.Join"/>.</summary>
    public static ConcatenateLayer Concatenate() => new();

    /// <summary>The last step of a sequence.</summary>
    public static LastStepLayer LastStep() => new();
}
