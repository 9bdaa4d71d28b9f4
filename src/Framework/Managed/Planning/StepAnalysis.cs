using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>What is needed of a traced step, in which pass each value is computed, and which sums become products' starts.</summary>
internal sealed class StepAnalysis
{
    private readonly int[] _uses;

    /// <summary>Analyses a step and its gradient.</summary>
    /// <param name="gradient">The gradient, with its step.</param>
    /// <param name="wantInputGradients">For each input, whether anything below can use its gradient.</param>
    /// <param name="keepsSeed">Whether what the loss' gradient is taken of must be there to read.</param>
    public StepAnalysis(StepGradient gradient, IReadOnlyList<bool> wantInputGradients, bool keepsSeed)
    {
        Seed = keepsSeed ? gradient.Seed : null;
        Step = gradient.Step;
        Gradient = gradient;
        InputGradients = [.. gradient.InputGradients.Select((input, index) => wantInputGradients[index] ? input : null)];
        Nodes = Step.Trace.Expressions;
        FirstBackward = gradient.OutputGradient.Id;
        _uses = new int[Nodes.Count];
        IsLive = new bool[Nodes.Count];
        Pass = new Pass[Nodes.Count];
        IsAbsorbed = new bool[Nodes.Count];
        IsOnlyForStateGradient = new bool[Nodes.Count];
        MarkLive();
        ChoosePasses();
        FoldSums();
        FoldArguments();
    }

    public StepEquations Step { get; }

    public StepGradient Gradient { get; }

    /// <summary>The gradients of the inputs; null where nobody wants it.</summary>
    public Expr?[] InputGradients { get; }

    /// <summary>What the loss reads besides the output; null for nothing.</summary>
    public Expr? Seed { get; }

    /// <summary>All expressions of the trace, operands first.</summary>
    public IReadOnlyList<Expr> Nodes { get; }

    /// <summary>The first expression of the backward step.</summary>
    public int FirstBackward { get; }

    /// <summary>Whether anything needs the expression.</summary>
    public bool[] IsLive { get; }

    /// <summary>The pass that computes it.</summary>
    public Pass[] Pass { get; }

    /// <summary>Whether another instruction computes it on the way.</summary>
    public bool[] IsAbsorbed { get; }

    /// <summary>Whether only the gradient of the state before needs it.</summary>
    public bool[] IsOnlyForStateGradient { get; }

    /// <summary>Sums that hold products.</summary>
    public Dictionary<Expr, SumOfProducts> Sums { get; } = [];

    /// <summary>Whether a value is zero where every row starts from zero state.</summary>
    public static bool IsZeroAtZeroState(Expr node) => node.Operation.Zeros switch
    {
        ZeroRule.Always => true,
        ZeroRule.All => node.Operands.All(IsZeroAtZeroState),
        ZeroRule.Any => node.Operands.Any(IsZeroAtZeroState),
        _ => false,
    };

    public static bool IsLoop(Pass pass) => pass is Planning.Pass.ForwardLoop or Planning.Pass.BackwardLoop;

    // What is needed at all, and by how many.
    private void MarkLive()
    {
        Stack<Expr> open = new();
        void Root(Expr? root)
        {
            if (root is null) return;
            _uses[root.Id]++;
            open.Push(root);
        }

        Root(Step.Output);
        foreach (Expr state in Step.NewState) Root(state);
        foreach (Expr? state in Gradient.StateGradients) Root(state);
        foreach (Expr? input in InputGradients) Root(input);
        Root(Seed);
        foreach (WeightGradient weight in Gradient.WeightGradients)
        {
            Root(weight.Gradient);
            Root(weight.Left);
        }

        while (open.TryPop(out Expr? node))
        {
            if (IsLive[node.Id]) continue;
            IsLive[node.Id] = true;
            foreach (Expr operand in node.Operands)
            {
                _uses[operand.Id]++;
                open.Push(operand);
            }
        }
    }

