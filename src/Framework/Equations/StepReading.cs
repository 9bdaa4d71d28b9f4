namespace Research.Framework.Equations;

/// <summary>In which order, and in which part, the expressions of a step are read.</summary>
internal sealed class StepReading
{
    private readonly Depends[] _depends;

    public StepReading(StepEquations step)
    {
        IReadOnlyList<Expr> nodes = step.Trace.Expressions;
        bool[] live = new bool[nodes.Count];
        _depends = new Depends[nodes.Count];
        Expr[] results = [step.Output, .. step.NewState];
        foreach (Expr result in results) live[result.Id] = true;
        for (int id = nodes.Count - 1; id >= 0; id--)
        {
            if (!live[id]) continue;
            foreach (Expr operand in nodes[id].Operands) live[operand.Id] = true;
        }

        foreach (Expr node in nodes)
        {
            _depends[node.Id] = node.Operands.Length > 0 ? node.Operands.Max(operand => _depends[operand.Id])
                : node.IsWeight ? Depends.Nothing
                : node.Operation == Operations.Input || ReferenceEquals(node, step.InputNoise) ? Depends.Input
                : Depends.State;
        }

        Expr[] computed = [.. nodes.Where(node => live[node.Id] && node.Operation.Kind != OperationKind.Leaf)];
        Before = [.. computed.Where(node => _depends[node.Id] != Depends.State)];
        After = [.. computed.Where(node => _depends[node.Id] == Depends.State)];
        Weights = [.. nodes.Where(node => live[node.Id] && node.IsWeight)];
        Between = [.. After.SelectMany(node => node.Operands).Concat(results).Where(node => _depends[node.Id] != Depends.State).Distinct()];
    }

    private enum Depends
    {
        Nothing,
        Input,
        State,
    }

    /// <summary>Weights and views of them that are read.</summary>
    public IReadOnlyList<Expr> Weights { get; }

    /// <summary>What does not depend on the state, operands first.</summary>
    public IReadOnlyList<Expr> Before { get; }

    /// <summary>What depends on the state, operands first.</summary>
    public IReadOnlyList<Expr> After { get; }

    /// <summary>What the second part reads of the first.</summary>
    public IReadOnlyList<Expr> Between { get; }

    /// <summary>Whether an expression has one row for all samples.</summary>
    public bool IsRow(Expr expression) => _depends[expression.Id] == Depends.Nothing;

    public bool DependsOnInput(int id) => _depends[id] == Depends.Input;

    /// <summary>Reads one expression.</summary>
    /// <param name="operations">The reader.</param>
    /// <param name="node">The expression.</param>
    /// <param name="values">The values so far, by position; null where there is none.</param>
    public T Read<T>(IStepOperations<T> operations, Expr node, T?[] values)
        where T : class
    {
        // Without noise there is nothing to multiply by.
        Expr? noise = node.Operands.FirstOrDefault(operand => operand.Operation == Operations.Noise && values[operand.Id] is null);
        if (noise is not null) return values[node.Operands.First(operand => operand != noise).Id]!;
        T[] operands = [.. node.Operands.Select(operand => values[operand.Id]!)];
        if (node.Operation == Operations.Concat && !IsRow(node))
        {
            for (int i = 0; i < operands.Length; i++)
            {
                if (IsRow(node.Operands[i])) operands[i] = operations.Repeat(operands[i]);
            }
        }

        return node.Operation.Read(operations, node, operands);
    }

    /// <summary>Reads the weights.</summary>
    /// <param name="operations">The reader.</param>
    /// <param name="values">Where their values go, by position.</param>
    public void ReadWeights<T>(IStepOperations<T> operations, T?[] values)
        where T : class
    {
        foreach (Expr weight in Weights) values[weight.Id] = operations.Weight(new WeightView(weight.Weight!, weight.RowIndex, weight.Rows, weight.Index, weight.Columns));
    }

    /// <summary>A result, which is a block even where it comes from weights alone.</summary>
    /// <param name="operations">The reader.</param>
    /// <param name="result">The expression.</param>
    /// <param name="values">The values, by position.</param>
    public T Result<T>(IStepOperations<T> operations, Expr result, T?[] values)
        where T : class =>
        IsRow(result) ? operations.Repeat(values[result.Id]!) : values[result.Id]!;
}
