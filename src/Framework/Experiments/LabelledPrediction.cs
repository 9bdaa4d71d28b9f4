namespace Research.Framework.Experiments;

/// <summary>One sample as text.</summary>
/// <param name="Input">The input, e.g. <c>ABC</c>; <c>sample 3</c> where the data have no labels.</param>
/// <param name="Expected">The target's symbol, e.g. <c>D</c>, or its class number; several, for targets at every step.</param>
/// <param name="Predicted">The predicted symbol or symbols.</param>
public sealed record LabelledPrediction(string Input, string Expected, string Predicted)
{
    /// <summary>The input, as a person reads it.</summary>
    public string Input { get; init => field = Required.Value(value); } = Required.Value(Input);

    /// <summary>What should have come out.</summary>
    public string Expected { get; init => field = Required.Value(value); } = Required.Value(Expected);

    /// <summary>What came out.</summary>
    public string Predicted { get; init => field = Required.Value(value); } = Required.Value(Predicted);
}
