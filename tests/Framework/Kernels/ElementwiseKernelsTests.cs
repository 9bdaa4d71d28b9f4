using System.Reflection;
using Research.Framework.Equations;
using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;

namespace Research.Framework.Tests.Kernels;

public sealed unsafe class ElementwiseKernelsTests
{
    // Sums of up to 70 numbers of size 9 need the most.
    private const double Tolerance = 2e-5;

    private delegate void Unary(float* d, nint ds, float* a, nint sa, int rows, int columns);

    private delegate void UnaryScalar(float* d, nint ds, float* a, nint sa, float s, int rows, int columns);

    private delegate void Binary(float* d, nint ds, float* a, nint sa, float* b, nint sb, int rows, int columns);

    private delegate void Ternary(float* d, nint ds, float* a, nint sa, float* b, nint sb, float* c, nint sc, int rows, int columns);

    private delegate void Call(float* d, nint ds, float*[] sources, nint[] strides, int rows, int columns);

    private static readonly Dictionary<string, Func<double, double>> s_unary = new()
    {
        ["Copy"] = x => x,
        ["Sigmoid"] = x => 1 / (1 + Math.Exp(-x)),
        ["Tanh"] = Math.Tanh,
        ["Relu"] = x => Math.Max(x, 0),
        ["HardSigmoid"] = x => Math.Clamp((x + 3) / 6, 0, 1),
        ["HardSigmoidKeras2"] = x => Math.Clamp((0.2 * x) + 0.5, 0, 1),
        ["Exp"] = Math.Exp,
        ["Log"] = Math.Log,
        ["Sqrt"] = Math.Sqrt,
    };

    private static readonly Dictionary<string, Func<double, double, double>> s_scalar = new()
    {
        ["AddScalar"] = (x, s) => x + s,
        ["SubtractFromScalar"] = (x, s) => s - x,
        ["MultiplyScalar"] = (x, s) => x * s,
        ["DivideScalarBy"] = (x, s) => s / x,
    };

    private static readonly Dictionary<string, Func<double, double, double>> s_binary = new()
    {
        ["Add"] = (a, b) => a + b,
        ["Subtract"] = (a, b) => a - b,
        ["Multiply"] = (a, b) => a * b,
        ["Divide"] = (a, b) => a / b,
        ["SigmoidGradient"] = (g, y) => g * y * (1 - y),
        ["TanhGradient"] = (g, y) => g * (1 - (y * y)),
        ["ReluGradient"] = (g, y) => y > 0 ? g : 0,
        ["HardSigmoidGradient"] = (g, y) => y is > 0 and < 1 ? g / 6 : 0,
        ["HardSigmoidKeras2Gradient"] = (g, y) => y is > 0 and < 1 ? 0.2 * g : 0,
    };

    private static IEnumerable<string> UnaryNames => s_unary.Keys;

    private static IEnumerable<string> ScalarNames => s_scalar.Keys;

    private static IEnumerable<string> BinaryNames => s_binary.Keys;

    [TestCaseSource(nameof(UnaryNames))]
    public void UnaryOperation(string name)
    {
        float low = name is "Log" or "Sqrt" ? 0.01f : -5f;
        CheckShapes(UnaryAtAllWidths(name, 0), 1, low, x => s_unary[name](x[0]));
    }

    [TestCaseSource(nameof(ScalarNames))]
    public void UnaryOperationWithScalar(string name) =>
        CheckShapes(UnaryAtAllWidths(name, 1.75f), 1, -5f, x => s_scalar[name](x[0], 1.75));

    [TestCaseSource(nameof(BinaryNames))]
    public void BinaryOperation(string name) =>
        CheckShapes(BinaryAtAllWidths(Named(name)), 2, -1.5f, x => s_binary[name](x[0], x[1]));

    [Test]
    public void MultiplyAdd() =>
        CheckShapes(TernaryAtAllWidths(Named("MultiplyAdd")), 3, -1.5f, x => (x[0] * x[1]) + x[2]);

    [Test]
    public void UnaryOfBinary([Values("Sigmoid", "Tanh", "Relu")] string outer, [Values("Add", "Multiply")] string inner) =>
        CheckShapes(BinaryAtAllWidths(typeof(CombinedKernels.UnaryOfBinary<,>).MakeGenericType(Named(outer), Named(inner))), 2, -1.5f, x => s_unary[outer](s_binary[inner](x[0], x[1])));

