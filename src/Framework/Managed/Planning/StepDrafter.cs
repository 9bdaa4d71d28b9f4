using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>Writes the instructions of each pass, before their values have places.</summary>
internal sealed class StepDrafter
{
    private readonly StepAnalysis _analysis;
    private readonly List<Draft>[] _drafts = [[], [], [], [], [], []];

    public StepDrafter(StepAnalysis analysis)
    {
        _analysis = analysis;
        foreach (Expr node in analysis.Nodes)
        {
            if (analysis.IsLive[node.Id] && !analysis.IsAbsorbed[node.Id]) Emit(node);
        }
    }

    /// <summary>The drafts of each pass, in the order in which they run.</summary>
    public IReadOnlyList<IReadOnlyList<Draft>> Passes => _drafts;

    /// <summary>Expressions whose block must have rows without gaps: what a kernel touches.</summary>
    public HashSet<Expr> Contiguous { get; } = [];

    public void Add(Pass pass, Draft draft)
    {
        draft.Pass = pass;
        draft.Target.Pass = draft.Target.Node is null ? pass : _analysis.Pass[draft.Target.Node.Id];
        _drafts[(int)pass].Add(draft);
    }

    private void Emit(Expr node)
    {
        Pass pass = _analysis.Pass[node.Id];
        switch (node.Operation.Kind)
        {
            case OperationKind.Leaf or OperationKind.View or OperationKind.CallResult:
                break;
            case OperationKind.Rowwise when _analysis.Sums.TryGetValue(node, out SumOfProducts? sum):
                EmitSum(node, sum);
                break;
            case OperationKind.Product:
                Add(pass, new Draft(node, node.Operation, node.Operands) { ProductOf = node });
                break;
            case OperationKind.Call:
                foreach (Expr block in FusedBlocks(node)) Contiguous.Add(block);
                Add(pass, new Draft(node, node.Operation, FusedReads(node)));
                break;
            case OperationKind.Concat:
                Add(pass, new Draft(node, Operations.Copy, node.Operands));
                break;
            default:
                EmitRowwise(node);
                break;
        }
    }

    private void EmitRowwise(Expr node)
    {
        (Operation operation, IReadOnlyList<Expr> operands) = Lower(node);
        if (_analysis.IsAbsorbed[operands[0].Id])
        {
            (Operation argument, IReadOnlyList<Expr> first) = Lower(operands[0]);
            Add(_analysis.Pass[node.Id], new Draft(node, operation, [.. first, .. operands.Skip(1)]) { Argument = argument });
        }
        else
        {
            Add(_analysis.Pass[node.Id], new Draft(node, operation, operands));
        }
    }

    // With a * b + c in one rounding.
    private (Operation Operation, IReadOnlyList<Expr> Operands) Lower(Expr node)
    {
        if (node.Operation == Operations.Add && node.Operands.FirstOrDefault(operand => _analysis.IsAbsorbed[operand.Id]) is { } product)
            return (Operations.MultiplyAdd, [product.Operands[0], product.Operands[1], ReferenceEquals(node.Operands[0], product) ? node.Operands[1] : node.Operands[0]]);
        return (node.Operation, node.Operands);
    }

    private void EmitSum(Expr node, SumOfProducts sum)
    {
        Pass pass = _analysis.Pass[node.Id];
        bool backward = node.Id >= _analysis.FirstBackward;
        Pass before = backward ? Pass.BackwardBefore : Pass.ForwardBefore;
        Expr[] earlyProducts = [.. sum.Products.Where(product => _analysis.Pass[product.Id] == before)];
        Expr[] products = [.. sum.Products.Where(product => _analysis.Pass[product.Id] != before)];
        List<Expr> values = [.. sum.Values];
        Value? start = null;
        if (pass != before && earlyProducts.Length > 0)
        {
            Expr[] earlyValues = [.. values.Where(value => value.IsWeight || _analysis.Pass[value.Id] == before)];
            values.RemoveAll(earlyValues.Contains);
            start = Chain(before, null, earlyValues, earlyProducts, new Value(node.Columns));
        }
        else
        {
            products = [.. sum.Products];
        }

        if (products.Length == 0 && values.Count == 0) throw new InvalidOperationException("A sum outside the loop has no recurrent term.");
        Chain(pass, start, values, products, new Value(node));
    }

    /// <summary>start + values + products, each step into a new place, the last into <paramref name="destination"/>.</summary>
    private Value Chain(Pass pass, Value? start, IReadOnlyList<Expr> values, IReadOnlyList<Expr> products, Value destination)
    {
        Value? sum = start;
        int remaining = values.Count + products.Count;
        // Row vectors first: a bias alone is a product's start without any copy.
        foreach (Expr value in values.OrderBy(value => value.IsWeight ? 0 : 1))
        {
            remaining--;
            if (sum is null)
            {
                sum = new Value(value);
                continue;
            }

            Value target = remaining == 0 ? destination : new Value(destination.Columns);
            Add(pass, new Draft(target, Operations.Add, [sum, new Value(value)]));
            sum = target;
        }

        foreach (Expr product in products)
        {
            remaining--;
            Value target = remaining == 0 ? destination : new Value(destination.Columns);
            List<Value> operands = [new Value(product.Operands[0]), new Value(product.Operands[1])];
            if (sum is not null) operands.Add(sum);
            Add(pass, new Draft(target, product.Operation, operands) { ProductOf = product });
            sum = target;
        }

        return sum!;
    }

    private static IEnumerable<Expr> FusedReads(Expr node) =>
        node.Operation == Operations.Fused ? node.Operands : [.. node.Operands[0].Operands, .. node.Operands];

    // Everything a kernel touches must have rows without gaps.
    private IEnumerable<Expr> FusedBlocks(Expr node) =>
        _analysis.Nodes.Where(other => other.Operation.Kind == OperationKind.CallResult && ReferenceEquals(other.Operands[0], node));
}
