namespace Research.Framework.Objectives;

/// <summary>The losses that an engine knows.</summary>
public enum LossKind
{
    /// <summary><see cref="Loss.CategoricalCrossEntropy"/>.</summary>
    CategoricalCrossEntropy,

    /// <summary><see cref="Loss.SparseCategoricalCrossEntropy"/>.</summary>
    SparseCategoricalCrossEntropy,

    /// <summary><see cref="Loss.BinaryCrossEntropy"/>.</summary>
    BinaryCrossEntropy,

    /// <summary><see cref="Loss.MeanSquaredError"/>.</summary>
    MeanSquaredError,

    /// <summary><see cref="Loss.MeanAbsoluteError"/>.</summary>
    MeanAbsoluteError,

    /// <summary><see cref="Loss.Huber"/>.</summary>
    Huber,

    /// <summary>A <see cref="FunctionLoss"/>: equations of the user's own.</summary>
    Function,
}