    [Test]
    public void UnaryOfTernary([Values("Sigmoid", "Tanh", "Relu")] string outer) =>
        CheckShapes(TernaryAtAllWidths(typeof(CombinedKernels.UnaryOfTernary<,>).MakeGenericType(Named(outer), Named("MultiplyAdd"))), 3, -1.5f, x => s_unary[outer]((x[0] * x[1]) + x[2]));

    [Test]
    public void BinaryOfBinary([Values("SigmoidGradient", "TanhGradient", "ReluGradient")] string outer) =>
        CheckShapes(TernaryAtAllWidths(typeof(CombinedKernels.BinaryOfBinary<,>).MakeGenericType(Named(outer), Named("Multiply"))), 3, -1.5f, x => s_binary[outer](x[0] * x[1], x[2]));

    // Whether a cell's gates are computed in one instruction or in two must not show.
    [Test]
    public void OperationOfAnOperation_RoundsWhereTheTwoInTurnRound()
    {
        const int Count = 1000;
        using Memory a = new(Memory.Numbers(Count, 1, -3f, 3f)), b = new(Memory.Numbers(Count, 2, -3f, 3f)), y = new(Memory.Numbers(Count, 3, 0f, 1f)), once = new(Count), inTurn = new(Count);
        ElementwiseKernels<SimdScalar, float>.Binary<CombinedKernels.UnaryOfBinary<LaneKernels.Tanh, LaneKernels.Multiply>>(once.Pointer, Count, a.Pointer, Count, b.Pointer, Count, 1, Count);
        ElementwiseKernels<SimdScalar, float>.Binary<LaneKernels.Multiply>(inTurn.Pointer, Count, a.Pointer, Count, b.Pointer, Count, 1, Count);
        ElementwiseKernels<SimdScalar, float>.Unary<LaneKernels.Tanh>(inTurn.Pointer, Count, inTurn.Pointer, Count, 0, 1, Count);
        Assert.That(once.Span.ToArray(), Is.EqualTo(inTurn.Span.ToArray()));

        ElementwiseKernels<SimdScalar, float>.Ternary<CombinedKernels.BinaryOfBinary<LaneKernels.TanhGradient, LaneKernels.Multiply>>(once.Pointer, Count, a.Pointer, Count, b.Pointer, Count, y.Pointer, Count, 1, Count);
        ElementwiseKernels<SimdScalar, float>.Binary<LaneKernels.Multiply>(inTurn.Pointer, Count, a.Pointer, Count, b.Pointer, Count, 1, Count);
        ElementwiseKernels<SimdScalar, float>.Binary<LaneKernels.TanhGradient>(inTurn.Pointer, Count, inTurn.Pointer, Count, y.Pointer, Count, 1, Count);
        Assert.That(once.Span.ToArray(), Is.EqualTo(inTurn.Span.ToArray()));
    }

    [Test]
    public void Fill_LeavesGapsAlone()
    {
        foreach (var kernel in Widths.Of<FillCall>(typeof(ElementwiseKernels<,>), "Fill"))
        {
            using Memory d = new(3 * 40);
            d.Span.Fill(7f);
            kernel(d.Pointer, 40, 2.5f, 3, 37);
            for (int i = 0; i < d.Count; i++)
                Assert.That(d.Span[i], Is.EqualTo(i % 40 < 37 ? 2.5f : 7f));
        }
    }

    private delegate void FillCall(float* d, nint ds, float value, int rows, int columns);

    [Test]
    public void Softmax()
    {
        CheckRows("Softmax", 1, (x, _) =>
        {
            double max = x.Max();
            double sum = x.Sum(value => Math.Exp(value - max));
            return [.. x.Select(value => Math.Exp(value - max) / sum)];
        });
    }

    [Test]
    public void SoftmaxGradient()
    {
        CheckRows("SoftmaxGradient", 2, (g, y) =>
        {
            double sum = g.Zip(y, (a, b) => a * b).Sum();
            return [.. g.Zip(y, (a, b) => b * (a - sum))];
        });
    }

