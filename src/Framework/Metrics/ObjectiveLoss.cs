using Research.Framework.Objectives;

namespace Research.Framework.Metrics;

/// <summary>
/// The loss that training makes small as a figure of predictions: computed in double, whatever the engine, with the targets'
/// weights and over the rows that count.
/// </summary>
/// <remarks>
/// Of a model that does not change it equals the training's loss but for rounding. Predictions have 32 bits: where a sigmoid
/// is sure and wrong, and training computes binary cross-entropy from the sigmoid's input, they tell its loss less exactly, and
/// never beyond -ln 1e-7.
/// </remarks>
public static class ObjectiveLoss
{
    /// <summary>The figure's name: <c>loss</c>.</summary>
    public const string Name = "loss";

    /// <summary>The mean loss over an output's rows that count, each times its target's weight.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">Predictions with their targets; at least one row counts.</param>
    /// <exception cref="ResearchException">The targets do not fit the loss, no row counts, or a cross-entropy's predictions are no probabilities.</exception>
    public static double Of(Loss loss, Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(predictions);
        return new PredictionLoss(loss, predictions.Target.Width).Of(predictions);
    }

    /// <summary>The sum of all outputs' losses, each times its weight; penalties on weights not included.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="predictions">One for each output, as <c>Evaluation.Predict</c> gives them.</param>
    /// <exception cref="ResearchException">As <see cref="Of(Loss, Predictions)"/>.</exception>
    public static double Of(Objective objective, IReadOnlyList<Predictions> predictions)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(predictions);
        return predictions.Where(output => objective.WeightOf(output.Target.Name) != 0).Sum(output => objective.WeightOf(output.Target.Name) * Of(objective.LossOf(output.Target.Name), output));
    }
}
