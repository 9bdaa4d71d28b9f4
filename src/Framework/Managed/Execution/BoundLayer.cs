using Research.Framework.Equations;
using Research.Framework.Managed.Planning;

namespace Research.Framework.Managed.Execution;

/// <summary>A layer's plan for one number of rows and time steps: every buffer allocated, every address known.</summary>
internal sealed unsafe class BoundLayer
{
    private readonly PinnedMemory _memory;
    private readonly Operand[] _buffers;
    private readonly BoundPass[] _passes;
    private readonly PinnedMemory? _heldOutput;
    private readonly PinnedMemory[] _passingGradients;
    private readonly IReadOnlyDictionary<WeightDescription, WeightSlot> _weights;

    /// <summary>Binds a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="rows">Rows B.</param>
    /// <param name="steps">Time steps T.</param>
    /// <param name="inputs">The inputs, in other layers' buffers: rows of all steps in order of time.</param>
    /// <param name="weights">The model's weights.</param>
    /// <param name="holdsOutput">Whether masked steps yield something else than the step's result.</param>
    /// <param name="zeroesOutput">Whether that is zero, rather than the output before them.</param>
    public BoundLayer(StepPlan plan, int rows, int steps, Operand[] inputs, IReadOnlyDictionary<WeightDescription, WeightSlot> weights, bool holdsOutput, bool zeroesOutput)
    {
        Plan = plan;
        Rows = rows;
        Steps = steps;
        StepsOfBatch = steps;
        _weights = weights;
        _memory = new PinnedMemory(LengthOf(plan, rows, steps));
        long[] offsets = new long[plan.Buffers.Count];
        long length = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = length;
            length += Length(plan.Buffers[i], rows, steps);
        }

        _buffers = new Operand[offsets.Length];
        for (int i = 0; i < offsets.Length; i++)
        {
            BufferPlan buffer = plan.Buffers[i];
            _buffers[i] = new Operand
            {
                First = _memory.Pointer + offsets[buffer.SharesWith?.Index ?? i],
                RowStride = buffer.Columns,
                TimeStride = buffer.Kind == BufferKind.Step ? 0 : (nint)rows * buffer.Columns,
                Mask = buffer.Kind == BufferKind.Alternating ? 1 : -1,
            };
        }

        Inputs = inputs;
        _passes = [.. plan.Passes.Select((pass, index) => new BoundPass(StepAnalysis.IsLoop((Pass)index) ? BindLoop(pass) : Bind(pass), (long)rows * steps))];
        WeightGradients = [.. plan.WeightGradients.Select(Bind)];
        StepOutput = Bind(plan.Output, forElementwise: true);
        Output = StepOutput;
        State = [.. plan.State.Select(buffer => _buffers[buffer.Index])];
        StateGradients = [.. plan.StateGradients.Select(buffer => _buffers[buffer.Index])];
        _passingGradients = holdsOutput ? [.. StateGradients.Select(gradient => new PinnedMemory((long)rows * gradient.RowStride))] : [];
        if (holdsOutput)
        {
            _heldOutput = new PinnedMemory((long)rows * steps * OutputColumns);
            Output = new Operand { First = _heldOutput.Pointer, RowStride = OutputColumns, TimeStride = (nint)rows * OutputColumns, Mask = -1 };
        }

