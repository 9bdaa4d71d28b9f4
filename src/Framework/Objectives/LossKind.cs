namespace Research.Framework.Objectives;

internal enum LossKind
{
    CategoricalCrossEntropy,
    SparseCategoricalCrossEntropy,
    BinaryCrossEntropy,
    MeanSquaredError,
    MeanAbsoluteError,
    Huber,
}
