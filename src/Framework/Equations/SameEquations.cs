namespace Research.Framework.Equations;

/// <summary>Whether two cells compute the same, told by tracing both: options that no property shows are seen.</summary>
internal static class SameEquations
{
    private const int Features = 2;

    /// <summary>Compares two cells: slots, weights with their initializers, and every operation of a step.</summary>
    /// <param name="left">A cell.</param>
    /// <param name="right">Another.</param>
    /// <returns>False, too, where a cell takes no input of a few features, so that nothing can be told.</returns>
    public static bool Of(ICell left, ICell right)
    {
        try
        {
            return left.GetType() == right.GetType() && Describe(left).SequenceEqual(Describe(right));
        }
        catch (Exception)
        {
            // A cell for other inputs may throw anything here, where nobody has asked to run it.
            return false;
        }
    }

    private static List<string> Describe(ICell cell)
    {
        StepEquations step = StepEquations.OfCell(cell, "layer", Features);
        List<string> lines = [.. step.Slots.Select(slot => FormattableString.Invariant($"{slot.Name} {slot.Width}"))];
        foreach (Expr node in step.Trace.Expressions)
        {
            lines.Add(FormattableString.Invariant(
                $"{node.Operation} {node.Rows} {node.Columns} {node.Scalar} {node.Index} {node.RowIndex} {node.Weight?.Name} {node.Weight?.Initializer.Name} {string.Join(' ', node.Operands.Select(operand => operand.Id))}"));
        }

        lines.Add(string.Join(' ', step.NewState.Append(step.Output).Select(node => node.Id)));
        return lines;
    }
}
