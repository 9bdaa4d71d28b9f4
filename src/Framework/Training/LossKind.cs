namespace Research.Framework.Training;

internal enum LossKind
{
    CategoricalCrossEntropy,
    SparseCategoricalCrossEntropy,
    BinaryCrossEntropy,
    MeanSquaredError,
    MeanAbsoluteError,
    Huber,
}
