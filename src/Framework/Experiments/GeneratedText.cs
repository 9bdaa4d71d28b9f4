namespace Research.Framework.Experiments;

/// <summary>A generated text.</summary>
/// <param name="From">The prompt.</param>
/// <param name="Text">What followed it, without the prompt.</param>
public sealed record GeneratedText(string From, string Text);
