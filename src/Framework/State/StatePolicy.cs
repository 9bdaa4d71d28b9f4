namespace Research.Framework.State;

/// <summary>The ready-made state policies, and how to combine them.</summary>
public static class StatePolicy
{
    /// <summary>Every row of every batch starts fresh (Keras' <c>stateful=False</c>).</summary>
    public static IStatePolicy Stateless { get; } =
        new Rule("stateless", carries: false, (_, _) => RowState.Reset);

    /// <summary>State is carried from batch to batch and zeroed before the first batch of each epoch.</summary>
    public static IStatePolicy ResetEachEpoch { get; } =
        new Rule("reset-each-epoch", carries: true, (context, _) => context.Batch == 0 ? RowState.Reset : RowState.Carry);

    /// <summary>A row is zeroed where its sample begins a new sequence, whatever the other rows do.</summary>
    public static IStatePolicy ResetAtBoundaries { get; } =
        new Rule("reset-at-boundaries", carries: true, (context, row) => context.BeginsSequence(row) ? RowState.Reset : RowState.Carry);

    /// <summary>State is never zeroed: it runs on over batches and epochs. A pass of its own (evaluation, generation) still begins from zero.</summary>
    public static IStatePolicy Never { get; } =
        new Rule("never", carries: true, (_, _) => RowState.Carry);

    /// <summary>All ready-made policies, for look-up by name.</summary>
    public static IReadOnlyList<IStatePolicy> All { get; } = [Stateless, ResetEachEpoch, ResetAtBoundaries, Never];

    /// <summary>A policy of your own, as a function.</summary>
    /// <param name="name">The name in plans.</param>
    /// <param name="carriesBetweenBatches">Whether it ever carries state while training; see <see cref="IStatePolicy.CarriesBetweenBatches"/>.</param>
    /// <param name="decide">The answer for a batch and a row, from 0.</param>
    /// <exception cref="ResearchException">The name is empty.</exception>
    public static IStatePolicy Of(string name, bool carriesBetweenBatches, Func<BatchContext, int, RowState> decide)
    {
        ArgumentNullException.ThrowIfNull(decide);
        return string.IsNullOrWhiteSpace(name)
            ? throw new ResearchException("State policy: expected a name, e.g. 'reset-each-epoch', got an empty one.")
            : new Rule(name, carriesBetweenBatches, decide);
    }

    /// <summary>One policy while training, another while evaluating and generating.</summary>
    /// <param name="training">Asked in <see cref="Phase.Train"/>.</param>
    /// <param name="predicting">Asked in <see cref="Phase.Evaluate"/> and <see cref="Phase.Generate"/>.</param>
    public static IStatePolicy WhenPredicting(IStatePolicy training, IStatePolicy predicting)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(predicting);
        return new Rule(
            $"{training.Name}, {predicting.Name} when predicting",
            training.CarriesBetweenBatches,
            (context, row) => (context.Phase == Phase.Train ? training : predicting).Before(context, row));
    }

    /// <summary>A row starts fresh when any of the policies says so.</summary>
    /// <param name="policies">At least one policy.</param>
    public static IStatePolicy ResetWhenAny(params IStatePolicy[] policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        if (policies.Length == 0)
            throw new ResearchException("ResetWhenAny: expected at least one state policy, got none.");
        IStatePolicy[] all = [.. policies];
        return new Rule(
            string.Join(" or ", all.Select(policy => policy.Name)),
            all.All(policy => policy.CarriesBetweenBatches),
            (context, row) =>
            {
                foreach (IStatePolicy policy in all)
                {
                    if (policy.Before(context, row) == RowState.Reset) return RowState.Reset;
                }

                return RowState.Carry;
            });
    }

    private sealed class Rule(string name, bool carries, Func<BatchContext, int, RowState> decide) : IStatePolicy
    {
        public string Name => name;

        public bool CarriesBetweenBatches => carries;

        public RowState Before(BatchContext context, int row) => decide(context, row);

        public override string ToString() => name;
    }
}
