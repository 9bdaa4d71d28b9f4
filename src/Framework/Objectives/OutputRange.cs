using Research.Framework.Equations;
using Research.Framework.Models;

namespace Research.Framework.Objectives;

/// <summary>What is known of the numbers that a node yields, whatever the weights.</summary>
internal static class OutputRange
{
    /// <summary>Whether all of them lie between 0 and 1.</summary>
    public static bool IsProbability(GraphNode node) => node switch
    {
        RowsNode rows => IsProbability(rows.Step.Output, rows.Inputs),
        ScanNode scan => IsProbability(scan.Step.Output, scan.Inputs),
        SelectNode or ReverseNode or RepeatNode or MaskNode => IsProbability(node.Inputs[0]),
        _ => false,
    };

    private static bool IsProbability(Expr value, IReadOnlyList<GraphNode> inputs)
    {
        Operation operation = value.Operation;
        if (operation == Operations.Softmax || operation == Operations.Sigmoid || operation == Operations.HardSigmoid || operation == Operations.HardSigmoidKeras2) return true;
        if (operation == Operations.Input) return IsProbability(inputs[value.Index]);
        if (operation == Operations.Slice || operation == Operations.Concat || operation == Operations.Multiply) return value.Operands.All(operand => IsProbability(operand, inputs));
        if (operation == Operations.SubtractFromScalar) return value.Scalar == 1 && IsProbability(value.Operands[0], inputs);
        return operation == Operations.MultiplyScalar && value.Scalar is >= 0 and <= 1 && IsProbability(value.Operands[0], inputs);
    }
}
