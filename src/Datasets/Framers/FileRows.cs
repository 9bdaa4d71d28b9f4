using Research.Datasets.Sources;
using Research.Framework.Data;

namespace Research.Datasets.Framers;

/// <summary>Where the samples of contiguous rows lie in a text.</summary>
/// <param name="Rows">Rows side by side.</param>
/// <param name="Steps">Time steps of a sample.</param>
/// <param name="Chunks">Samples of a row.</param>
internal sealed record FileRows(int Rows, int Steps, int Chunks)
{
    private const int Most = 256;

    public int Samples => Rows * Chunks;

    public SampleSource<float> InputsOf(TextFile text) => new Inputs(this, text);

    public SampleSource<int> TargetsOf(TextFile text) => new Targets(this, text);

    private long Start(int sample) => ((long)(sample % Rows) * Chunks + sample / Rows) * Steps;

    private string IdentityOf(TextFile text) => FormattableString.Invariant($"{Rows} rows of {Steps} steps, {text.Encoder.Name} of {text.Vocabulary.TextOf([.. Enumerable.Range(0, text.Vocabulary.Count)])}, {text.Hash}");

    private sealed class Inputs(FileRows rows, TextFile text) : SampleSource<float>
    {
        public override int Samples => rows.Samples;

        public override string Identity { get; } = rows.IdentityOf(text);

        public override void CopyTo(int sample, Span<float> target)
        {
            Span<int> symbols = stackalloc int[Math.Min(Most, rows.Steps)];
            int features = text.Features;
            for (int step = 0; step < rows.Steps; step += symbols.Length)
            {
                Span<int> some = symbols[..Math.Min(symbols.Length, rows.Steps - step)];
                text.CopyTo(rows.Start(sample) + step, some);
                for (int i = 0; i < some.Length; i++) text.Code(some[i]).CopyTo(target[((step + i) * features)..]);
            }
        }
    }

    private sealed class Targets(FileRows rows, TextFile text) : SampleSource<int>
    {
        public override int Samples => rows.Samples;

        public override string Identity { get; } = rows.IdentityOf(text);

        public override void CopyTo(int sample, Span<int> target) => text.CopyTo(rows.Start(sample) + 1, target[..rows.Steps]);
    }
}
