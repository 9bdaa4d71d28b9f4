using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Framework.Experiments;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>A random text, cut into samples in a random way, learnt and gone on with.</summary>
internal sealed class TextCase : FuzzCase<TextCase.Change>
{
    private static readonly ExperimentRunner s_runner = new(TimeProvider.System);

    private static readonly string[] s_texts = ["ABCDEF", "ABCDEFGHIJKLM", "abcabcabcabc", "AB", "A", "", "AAAA", "🙂🙃🙂🙃🙂", "a\ud800b", "x\u0308y\u0308", "two\nlines\n", "\0\u0001\0", "ABCXYZ", new('x', 50)];

    private static readonly int[] s_counts = [1, 1, 2, 2, 3, 3, 4, 5, 7, 0, -1, 50, int.MinValue];

    private readonly int _seed;

    private TextCase(int seed, IReadOnlyList<Change> changes) : base(changes) => _seed = seed;

    public static TextCase Draw(int seed)
    {
        Random random = new(seed);
        return new TextCase(seed, [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => DrawChange(random))]);
    }

    public override void Run()
    {
        TextDraft draft = new();
        foreach (Change change in Changes) change.Apply(draft);
        _ = s_runner.Run(new() { Experiment = "fuzzed", Cell = "lstm", Engine = new Managed.ManagedEngine(), Plan = draft.Plan(), Seed = _seed });
    }

    public override string ToString() => $"seed {_seed}: {string.Join("; ", Changes.Select(change => change.Name))}";

    protected override TextCase With(IReadOnlyList<Change> changes) => new(_seed, changes);

    private static Change DrawChange(Random random)
    {
        string text = random.Next(2) == 0 ? s_texts[random.Next(3)] : Pick(random, s_texts);
        int count = Pick(random, s_counts), other = Pick(random, s_counts);
        double number = Pick(random, [0, 0.5, 1, 2, -1, 1e-60, 1e300, double.NaN, double.PositiveInfinity]);
        PaddingOptions? padding = random.Next(3) == 0 ? null : new PaddingOptions { Side = (PaddingSide)random.Next(2), Value = (float)Pick(random, [0, 0, -5, number]), Mask = random.Next(2) == 0, AllowCollision = random.Next(2) == 0 };
        string padded = padding is null ? "no padding" : FormattableString.Invariant($"{padding.Side} {padding.Value} mask {padding.Mask} collision {padding.AllowCollision}");
        switch (random.Next(14))
        {
            case 0: return new($"text '{text}'", draft => draft.Text = text);
            case 1: return new($"vocabulary '{text}'", draft => draft.Symbols = text);
            case 2:
                IEncoder encoder = Pick(random, Encoder.All);
                return new($"encoder {encoder.Name}", draft => draft.Encoder = encoder);
            case 3: return new($"window {count}", draft => draft.Framer = () => new FeatureWindowFramer(count));
            case 4: return new($"steps {count}", draft => draft.Framer = () => new TimeStepsFramer(count));
            case 5: return new($"prefixes of {count}, {padded}", draft => draft.Framer = () => new PrefixPaddedFramer(count, padding));
            case 6: return new($"{count} stretches of at most {other}, {padded}", draft => draft.Framer = () => new RandomSubsequenceFramer(count, other, new Seeds(count), padding));
            case 7:
                return new($"{count} rows of {other} steps, batches of as many, in order", draft =>
                {
                    draft.Framer = () => new ContiguousRowsFramer(count, other);
                    draft.Training = draft.Training with { BatchSize = count, Shuffle = false };
                });
            case 8:
                IStatePolicy state = Pick(random, StatePolicy.All);
                return new($"state {state.Name}, in order", draft =>
                {
                    draft.State = state;
                    draft.Training = draft.Training with { Shuffle = false };
                });
            case 9: return new($"batches of {count}", draft => draft.Training = draft.Training with { BatchSize = count });
            case 10: return new("masking", draft => draft.Masks = true);
            case 11:
                double share = random.NextDouble();
                return new(FormattableString.Invariant($"validation share {share}"), draft => draft.Training = draft.Training with { ValidationShare = share });
            default:
                GenerationOptions options = new()
                {
                    Symbols = count,
                    Temperature = random.Next(2) == 0 ? 0 : number,
                    TopK = random.Next(2) == 0 ? null : other,
                    EndSymbol = random.Next(2) == 0 ? null : Pick(random, ["A", "B", "", "AB", "🙂", "\ud800", "\n"]),
                };
                return new($"probe of '{text}', {options}", draft => draft.Probes.Add(() => Probe.From(text, options)));
        }
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    /// <summary>A change to the simplest text.</summary>
    /// <param name="Name">Its name in messages.</param>
    /// <param name="Apply">Makes it.</param>
    internal sealed record Change(string Name, Action<TextDraft> Apply);
}
