using Research.Framework.Equations;
using Research.Framework.Models;

namespace Research.Framework.Objectives;

/// <summary>Between which bounds the numbers that a node yields must lie, whatever the weights: intervals through its equations.</summary>
internal static class OutputRange
{
    /// <summary>Whether some weights or inputs would take the numbers out of 0 to 1. What cannot be told, such as a quotient, is given the benefit of the doubt.</summary>
    public static bool MayLeaveProbabilities(GraphNode node) => Of(node) is { } range && (range.Least < 0 || range.Most > 1);

    private static Range? Of(GraphNode node) => node switch
    {
        RowsNode rows => Of(rows.Step.Output, rows.Inputs),
        ScanNode scan => Of(scan.Step.Output, scan.Inputs),
        SelectNode or ReverseNode or RepeatNode or MaskNode => Of(node.Inputs[0]),
        _ => Range.Any,
    };

    private static Range? Of(Expr value, IReadOnlyList<GraphNode> inputs)
    {
        Operation operation = value.Operation;
        Range?[] operands = [.. value.Operands.Select(operand => Of(operand, inputs))];
        if (operation == Operations.Softmax || operation == Operations.Sigmoid || operation == Operations.HardSigmoid || operation == Operations.HardSigmoidKeras2) return new Range(0, 1);
        if (operation == Operations.Tanh) return new Range(-1, 1);
        if (operation == Operations.Input) return Of(inputs[value.Index]);
        if (operation == Operations.Dot || operation == Operations.Weight || operation == Operations.State) return Range.Any;
        if (operands.Any(operand => operand is null)) return null;
        if (operation == Operations.Relu) return new Range(Math.Max(operands[0]!.Least, 0), Math.Max(operands[0]!.Most, 0));
        if (operation == Operations.Slice) return operands[0];
        if (operation == Operations.Concat) return new Range(operands.Min(operand => operand!.Least), operands.Max(operand => operand!.Most));
        if (operation == Operations.Add) return new Range(operands[0]!.Least + operands[1]!.Least, operands[0]!.Most + operands[1]!.Most);
        if (operation == Operations.Multiply) return Corners(operands[0]!, operands[1]!);
        if (operation == Operations.AddScalar) return new Range(operands[0]!.Least + value.Scalar, operands[0]!.Most + value.Scalar);
        if (operation == Operations.SubtractFromScalar) return new Range(value.Scalar - operands[0]!.Most, value.Scalar - operands[0]!.Least);
        return operation == Operations.MultiplyScalar ? Corners(operands[0]!, new Range(value.Scalar, value.Scalar)) : null;
    }

    private static Range? Corners(Range left, Range right)
    {
        double[] corners = [left.Least * right.Least, left.Least * right.Most, left.Most * right.Least, left.Most * right.Most];
        return corners.Any(double.IsNaN) ? null : new Range(corners.Min(), corners.Max());
    }

    private sealed record Range(double Least, double Most)
    {
        public static Range Any { get; } = new(double.NegativeInfinity, double.PositiveInfinity);
    }
}
