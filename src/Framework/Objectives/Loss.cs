using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Models;

namespace Research.Framework.Objectives;

/// <summary>
/// What training makes small: the mean over samples (and time steps, where each has a target). Masked steps weigh nothing;
/// a target's weight multiplies its loss.
/// </summary>
public abstract record Loss
{
    private protected Loss(string name, LossKind kind, double delta = 0)
    {
        Name = name;
        Kind = kind;
        Delta = delta;
    }

    /// <summary>
    /// -Σ y ln p, with y the target's distribution, or 1 for the target class, and p the predicted one. Where the output, or what it
    /// is the last step of, is made by equations that end in softmax, the gradient is computed from the softmax's input, and p is
    /// clipped to [1e-7, 1 - 1e-7] for the reported figure only. Elsewhere predictions are divided by their sum and clipped, as in
    /// Keras; what may lie outside of 0 to 1, such as a linear output, is refused where that can be told beforehand.
    /// </summary>
    public static Loss CategoricalCrossEntropy { get; } = new StandardLoss("categorical_crossentropy", LossKind.CategoricalCrossEntropy);

    /// <summary><see cref="CategoricalCrossEntropy"/> that insists on target classes.</summary>
    public static Loss SparseCategoricalCrossEntropy { get; } = new StandardLoss("sparse_categorical_crossentropy", LossKind.SparseCategoricalCrossEntropy);

    /// <summary>
    /// The mean of -y ln p - (1 - y) ln(1 - p) over the target's features. Predictions and targets are probabilities. Where the
    /// output, or what it is the last step of, is made by equations that end in a sigmoid, loss and gradient are computed from
    /// the sigmoid's input, so that the gradient never vanishes while p is wrong (where a recurrent layer ends so and others read it, too, the
    /// model is refused); elsewhere p is clipped to [1e-7, 1 - 1e-7], and beyond the bounds the gradient is 0, as in Keras.
    /// </summary>
    public static Loss BinaryCrossEntropy { get; } = new StandardLoss("binary_crossentropy", LossKind.BinaryCrossEntropy);

    /// <summary>The mean of the squared differences over the target's features.</summary>
    public static Loss MeanSquaredError { get; } = new StandardLoss("mean_squared_error", LossKind.MeanSquaredError);

    /// <summary>The mean of the differences' sizes over the target's features.</summary>
    public static Loss MeanAbsoluteError { get; } = new StandardLoss("mean_absolute_error", LossKind.MeanAbsoluteError);

    /// <summary>All losses with Keras' settings, for look-up by name.</summary>
    public static IReadOnlyList<Loss> All { get; } =
        [CategoricalCrossEntropy, SparseCategoricalCrossEntropy, BinaryCrossEntropy, MeanSquaredError, MeanAbsoluteError, Huber()];

    /// <summary>The name in plans, e.g. <c>categorical_crossentropy</c>.</summary>
    public string Name { get; }

    /// <summary>Which of the losses it is.</summary>
    public LossKind Kind { get; }

    /// <summary>Where Huber's loss turns from a square into a line; 0 for the others.</summary>
    public double Delta { get; }

    internal bool IsCrossEntropy => Kind is LossKind.CategoricalCrossEntropy or LossKind.SparseCategoricalCrossEntropy;

    /// <summary>
    /// The mean over the target's features of d²/2 for differences d up to δ in size, and of δ|d| - δ²/2 beyond. Huber,
    /// <em>Robust estimation of a location parameter</em>, Annals of Mathematical Statistics 35(1), 1964.
    /// </summary>
    /// <param name="delta">δ; above 0. Default 1, as in Keras.</param>
    /// <exception cref="ResearchException">δ is out of range.</exception>
    public static Loss Huber(double delta = 1) => SinglePrecision.IsPositive(delta)
        ? new StandardLoss(delta == 1 ? "huber" : string.Create(CultureInfo.InvariantCulture, $"huber({delta})"), LossKind.Huber, delta)
        : throw new ResearchException($"Huber loss: expected a delta above 0, got {SinglePrecision.Said(delta)}.");

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Why a dataset's targets do not fit; null when they do.</summary>
    internal string? Finding(Dataset data, TargetBlock target)
    {
        if (Kind == LossKind.SparseCategoricalCrossEntropy && !target.HasClasses)
            return $"The loss '{Name}' needs target classes; '{data.Description}' has real values. For distributions over classes choose '{CategoricalCrossEntropy.Name}'.";
        return !IsCrossEntropy && Kind != LossKind.Function && target.Values is null
            ? $"The loss '{Name}' needs real-valued targets; '{data.Description}' has classes. For classes choose '{CategoricalCrossEntropy.Name}'."
            : null;
    }

    /// <summary>Why an output cannot be judged by this loss, whatever the data; null when it can.</summary>
    internal string? Finding(GraphOutput output)
    {
        bool binary = Kind == LossKind.BinaryCrossEntropy;
        if (!IsCrossEntropy && !binary) return null;
        if (IsCrossEntropy && output.Node.Width == 1)
            return $"the loss '{Name}' needs at least 2 classes, but '{output.Node.Name}' yields 1 number; for two classes end the model in 2 units, or in 1 of '{Activation.Sigmoid.Name}' with the loss '{BinaryCrossEntropy.Name}'";
        if (binary && output.Node.Width == 1 && output.Node is RowsNode { Step.Output: { Operation: var last } } && last == Operations.Softmax)
            return $"softmax over 1 unit, as in '{output.Node.Name}', is always 1; end the model in 1 unit of '{Activation.Sigmoid.Name}'";
        return !OutputRange.LeavesProbabilities(output.Node)
            ? null
            : $"the loss '{Name}' needs probabilities, but what '{output.Node.Name}' yields may lie outside of 0 to 1; end the model in {(binary ? $"'{Activation.Sigmoid.Name}'" : $"'{Activation.Softmax.Name}'")}, or choose '{MeanSquaredError.Name}'";
    }

    /// <summary>Which target is no probability where the loss takes it for one; null when all are.</summary>
    internal string? RangeFinding(Dataset data, TargetBlock target)
    {
        if (!(IsCrossEntropy || Kind == LossKind.BinaryCrossEntropy) || target.Values is not { } values) return null;
        int wrong = -1;
        for (int i = 0; i < values.Length && wrong < 0; i++)
        {
            if (values[i] is < 0 or > 1 && data.IsJudged(target, i / target.Width)) wrong = i;
        }

        return wrong < 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"The loss '{Name}' needs targets from 0 to 1; '{data.Description}' has {values[wrong]} at sample {wrong / (target.TimeSteps * target.Width)}. Scale them, or for other real values choose '{MeanSquaredError.Name}'.");
    }
}
