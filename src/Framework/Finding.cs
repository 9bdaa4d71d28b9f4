namespace Research.Framework;

/// <summary>Something found in a plan or a model before it runs.</summary>
/// <param name="Severity">What follows from it.</param>
/// <param name="Subject">What it is about, as a path in the plan where there is one, e.g. <c>training.optimizer</c> or <c>model.layers.1</c>.</param>
/// <param name="Message">What was expected, what is there, where, and what to do: a sentence, complete without the subject.</param>
public sealed record Finding(Severity Severity, string Subject, string Message)
{
    /// <summary>What it is about.</summary>
    public string Subject { get; init => field = Required.Value(value); } = Required.Value(Subject);

    /// <summary>A sentence, complete without the subject.</summary>
    public string Message { get; init => field = Required.Value(value); } = Required.Value(Message);

    /// <summary>The message.</summary>
    public override string ToString() => Message;
}
