using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>What a drafted instruction reads or writes: an expression's value, or a partial sum of the planner's own.</summary>
internal sealed class Value
{
    public Value(Expr node)
    {
        Node = node;
        Columns = node.Columns;
    }

    public Value(int columns) => Columns = columns;

    public Expr? Node { get; }

    public int Columns { get; }

    /// <summary>The pass that computes it.</summary>
    public Pass Pass { get; set; }

    /// <summary>Whether a partial sum is read by another pass.</summary>
    public bool Sequence { get; set; }

    public Place Place { get; set; } = Place.None;
}