    [Test]
    public void SumFeatures() => CheckRows("SumFeatures", 1, (x, _) => [x.Sum()], inPlace: false);

    [Test]
    public void BroadcastFeatures()
    {
        foreach (Unary kernel in Widths.Of<Unary>(typeof(ElementwiseKernels<,>), "BroadcastFeatures"))
        {
            using Memory a = new([1f, -2f, 3f]);
            using Memory d = new(3 * 21);
            kernel(d.Pointer, 21, a.Pointer, 1, 3, 21);
            for (int i = 0; i < d.Count; i++)
                Assert.That(d.Span[i], Is.EqualTo(a.Span[i / 21]));
        }
    }

    [Test]
    public void Softmax_ExtremeLogits()
    {
        foreach (Unary kernel in Widths.Of<Unary>(typeof(ElementwiseKernels<,>), "Softmax"))
        {
            using Memory a = new([1000f, -1000f, 1000f, float.NegativeInfinity]);
            using Memory nan = new([1f, 2f, float.NaN, 4f, 5f]);
            kernel(a.Pointer, 4, a.Pointer, 4, 1, 4);
            kernel(nan.Pointer, 5, nan.Pointer, 5, 1, 5);
            Assert.That(a.Span.ToArray(), Is.EqualTo(new[] { 0.5f, 0f, 0.5f, 0f }));
            Assert.That(nan.Span.ToArray(), Is.All.NaN);
        }
    }

    [Test]
    public void SumFeatures_OrderIsTheFixedTree()
    {
        foreach (Unary kernel in Widths.Of<Unary>(typeof(ElementwiseKernels<,>), "SumFeatures"))
        {
            for (int columns = 1; columns <= 70; columns++)
            {
                float[] values = Memory.Numbers(columns, (uint)columns);
                float[] lanes = new float[16];
                for (int i = 0; i < columns; i++) lanes[i < columns / 16 * 16 ? i % 16 : 16 - columns + i] += values[i];
                for (int apart = 8; apart > 0; apart /= 2)
                {
                    for (int i = 0; i < apart; i++) lanes[i] += lanes[i + apart];
                }
                using Memory a = new(values);
                float sum;
                kernel(&sum, 1, a.Pointer, columns, 1, columns);
                Assert.That(sum, Is.EqualTo(lanes[0]));
            }
        }
    }

    private static Type Named(string operation) =>
        typeof(LaneKernels).GetNestedType(operation, BindingFlags.NonPublic)!;

    private static Call[] UnaryAtAllWidths(string name, float s) =>
        [.. Widths.Of<UnaryScalar>(typeof(ElementwiseKernels<,>), "Unary", Named(name)).Select<UnaryScalar, Call>(kernel =>
            (d, ds, sources, strides, rows, columns) => kernel(d, ds, sources[0], strides[0], s, rows, columns))];

    private static Call[] BinaryAtAllWidths(Type operation) =>
        [.. Widths.Of<Binary>(typeof(ElementwiseKernels<,>), "Binary", operation).Select<Binary, Call>(kernel =>
            (d, ds, sources, strides, rows, columns) => kernel(d, ds, sources[0], strides[0], sources[1], strides[1], rows, columns))];

    private static Call[] TernaryAtAllWidths(Type operation) =>
        [.. Widths.Of<Ternary>(typeof(ElementwiseKernels<,>), "Ternary", operation).Select<Ternary, Call>(kernel =>
            (d, ds, sources, strides, rows, columns) =>
                kernel(d, ds, sources[0], strides[0], sources[1], strides[1], sources[2], strides[2], rows, columns))];

    private static void CheckRows(string name, int sources, Func<double[], double[], double[]> oracle, bool inPlace = true)
    {
        Call[] widths = sources == 1
            ? [.. Widths.Of<Unary>(typeof(ElementwiseKernels<,>), name).Select<Unary, Call>(kernel =>
                (d, ds, s, strides, rows, columns) => kernel(d, ds, s[0], strides[0], rows, columns))]
            : [.. Widths.Of<Binary>(typeof(ElementwiseKernels<,>), name).Select<Binary, Call>(kernel =>
                (d, ds, s, strides, rows, columns) => kernel(d, ds, s[0], strides[0], s[1], strides[1], rows, columns))];
        CheckAll(widths, sources, -3f, inPlace, (rows, columns, x) =>
        {
            List<double> expected = [];
            for (int row = 0; row < rows; row++)
            {
                double[] first = x(0, row), second = sources == 2 ? x(1, row) : [];
                expected.AddRange(oracle(first, second));
            }
            return [.. expected];
        });
    }

