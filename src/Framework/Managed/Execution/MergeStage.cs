using Research.Framework.Models;

namespace Research.Framework.Managed.Execution;

/// <summary>Joins the two directions of a bidirectional layer.</summary>
internal sealed unsafe class MergeStage : Stage
{
    private readonly MergeMode _mode;
    private readonly Flow _other;
    private readonly PinnedMemory _values;
    private readonly PinnedMemory _gradient;

    public MergeStage(Flow forward, Flow backward, MergeMode mode)
        : base(forward)
    {
        _mode = mode;
        _other = backward;
        int columns = mode is MergeMode.Concat or MergeMode.None ? forward.Columns + backward.Columns : forward.Columns;
        _values = Flow.Allocate(forward.Rows, forward.Steps, columns);
        _gradient = Flow.Allocate(forward.Rows, forward.Steps, columns);
        Output = new Flow
        {
            Rows = forward.Rows,
            Steps = forward.Steps,
            Columns = columns,
            Values = Flow.Block(_values, forward.Rows, columns),
            Gradient = Flow.Block(_gradient, forward.Rows, columns),
            Mask = forward.Mask,
        };
    }

    public override Flow Output { get; }

    public override void Forward(bool training, bool zeroState)
    {
        for (int row = 0; row < Output.AllRows; row++)
        {
            float* a = Row(Input.Values, row), b = Row(_other.Values, row), d = Row(Output.Values, row);
            for (int i = 0; i < Input.Columns; i++)
            {
                switch (_mode)
                {
                    case MergeMode.Sum: d[i] = a[i] + b[i]; break;
                    case MergeMode.Multiply: d[i] = a[i] * b[i]; break;
                    case MergeMode.Average: d[i] = (a[i] + b[i]) * 0.5f; break;
                    default: d[i] = a[i]; break;
                }
            }

            if (_mode is MergeMode.Concat or MergeMode.None)
                new ReadOnlySpan<float>(b, _other.Columns).CopyTo(new Span<float>(d + Input.Columns, _other.Columns));
        }
    }

    public override void Backward(bool zeroState)
    {
        for (int row = 0; row < Output.AllRows; row++)
        {
            float* a = Row(Input.Values, row), b = Row(_other.Values, row), g = Row(Output.Gradient, row);
            float* ga = Row(Input.Gradient, row), gb = Row(_other.Gradient, row);
            for (int i = 0; i < _other.Columns; i++)
            {
                switch (_mode)
                {
                    case MergeMode.Sum: ga[i] = gb[i] = g[i]; break;
                    case MergeMode.Multiply:
                        ga[i] = g[i] * b[i];
                        gb[i] = g[i] * a[i];
                        break;
                    case MergeMode.Average: ga[i] = gb[i] = g[i] * 0.5f; break;
                    default: gb[i] = g[Input.Columns + i]; break;
                }
            }

            if (_mode is MergeMode.Concat or MergeMode.None)
                new ReadOnlySpan<float>(g, Input.Columns).CopyTo(new Span<float>(ga, Input.Columns));
        }
    }

    private static float* Row(Operand operand, int row) => operand.At(0) + row * operand.RowStride;
}
