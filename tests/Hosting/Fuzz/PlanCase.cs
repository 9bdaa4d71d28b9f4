using Research.Framework.Experiments;

namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>The simplest plan with random changes: right ones, and some that must be refused.</summary>
internal sealed class PlanCase : FuzzCase<PlanCase.Change>
{
    private static readonly ExperimentRunner s_runner = new(TimeProvider.System);

    private readonly int _seed;

    private PlanCase(int seed, IReadOnlyList<Change> changes) : base(changes) => _seed = seed;

    public static PlanCase Draw(int seed)
    {
        Random random = new(seed);
        int right = random.Next(1, 9), wrong = random.Next(3);
        Change[] changes =
        [
            .. Enumerable.Range(0, right).Select(_ => new Change(PlanChanges.Right[random.Next(PlanChanges.Right.Count)], random.Next())),
            .. Enumerable.Range(0, wrong).Select(_ => new Change(PlanChanges.Wrong[random.Next(PlanChanges.Wrong.Count)], random.Next())),
        ];

        // Sizes before the arrays that have them.
        return new PlanCase(seed, [.. changes.OrderBy(change => change.Kind.Room)]);
    }

    public override void Run()
    {
        ExperimentResult result = s_runner.Run(new() { Experiment = "fuzzed", Cell = "any", Engine = new Framework.Managed.ManagedEngine(), Plan = Draft().Plan(), Seed = _seed });
        if (result.EpochLosses.Any(loss => !double.IsFinite(loss))) throw new InvalidOperationException($"losses {string.Join(", ", result.EpochLosses)}");
        foreach (OutputResult output in result.Outputs)
        {
            for (int i = 0; i < output.Values.Count; i++)
            {
                if (!float.IsFinite(output.Values[i]) && output.Counts?[i / output.Width] != false) throw new InvalidOperationException($"output '{output.Name}' predicts {output.Values[i]}");
            }
        }

        if (result.Metrics.FirstOrDefault(metric => double.IsNaN(metric.Value)) is { } wrong) throw new InvalidOperationException($"metric {wrong}");
    }

    public override string ToString()
    {
        try
        {
            return $"seed {_seed}: {Draft()}";
        }
        catch (Exception exception) // what cannot be drawn cannot be shown
        {
            return $"seed {_seed}: {string.Join(", ", Changes.Select(change => change.Kind.Name))}: {exception.GetType().Name}";
        }
    }

    protected override PlanCase With(IReadOnlyList<Change> changes) => new(_seed, changes);

    private PlanDraft Draft()
    {
        PlanDraft draft = new(_seed);
        foreach (Change change in Changes)
        {
            if (change.Kind.Room > PlanRoom.Sizes) draft.Fill();
            draft.Notes.Add($"{change.Kind.Name} ({change.Seed})");
            change.Kind.Apply(draft, new Random(change.Seed));
        }

        draft.Fill();
        return draft;
    }

    /// <summary>A change with the seed of what it draws, so that leaving out another does not change it.</summary>
    /// <param name="Kind">What is changed.</param>
    /// <param name="Seed">Decides the rest.</param>
    internal sealed record Change(PlanChange Kind, int Seed);
}
