namespace Research.Framework.Experiments;

/// <summary>A generated text.</summary>
/// <param name="From">The prompt.</param>
/// <param name="Text">What followed it, without the prompt.</param>
public sealed record GeneratedText(string From, string Text)
{
    /// <summary>The prompt.</summary>
    public string From { get; init => field = Required.Value(value); } = Required.Value(From);

    /// <summary>What was generated.</summary>
    public string Text { get; init => field = Required.Value(value); } = Required.Value(Text);
}