        OutputGradient = _buffers[plan.OutputGradient.Index];
        InputGradients = Bind(plan.InputGradients);
        Logits = plan.Seed.IsNone ? default : Bind(plan.Seed, forElementwise: true);
        ZeroesOutput = zeroesOutput;
        InputNoise = plan.InputNoise is null ? default : _buffers[plan.InputNoise.Index];
        StateNoise = plan.StateNoise is null ? default : _buffers[plan.StateNoise.Index];
    }

    public StepPlan Plan { get; }

    public int Rows { get; }

    public int Steps { get; }

    /// <summary>How many of the steps are one batch's, where earlier ones run first.</summary>
    public int StepsOfBatch { get; init; }

    public Operand[] Inputs { get; }

    /// <summary>The passes, in the order in which they run.</summary>
    public IReadOnlyList<BoundPass> Passes => _passes;

    /// <summary>The instructions of a pass.</summary>
    public BoundPass this[Pass pass] => _passes[(int)pass];

    public BoundWeightGradient[] WeightGradients { get; }

    /// <summary>What each step yields, masked or not.</summary>
    public Operand StepOutput { get; }

    /// <summary>What the next layer sees: the same, or with masked steps repeating the one before.</summary>
    public Operand Output { get; }

    public bool HoldsOutput => _heldOutput is not null;

    /// <summary>Whether a held output is zero instead of the one before it.</summary>
    public bool ZeroesOutput { get; }

    /// <summary>What the output's last function reads, where the loss reads it too.</summary>
    public Operand Logits { get; }

    public Operand InputNoise { get; }

    public Operand StateNoise { get; }

    public int OutputColumns => Plan.Step.Output.Columns;

    public Operand OutputGradient { get; }

    /// <summary>Where the inputs' gradients are left; nowhere for one that nobody wants, or that nothing depends on.</summary>
    public Operand[] InputGradients { get; }

    /// <summary>For each state slot, the state before the first step, at step 0, to that after the last, at step T.</summary>
    public Operand[] State { get; }

    /// <summary>For each state slot, the gradients of step t's new state at (t + 1) and of its old one at t, modulo 2.</summary>
    public Operand[] StateGradients { get; }

    /// <summary>How many numbers a plan's buffers take.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="rows">Rows B.</param>
    /// <param name="steps">Time steps T.</param>
    /// <returns>As many; the largest number there is where it is none.</returns>
    public static long LengthOf(StepPlan plan, int rows, int steps)
    {
        Int128 length = 0;
        foreach (BufferPlan buffer in plan.Buffers) length += Length(buffer, rows, steps);
        return (long)Int128.Min(length, long.MaxValue);
    }

    // Rows and time steps are each an array's index; their product with the columns of a buffer fits.
    private static long Length(BufferPlan buffer, int rows, int steps)
    {
        if (buffer.SharesWith is not null) return 0;
        long copies = buffer.Kind switch
        {
            BufferKind.Step => 1,
            BufferKind.Sequence => steps,
            BufferKind.State => steps + 1L,
            BufferKind.Alternating => 2,
            _ => 0,
        };
        return PinnedMemory.Padded(copies * rows * buffer.Columns);
    }

    /// <summary>Whether a step is a batch's first.</summary>
    public bool BeginsBatch(int step) => step % StepsOfBatch == 0;

    /// <summary>Room for the gradients that pass by masked rows of state slot <paramref name="slot"/>, <c>[B, width]</c>.</summary>
    public float* PassingGradients(int slot) => _passingGradients[slot].Pointer;

    private BoundInstruction[] Bind(InstructionPlan[] instructions) => [.. instructions.Select(Bind)];

    // Products with the same weight at every step read a packed copy of it.
    private BoundInstruction[] BindLoop(InstructionPlan[] instructions)
    {
        BoundInstruction[] bound = Bind(instructions);
        for (int i = 0; i < bound.Length; i++)
        {
            ref BoundInstruction code = ref bound[i];
            bool product = code.Kind == InstructionKind.Product || code.TransposedWeight is not null;
            if (product && instructions[i].B.Weight is { } weight && PackedWeight.Pays(Rows, Steps, code.Inner, code.Columns))
                code.Packed = new PackedWeight(_weights[weight.Weight!], code.B, code.Inner, code.Columns);
        }

        return bound;
    }

    private BoundInstruction Bind(InstructionPlan plan)
    {
        InstructionKind kind = KindOf(plan.Operation);
        bool transposed = kind == InstructionKind.ProductTransposed;
        bool product = kind == InstructionKind.Product || transposed;
        BoundInstruction bound = new()
        {
            Kind = kind,
            Operation = plan.Operation,
            Argument = plan.Argument,
            Destination = Bind(plan.Destination, forElementwise: true),
            A = Bind(plan.A, forElementwise: true),
            B = Bind(plan.B, forElementwise: !product),
            C = Bind(plan.C, forElementwise: true),
            Scalar = plan.Scalar,
            Columns = plan.Columns,
            Inner = plan.Inner,
            ZeroAtZeroState = plan.ZeroAtZeroState,
            OnlyForStateGradient = plan.OnlyForStateGradient,
        };
        if (transposed && Rows * Steps >= LayerRunner.RowsThatPayForTransposing)
        {
            // Columns of W are rows of its transpose: [columns of the view, rows of the weight].
            Expr weight = plan.B.Weight!;
            WeightSlot slot = _weights[weight.Weight!];
            bound.TransposedWeight = slot;
            bound.B = new Operand { First = slot.Transposed + (nint)weight.Index * slot.Rows + weight.RowIndex, RowStride = slot.Rows, Mask = -1 };
        }

        if (plan.Fused is { } fused)
        {
            bound.Fused = new BoundFused
            {
                Kernel = fused.Kernel,
                Inputs = Bind(fused.Inputs),
                Outputs = Bind(fused.Outputs),
                Saved = Bind(fused.Saved, forElementwise: true),
                OutputGradients = Bind(fused.OutputGradients),
                InputGradients = Bind(fused.InputGradients),
            };
        }

        return bound;
    }

    private static InstructionKind KindOf(Operation operation) => operation.Kind switch
    {
        OperationKind.Product => operation == Operations.Dot ? InstructionKind.Product : InstructionKind.ProductTransposed,
        OperationKind.Call => operation == Operations.Fused ? InstructionKind.FusedForward : InstructionKind.FusedBackward,
        _ => InstructionKind.Rowwise,
    };

    private Operand[] Bind(Place[] places) => [.. places.Select(place => Bind(place, forElementwise: true))];

    private BoundWeightGradient Bind(WeightGradientPlan plan)
    {
        WeightSlot slot = _weights[plan.Weight.Weight!];
        return new BoundWeightGradient
        {
            Slot = slot,
            Target = slot.Gradient + (nint)plan.Weight.RowIndex * slot.Columns + plan.Weight.Index,
            TargetStride = slot.Columns,
            Rows = plan.Weight.Rows,
            Columns = plan.Weight.Columns,
            Left = Bind(plan.Left, forElementwise: true),
            HasLeft = !plan.Left.IsNone,
            Gradient = Bind(plan.Gradient, forElementwise: true),
            Clears = plan.Clears,
            Accumulate = plan.Accumulate,
            IsWhole = plan.Weight.Rows == slot.Rows && plan.Weight.Columns == slot.Columns
                && Plan.WeightGradients.Count(other => ReferenceEquals(other.Weight.Weight, plan.Weight.Weight)) == 1,
            ZeroAtZeroState = plan.ZeroAtZeroState,
        };
    }

    private Operand Bind(Place place, bool forElementwise)
    {
        if (place.IsNone) return default;
        if (place.Weight is { } weight)
        {
            WeightSlot slot = _weights[weight.Weight!];
            return new Operand
            {
                First = slot.Values + (nint)weight.RowIndex * slot.Columns + weight.Index,
                RowStride = forElementwise ? 0 : slot.Columns,
                Mask = -1,
            };
        }

        Operand buffer = place.Buffer!.Kind == BufferKind.Input ? Inputs[place.Buffer.Index] : _buffers[place.Buffer.Index];
        return buffer with { First = buffer.First + place.Column, Shift = buffer.Shift + place.Shift };
    }
}
