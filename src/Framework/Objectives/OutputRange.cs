using System.Collections.Immutable;
using Research.Framework.Equations;
using Research.Framework.Models;

namespace Research.Framework.Objectives;

/// <summary>
/// Which numbers a node yields for some weights, at its first step: intervals through its equations. What cannot be told, such
/// as a quotient, or a sum whose two sides depend on the same weights, is given the benefit of the doubt.
/// </summary>
internal sealed class OutputRange
{
    // Functions that come near a bound without reaching it stay this far away.
    private const double Tiny = 1.0 / (1L << 53);

    // Scalars are float32: a mean of three probabilities may be a little above 1.
    private const double Rounding = 1e-6;

    private readonly Dictionary<GraphNode, Range> _nodes = [];

    private OutputRange()
    {
    }

    /// <summary>Whether some weights take the numbers out of 0 to 1.</summary>
    public static bool LeavesProbabilities(GraphNode node) => new OutputRange().Of(node) is var range && (range.Least < -Rounding || range.Most > 1 + Rounding);

    private Range Of(GraphNode node)
    {
        if (_nodes.TryGetValue(node, out Range? known)) return known;
        Range range = node switch
        {
            RowsNode rows => Of(rows.Step, rows.Inputs, new Range(0, 0)),
            ScanNode scan => Of(scan.Step, scan.Inputs, scan.StartsFrom is null ? new Range(0, 0) : Range.Unknown),
            LookupNode lookup => Range.Any with { Weights = [lookup.Vectors.Name] },
            SelectNode or ReverseNode or RepeatNode or MaskNode => Of(node.Inputs[0]),
            NoiseNode noise => Times(Of(node.Inputs[0]), 1 / (1 - noise.Rate)),
            _ => Range.Unknown,
        };
        _nodes.Add(node, range);
        return range;
    }

    // Operands come first in a trace.
    private Range Of(StepEquations step, IReadOnlyList<GraphNode> inputs, Range start)
    {
        Range[] ranges = new Range[step.Trace.Expressions.Count];
        foreach (Expr value in step.Trace.Expressions)
        {
            Range[] operands = [.. value.Operands.Select(operand => ranges[operand.Id])];
            Range range = Of(value, operands, inputs, start);
            ranges[value.Id] = operands.Aggregate(range, static (whole, operand) => whole with { Weights = whole.Weights.Union(operand.Weights) });
        }

        return ranges[step.Output.Id];
    }

    private Range Of(Expr value, Range[] operands, IReadOnlyList<GraphNode> inputs, Range start)
    {
        Operation operation = value.Operation;
        if (operation == Operations.Input) return Of(inputs[value.Index]);
        if (operation == Operations.State) return start;
        if (operation == Operations.Noise) return new Range(1, 1);
        if (operation == Operations.Weight) return Range.Any with { Weights = [value.Weight!.Name] };
        if (operation == Operations.Dot) return Range.Any;
        if (operation == Operations.HardSigmoid || operation == Operations.HardSigmoidKeras2) return new Range(0, 1);
        if (operation == Operations.Sigmoid || operation == Operations.Softmax) return new Range(Tiny, 1 - Tiny);
        if (operation == Operations.Tanh) return new Range(Tiny - 1, 1 - Tiny);
        if (operation == Operations.Exp) return new Range(Tiny, double.NaN);
        if (operation == Operations.Relu) return new Range(Math.Max(operands[0].Least, 0), Math.Max(operands[0].Most, 0));
        if (operation == Operations.Slice || operation == Operations.Broadcast) return operands[0];
        if (operation == Operations.Concat) return new Range(operands.Select(operand => operand.Least).Aggregate(double.MinNumber), operands.Select(operand => operand.Most).Aggregate(double.MaxNumber));
        if (operation == Operations.Sum) return SumOf(operands[0]);
        if (operation == Operations.Add) return Plus(operands[0], operands[1]);
        if (operation == Operations.Subtract) return Plus(operands[0], Times(operands[1], -1));
        if (operation == Operations.Multiply) return ReferenceEquals(value.Operands[0], value.Operands[1]) ? SquareOf(operands[0]) : Times(operands[0], operands[1]);
        if (operation == Operations.AddScalar) return new Range(operands[0].Least + value.Scalar, operands[0].Most + value.Scalar);
        if (operation == Operations.SubtractFromScalar) return new Range(value.Scalar - operands[0].Most, value.Scalar - operands[0].Least);
        return operation == Operations.MultiplyScalar ? Times(operands[0], value.Scalar) : Range.Unknown;
    }

    // Features of one row may make up for each other, as a softmax's do; but not where there is no bound.
    private static Range SumOf(Range range) => new(
        range.Least >= 0 || double.IsInfinity(range.Least) ? range.Least : double.NaN,
        double.IsInfinity(range.Most) ? range.Most : double.NaN);

    private static Range SquareOf(Range range)
    {
        double least = range.Least * range.Least, most = range.Most * range.Most;
        return new Range(range is { Least: <= 0, Most: >= 0 } ? 0 : Math.Min(least, most), Math.Max(least, most));
    }

    private static Range Plus(Range left, Range right)
    {
        bool apart = left.IsPoint || right.IsPoint || !left.Weights.Overlaps(right.Weights)
            || (left.IsUnbounded && right.IsUnbounded && !left.Weights.SetEquals(right.Weights));
        return new Range(
            End(left.Least, left.Most, right.Least, right.Most, apart),
            End(left.Most, left.Least, right.Most, right.Least, apart));
    }

    // One end of a sum. Where both sides depend on the same weights, it is known only to have no bound.
    private static double End(double left, double leftOther, double right, double rightOther, bool apart)
    {
        if (apart) return double.IsInfinity(left) ? left : double.IsInfinity(right) ? right : left + right;
        if (double.IsInfinity(left) && double.IsFinite(rightOther)) return left;
        return double.IsInfinity(right) && double.IsFinite(leftOther) ? right : double.NaN;
    }

    private static Range Times(Range left, Range right)
    {
        if (left.IsPoint) return Times(right, left.Least);
        if (right.IsPoint) return Times(left, right.Least);
        double[] corners = [Product(left.Least, right.Least), Product(left.Least, right.Most), Product(left.Most, right.Least), Product(left.Most, right.Most)];
        double least = corners.Aggregate(Math.Min);
        if (!left.Weights.Overlaps(right.Weights)) return new Range(least, corners.Aggregate(Math.Max));

        // Where both depend on the same weights, only the sign is known, and that where one of them is always positive.
        bool signed = left.Least > 0 || right.Least > 0 || (left.Least >= 0 && right.Least >= 0);
        return new Range(signed ? least : double.NaN, double.NaN);
    }

    private static Range Times(Range range, double factor) => factor >= 0
        ? new Range(Product(range.Least, factor), Product(range.Most, factor))
        : new Range(Product(range.Most, factor), Product(range.Least, factor));

    private static double Product(double left, double right) => left == 0 || right == 0 ? 0 : left * right;

    /// <summary>Both ends, each not a number where it is not known, and the weights that decide.</summary>
    private sealed record Range(double Least, double Most)
    {
        public static Range Any { get; } = new(double.NegativeInfinity, double.PositiveInfinity);

        public static Range Unknown { get; } = new(double.NaN, double.NaN);

        public ImmutableHashSet<string> Weights { get; init; } = [];

        public bool IsPoint => Least == Most;

        public bool IsUnbounded => double.IsInfinity(Least) && double.IsInfinity(Most);
    }
}
