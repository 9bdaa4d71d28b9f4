using Research.Framework.Equations;

namespace Research.Cells.Tests.Reference;

/// <summary>
/// Evaluates the expressions of a trace in float64, one after the other and without any cleverness: the oracle for
/// whatever is fast. A block is row-major <c>[rows, columns]</c>; a weight leaf is a copy of the part it views.
/// </summary>
internal sealed class ReferenceInterpreter(Trace trace, int rows, IReadOnlyDictionary<string, double[]> weights)
{
    private readonly double[][] _values = new double[trace.Expressions.Count][];

    public double[] this[Expr expression]
    {
        get => _values[expression.Id] ?? throw new InvalidOperationException($"{expression.Operation} {expression.Id} has not been evaluated.");
        set => _values[expression.Id] = value;
    }

    /// <summary>Evaluates expressions <paramref name="start"/> to <paramref name="end"/> - 1; leaves must have been set.</summary>
    public void Run(int start, int end)
    {
        for (int id = start; id < end; id++)
        {
            if (_values[id] is null) _values[id] = Evaluate(trace.Expressions[id]);
        }
    }

    private double[] Evaluate(Expr node)
    {
        Expr[] operands = node.Operands;
        switch (node.Operation)
        {
            case Operation.Weight:
                return ViewOf(node);
            case Operation.Zero:
                return new double[rows * node.Columns];
            case Operation.Slice:
                return Fill(node, (row, column) => At(operands[0], row, node.Index + column));
            case Operation.Concat:
                return Concat(node);
            case Operation.Dot:
                return Fill(node, (row, column) => Sum(operands[0].Columns, k => At(operands[0], row, k) * this[operands[1]][k * operands[1].Columns + column]));
            case Operation.DotTransposed:
                return Fill(node, (row, column) => Sum(operands[0].Columns, k => At(operands[0], row, k) * this[operands[1]][column * operands[1].Columns + k]));
            case Operation.Softmax:
                return Fill(node, (row, column) => Math.Exp(At(operands[0], row, column)) / Sum(node.Columns, k => Math.Exp(At(operands[0], row, k))));
            case Operation.SoftmaxGradient:
                return Fill(node, (row, column) => At(operands[1], row, column)
                    * (At(operands[0], row, column) - Sum(node.Columns, k => At(operands[0], row, k) * At(operands[1], row, k))));
            case Operation.SumFeatures:
                return Fill(node, (row, _) => Sum(operands[0].Columns, k => At(operands[0], row, k)));
            case Operation.BroadcastFeatures:
                return Fill(node, (row, _) => At(operands[0], row, 0));
            default:
                return operands.Length == 2
                    ? Fill(node, (row, column) => Binary(node.Operation, At(operands[0], row, column), At(operands[1], row, column)))
                    : Fill(node, (row, column) => Unary(node.Operation, At(operands[0], row, column), node.Scalar));
        }
    }

    private static double Unary(Operation operation, double x, double scalar) => operation switch
    {
        Operation.AddScalar => x + scalar,
        Operation.SubtractFromScalar => scalar - x,
        Operation.MultiplyScalar => x * scalar,
        Operation.DivideScalarBy => scalar / x,
        Operation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Operation.Tanh => Math.Tanh(x),
        Operation.Relu => Math.Max(x, 0),
        Operation.HardSigmoid => Math.Clamp((x + 3) / 6, 0, 1),
        Operation.HardSigmoidKeras2 => Math.Clamp(0.2 * x + 0.5, 0, 1),
        Operation.Exp => Math.Exp(x),
        Operation.Log => Math.Log(x),
        Operation.Sqrt => Math.Sqrt(x),
        _ => throw new InvalidOperationException($"The reference does not know {operation} of one operand."),
    };

    private static double Binary(Operation operation, double x, double y) => operation switch
    {
        Operation.Add => x + y,
        Operation.Subtract => x - y,
        Operation.Multiply => x * y,
        Operation.Divide => x / y,
        Operation.SigmoidGradient => x * y * (1 - y),
        Operation.TanhGradient => x * (1 - y * y),
        Operation.ReluGradient => y > 0 ? x : 0,
        Operation.HardSigmoidGradient => y is > 0 and < 1 ? x / 6 : 0,
        Operation.HardSigmoidKeras2Gradient => y is > 0 and < 1 ? x * 0.2 : 0,
        _ => throw new InvalidOperationException($"The reference does not know {operation} of two operands."),
    };

    private double[] ViewOf(Expr node)
    {
        double[] whole = weights[node.Weight!.Name], view = new double[node.Rows * node.Columns];
        for (int row = 0; row < node.Rows; row++)
            Array.Copy(whole, (node.RowIndex + row) * node.Weight.Columns + node.Index, view, row * node.Columns, node.Columns);
        return view;
    }

    private double[] Concat(Expr node)
    {
        double[] result = new double[rows * node.Columns];
        int start = 0;
        foreach (Expr part in node.Operands)
        {
            for (int row = 0; row < rows; row++)
                Array.Copy(this[part], row * part.Columns, result, row * node.Columns + start, part.Columns);
            start += part.Columns;
        }

        return result;
    }

    private double[] Fill(Expr node, Func<int, int, double> element)
    {
        double[] result = new double[rows * node.Columns];
        for (int i = 0; i < result.Length; i++) result[i] = element(i / node.Columns, i % node.Columns);
        return result;
    }

    /// <summary>An element; a row vector has the same one in every row.</summary>
    private double At(Expr node, int row, int column) => this[node][(node.IsWeight ? 0 : row) * node.Columns + column];

    private static double Sum(int count, Func<int, double> term)
    {
        double sum = 0;
        for (int k = 0; k < count; k++) sum += term(k);
        return sum;
    }
}
