using System.Globalization;

namespace Research.Framework.Equations;

/// <summary>
/// A value in an equation: a block with one row per sample, <c>[batch, features]</c>, or a weight. Expressions are
/// traced once, with shapes checked as they are written; the engine differentiates and runs them. Immutable.
/// </summary>
/// <remarks>
/// <c>+</c>, <c>-</c>, <c>*</c> and <c>/</c> work element by element on equal shapes, with a row vector (a bias, broadcast over
/// the rows) or with a number. <see cref="Dot"/> is the matrix product. Functions are in <see cref="Functions"/>.
/// </remarks>
public sealed class Expr
{
    internal Expr(Trace trace, Operation operation, int rows, int columns, Expr[] operands)
    {
        Trace = trace;
        Operation = operation;
        Rows = rows;
        Columns = columns;
        Operands = operands;
        Id = trace.Register(this);
    }

    /// <summary>The value of <see cref="Rows"/> that stands for the batch.</summary>
    internal const int Batch = -1;

    internal Trace Trace { get; }

    internal Operation Operation { get; }

    /// <summary>Position in the trace: operands always have smaller ones.</summary>
    internal int Id { get; }

    internal Expr[] Operands { get; }

    /// <summary><see cref="Batch"/>, or the rows of a weight (1 for a row vector).</summary>
    internal int Rows { get; }

    /// <summary>Width of a row: features, units, or the columns of a weight.</summary>
    public int Columns { get; }

    /// <summary>The number of a scalar operation.</summary>
    internal float Scalar { get; init; }

    /// <summary>First column of a slice, the index of an input or state leaf, or the output's of a fused kernel.</summary>
    internal int Index { get; init; }

    /// <summary>First row of a weight's row view.</summary>
    internal int RowIndex { get; init; }

    /// <summary>The weight behind a <see cref="Operations.Weight"/> leaf, or behind a view of one.</summary>
    internal WeightDescription? Weight { get; init; }

    /// <summary>The kernel of a fused operation.</summary>
    internal IFusedKernel? Kernel { get; init; }

    internal bool IsWeight => Rows != Batch;

    internal bool IsRowVector => Rows == 1;

    /// <summary>The matrix product of this block <c>[batch, k]</c> with a weight matrix <c>[k, n]</c>: <c>[batch, n]</c>.</summary>
    /// <param name="matrix">A weight matrix, or some of its columns.</param>
    /// <exception cref="ShapeException">The inner sizes differ, or the right side is no weight.</exception>
    public Expr Dot(Expr matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (IsWeight) throw Trace.Error("Dot", this, matrix, "the left side must be a block of rows, [batch, k], not a weight");
        if (!matrix.IsWeight) throw Trace.Error("Dot", this, matrix, "the right side must be a weight matrix, [k, n]");
        if (Columns != matrix.Rows) throw Trace.Error("Dot", this, matrix, $"the left side's {Columns} columns must equal the right side's {matrix.Rows} rows");
        return new Expr(Trace, Operations.Dot, Batch, matrix.Columns, [this, matrix]);
    }

    /// <summary>Columns <paramref name="start"/> to <paramref name="start"/> + <paramref name="columns"/> - 1. No copy is made.</summary>
    /// <param name="start">The first column, from 0.</param>
    /// <param name="columns">How many; at least 1.</param>
    public Expr Slice(int start, int columns)
    {
        if (start < 0 || columns < 1 || start + columns > Columns)
            throw Trace.Error($"Slice({start}, {columns})", this, null, $"expected columns within 0 to {Columns}");
        if (start == 0 && columns == Columns) return this;
        if (IsWeight)
            return new Expr(Trace, Operations.Weight, Rows, columns, []) { Weight = Weight, Index = Index + start, RowIndex = RowIndex };
        return Operation == Operations.Slice
            ? Operands[0].Slice(Index + start, columns)
            : new Expr(Trace, Operations.Slice, Rows, columns, [this]) { Index = start };
    }

    /// <summary>Part <paramref name="index"/> of so many equal parts of the columns; no copy is made.</summary>
    /// <param name="index">Which part, from 0.</param>
    /// <param name="parts">How many parts; must divide <see cref="Columns"/>.</param>
    public Expr Part(int index, int parts)
    {
        if (parts < 1 || Columns % parts != 0) throw Trace.Error($"Part({index}, parts: {parts})", this, null, $"{Columns} columns do not divide into {parts} equal parts");
        if (index < 0 || index >= parts) throw Trace.Error($"Part({index}, parts: {parts})", this, null, $"expected a part from 0 to {parts - 1}");
        return Slice(index * (Columns / parts), Columns / parts);
    }

    /// <summary>One row of a weight matrix, as a row vector <c>[1, n]</c>.</summary>
    /// <param name="index">The row, from 0.</param>
    public Expr Row(int index)
    {
        if (!IsWeight) throw Trace.Error($"Row({index})", this, null, "only a weight has rows to choose from");
        if (index < 0 || index >= Rows) throw Trace.Error($"Row({index})", this, null, $"expected a row from 0 to {Rows - 1}");
        return new Expr(Trace, Operations.Weight, 1, Columns, []) { Weight = Weight, Index = Index, RowIndex = RowIndex + index };
    }