    // Before the loop: what does not depend on the recurrence. After it: what the recurrence does not depend on.
    private void ChoosePasses()
    {
        bool[] recurrent = new bool[Nodes.Count];
        foreach (Expr node in Nodes)
        {
            recurrent[node.Id] = node.Id < FirstBackward
                ? node.Operation == Operations.State || node.Operands.Any(operand => recurrent[operand.Id])
                : node.Operation == Operations.StateGradient || node.Operands.Any(operand => operand.Id >= FirstBackward && recurrent[operand.Id]);
        }

        bool[] feedsState = Ancestors(Step.NewState);
        Expr[] stateGradients = [.. Gradient.StateGradients.OfType<Expr>()];
        bool[] feedsStateGradient = Ancestors(stateGradients);
        bool[] feedsAnythingElse = Ancestors([.. Gradient.WeightGradients.Select(weight => weight.Gradient), .. InputGradients.OfType<Expr>()]);
        foreach (Expr node in Nodes)
        {
            bool backward = node.Id >= FirstBackward;
            bool inLoop = backward ? feedsStateGradient[node.Id] : feedsState[node.Id];
            Pass before = backward ? Planning.Pass.BackwardBefore : Planning.Pass.ForwardBefore;
            Pass[node.Id] = before + (recurrent[node.Id] ? inLoop ? 1 : 2 : 0);
            IsOnlyForStateGradient[node.Id] = backward && feedsStateGradient[node.Id] && !feedsAnythingElse[node.Id];

            // A kernel's outputs come with the kernel.
            if (node.Operation.Kind == OperationKind.CallResult)
                Pass[node.Id] = Pass[node.Operands[0].Id];
        }
    }

    private bool[] Ancestors(IReadOnlyList<Expr> roots)
    {
        bool[] marked = new bool[Nodes.Count];
        foreach (Expr root in roots) marked[root.Id] = true;
        for (int id = Nodes.Count - 1; id >= 0; id--)
        {
            if (!marked[id]) continue;
            foreach (Expr operand in Nodes[id].Operands) marked[operand.Id] = true;
        }

        return marked;
    }

    // a + x·W + h·U + b becomes one chain: the products start from the sum of the rest instead of from zero, and the
    // part that does not depend on the recurrence is summed before the loop.
    private void FoldSums()
    {
        for (int id = Nodes.Count - 1; id >= 0; id--)
        {
            Expr node = Nodes[id];
            if (!IsLive[id] || IsAbsorbed[id] || node.Operation != Operations.Add) continue;
            List<Expr> values = [], products = [], inner = [];
            Flatten(node, values, products, inner);
            if (products.Count > 0)
            {
                foreach (Expr absorbed in inner.Concat(products)) IsAbsorbed[absorbed.Id] = true;
                Sums.Add(node, new SumOfProducts(values, products));
                continue;
            }

            // a * b + c in one rounding.
            Expr? product = node.Operands.FirstOrDefault(operand => operand.Operation == Operations.Multiply && IsOnlyUse(operand, node));
            if (product is not null) IsAbsorbed[product.Id] = true;
        }
    }

    // σ(a + b) and its like in one instruction, and the gradient a * b through an activation: every gate has them.
    private void FoldArguments()
    {
        foreach (Expr node in Nodes)
        {
            if (!IsLive[node.Id] || IsAbsorbed[node.Id]) continue;
            if (node.Operation is not ElementwiseOperation { TakesArgument: true }) continue;
            Operation argument = node.Operands[0].Operation;
            bool takesArgument = argument == Operations.Multiply || (argument == Operations.Add && node.Operands.Length == 1);
            if (takesArgument && IsOnlyUse(node.Operands[0], node) && !Sums.ContainsKey(node.Operands[0])) IsAbsorbed[node.Operands[0].Id] = true;
        }
    }

    private void Flatten(Expr sum, List<Expr> values, List<Expr> products, List<Expr> inner)
    {
        foreach (Expr operand in sum.Operands)
        {
            bool single = _uses[operand.Id] == 1;
            if (single && operand.Operation == Operations.Add)
            {
                inner.Add(operand);
                Flatten(operand, values, products, inner);
            }
            else if (single && operand.Operation.Kind == OperationKind.Product)
            {
                products.Add(operand);
            }
            else
            {
                values.Add(operand);
            }
        }
    }

    private bool IsOnlyUse(Expr operand, Expr user) => _uses[operand.Id] == 1 && Pass[operand.Id] == Pass[user.Id];
}