    private static void CheckShapes(Call[] widths, int sources, float low, Func<double[], double> oracle)
    {
        CheckAll(widths, sources, low, inPlace: true, (rows, columns, x) =>
        {
            double[] expected = new double[rows * columns];
            double[][] operands = new double[sources][];
            for (int row = 0; row < rows; row++)
            {
                for (int i = 0; i < sources; i++) operands[i] = x(i, row);
                for (int column = 0; column < columns; column++)
                    expected[(row * columns) + column] = oracle([.. operands.Select(operand => operand[column])]);
            }
            return expected;
        });
    }

    /// <summary>All shapes: right, the same bits at all widths and in place, gaps and surroundings untouched.</summary>
    private static void CheckAll(Call[] widths, int sources, float low, bool inPlace, Func<int, int, Func<int, int, double[]>, double[]> oracle)
    {
        foreach (int rows in new[] { 1, 2, 5, 9 })
        {
            for (int columns = 1; columns <= 70; columns++)
            {
                foreach (int gap in new[] { 0, 3 })
                {
                    // In the last round the last source is one row for all.
                    foreach (bool rowVector in new[] { false, true })
                        CheckOne(widths, sources, low, inPlace, oracle, rows, columns, gap, rowVector);
                }
            }
        }
    }

    private static void CheckOne(Call[] widths, int sources, float low, bool inPlace, Func<int, int, Func<int, int, double[]>, double[]> oracle, int rows, int columns, int gap, bool rowVector)
    {
        int stride = columns + gap;
        nint[] strides = [.. Enumerable.Range(0, sources).Select(i => (nint)(rowVector && i == sources - 1 ? 0 : stride))];
        float[][] values = [.. Enumerable.Range(0, sources).Select(i => Memory.Numbers(rows * stride, (uint)((rows * 100) + columns + i), low, 3f))];
        double[] expected = oracle(rows, columns, (i, row) =>
            [.. values[i].AsSpan(row * (int)strides[i], columns).ToArray().Select(value => (double)value)]);
        int resultColumns = expected.Length / rows;
        int[]? bits = null;
        foreach (Call kernel in widths)
        {
            // The second round writes over the first source.
            for (int round = 0; round < (inPlace && strides[0] != 0 ? 2 : 1); round++)
            {
                Memory[] blocks = [.. values.Select(block => new Memory(block))];
                using Memory separate = new(rows * stride);
                separate.Span.Fill(99f);
                Memory d = round == 0 ? separate : blocks[0];
                float*[] pointers = new float*[sources];
                for (int i = 0; i < sources; i++) pointers[i] = blocks[i].Pointer;
                kernel(d.Pointer, stride, pointers, strides, rows, columns);
                if (!d.GuardsStand) Assert.Fail($"{rows} x {columns} + {gap}: wrote outside its block");
                int[] result = new int[expected.Length];
                for (int row = 0; row < rows; row++)
                {
                    for (int column = 0; column < stride; column++)
                    {
                        float value = d.Span[(row * stride) + column];
                        if (column < resultColumns)
                        {
                            int index = (row * resultColumns) + column;
                            result[index] = BitConverter.SingleToInt32Bits(value);
                            double want = expected[index];
                            if (!(Math.Abs(value - want) <= Tolerance * Math.Max(1, Math.Abs(want))))
                                Assert.Fail($"{rows} x {columns} + {gap}, element {row}, {column}: expected {want}, got {value}");
                        }
                        else if (value != (round == 0 ? 99f : values[0][(row * stride) + column]))
                            Assert.Fail($"{rows} x {columns} + {gap}: wrote into the gap");
                    }
                }
                bits ??= result;
                if (!bits.AsSpan().SequenceEqual(result))
                    Assert.Fail($"{rows} x {columns} + {gap}: bits differ between widths or in place");
                foreach (Memory block in blocks) block.Dispose();
            }
        }
        Assert.That(bits, Is.Not.Null);
    }
}
