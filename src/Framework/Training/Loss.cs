namespace Research.Framework.Training;

/// <summary>What training makes small: the mean over samples (and time steps, where each has a target).</summary>
public sealed class Loss
{
    private Loss(string name) => Name = name;

    /// <summary>
    /// -log of the probability given to the right class; the model must end in softmax. Computed from the logits' softmax,
    /// with the probability clipped to [1e-7, 1 - 1e-7] for the reported figure, as in Keras.
    /// </summary>
    public static Loss CategoricalCrossEntropy { get; } = new("categorical_crossentropy");

    /// <summary>The mean of the squared differences over the target's features.</summary>
    public static Loss MeanSquaredError { get; } = new("mean_squared_error");

    /// <summary>All losses, for look-up by name.</summary>
    public static IReadOnlyList<Loss> All { get; } = [CategoricalCrossEntropy, MeanSquaredError];

    /// <summary>The name in plans, e.g. <c>categorical_crossentropy</c>.</summary>
    public string Name { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
