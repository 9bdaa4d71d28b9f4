namespace Research.Framework.Equations;

/// <summary>The record of one cell's step, in the order in which its expressions were written.</summary>
/// <param name="owner">What the trace belongs to, for error messages, e.g. <c>cell 'lstm' of layer 'recurrent_1'</c>.</param>
internal sealed class Trace(string owner)
{
    private readonly List<Expr> _expressions = [];
    private bool _isSealed;

    public string Owner { get; } = owner;

    public IReadOnlyList<Expr> Expressions => _expressions;

    /// <summary>Ends the writing: a finished step is shared, so nothing may be added to it.</summary>
    public void Seal() => _isSealed = true;

    public int Register(Expr expression)
    {
        if (_isSealed)
            throw new ResearchException($"{Owner}: its equations are finished, and nothing can be added to them; write what is missing into the step itself.");
        _expressions.Add(expression);
        return _expressions.Count - 1;
    }

    public ShapeException Error(string operation, Expr left, Expr? right, string expected) =>
        new($"{Owner}: {operation} on {left}{(right is null ? "" : $" and {right}")}: {expected}.");
}