    /// <summary>Element-wise sum.</summary>
    public static Expr operator +(Expr left, Expr right) => Operations.Add.Write("+", null, left, right);

    /// <summary>Element-wise difference.</summary>
    public static Expr operator -(Expr left, Expr right) => Operations.Subtract.Write("-", null, left, right);

    /// <summary>Element-wise (Hadamard) product.</summary>
    public static Expr operator *(Expr left, Expr right) => Operations.Multiply.Write("*", null, left, right);

    /// <summary>Element-wise quotient.</summary>
    public static Expr operator /(Expr left, Expr right) => Operations.Divide.Write("/", null, left, right);

    /// <summary>Adds a number to every element.</summary>
    public static Expr operator +(Expr left, double right) => Operations.AddScalar.Write("+", right, left);

    /// <summary>Adds a number to every element.</summary>
    public static Expr operator +(double left, Expr right) => Operations.AddScalar.Write("+", left, right);

    /// <summary>Subtracts a number from every element.</summary>
    public static Expr operator -(Expr left, double right) => Operations.AddScalar.Write("-", -right, left);

    /// <summary>A number minus every element.</summary>
    public static Expr operator -(double left, Expr right) => Operations.SubtractFromScalar.Write("-", left, right);

    /// <summary>Multiplies every element by a number.</summary>
    public static Expr operator *(Expr left, double right) => Operations.MultiplyScalar.Write("*", right, left);

    /// <summary>Multiplies every element by a number.</summary>
    public static Expr operator *(double left, Expr right) => Operations.MultiplyScalar.Write("*", left, right);

    /// <summary>Divides every element by a number.</summary>
    public static Expr operator /(Expr left, double right) => Operations.MultiplyScalar.Write("/", 1 / right, left);

    /// <summary>A number divided by every element.</summary>
    public static Expr operator /(double left, Expr right) => Operations.DivideScalarBy.Write("/", left, right);

    // Whole numbers by themselves: F# converts none in an operator, and 1 - f is the first thing that one writes.

    /// <summary>Adds a number to every element.</summary>
    public static Expr operator +(Expr left, int right) => left + (double)right;

    /// <summary>Adds a number to every element.</summary>
    public static Expr operator +(int left, Expr right) => (double)left + right;

    /// <summary>Subtracts a number from every element.</summary>
    public static Expr operator -(Expr left, int right) => left - (double)right;

    /// <summary>A number minus every element.</summary>
    public static Expr operator -(int left, Expr right) => (double)left - right;

    /// <summary>Multiplies every element by a number.</summary>
    public static Expr operator *(Expr left, int right) => left * (double)right;

    /// <summary>Multiplies every element by a number.</summary>
    public static Expr operator *(int left, Expr right) => (double)left * right;

    /// <summary>Divides every element by a number.</summary>
    public static Expr operator /(Expr left, int right) => left / (double)right;

    /// <summary>A number divided by every element.</summary>
    public static Expr operator /(int left, Expr right) => (double)left / right;

    /// <summary>The negative of every element.</summary>
    public static Expr operator -(Expr value) => Operations.MultiplyScalar.Write("-", -1, value);

    /// <summary>The shape, e.g. <c>[batch, 32]</c> or <c>[32, 128]</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"[{(Rows == Batch ? "batch" : Rows.ToString(CultureInfo.InvariantCulture))}, {Columns}]");

    /// <summary>The same expression in another trace.</summary>
    /// <param name="trace">The other trace, which has as many expressions as come before this one here.</param>
    /// <param name="copies">The copies of those, by position.</param>
    internal Expr CopyTo(Trace trace, Expr[] copies) =>
        new(trace, Operation, Rows, Columns, [.. Operands.Select(operand => copies[operand.Id])])
        {
            Scalar = Scalar,
            Index = Index,
            RowIndex = RowIndex,
            Weight = Weight,
            Kernel = Kernel,
        };

    /// <summary>A column in every one of some columns.</summary>
    internal static Expr BroadcastTo(Expr column, int columns) => new(column.Trace, Operations.Broadcast, Batch, columns, [column]);

    /// <summary>The two sides of an element-wise operation at equal widths: a column of one number per row (a sum or mean over features) is spread over the other side's features.</summary>
    internal static Expr[] Spread(string operation, Expr left, Expr right)
    {
        if (!ReferenceEquals(left.Trace, right.Trace))
            throw left.Trace.Error(operation, left, right, "the two sides come from different cells");
        if (left.Columns != right.Columns)
        {
            if (left.Columns == 1 && !left.IsWeight) left = BroadcastTo(left, right.Columns);
            else if (right.Columns == 1 && !right.IsWeight) right = BroadcastTo(right, left.Columns);
            else throw left.Trace.Error(operation, left, right, "the widths must be equal, or one side a column [batch, 1]");
        }

        return [left, right];
    }

    internal void RequireVectorOrBlock(string operation)
    {
        if (IsWeight && Rows != 1)
            throw Trace.Error(operation, this, null, "a weight matrix can only stand on the right side of Dot; take a Row of it for a row vector");
    }
}
