using BenchmarkDotNet.Attributes;
using Research.Datasets;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Data;

namespace Research.Benchmarks.Micro;

/// <summary>Cutting a text into samples.</summary>
public class FramingBenchmarks
{
    private static readonly PaddingOptions ZerosBefore = new() { Side = PaddingSide.Before, Value = 0, AllowCollision = true };
    private Sequence _text = Alphabet.Latin;

    /// <summary>Length of the text: the alphabet, over and over.</summary>
    [Params(26, 26_000)]
    public int Symbols { get; set; }

    [GlobalSetup]
    public void Setup() => _text = TextSource.From(string.Concat(Enumerable.Repeat("ABCDEFGHIJKLMNOPQRSTUVWXYZ", Symbols / 26)));

    [Benchmark]
    public Dataset OneStep() => new OneStepFramer().Frame(_text);

    [Benchmark]
    public Dataset FeatureWindow() => new FeatureWindowFramer(3).Frame(_text);

    [Benchmark]
    public Dataset TimeSteps() => new TimeStepsFramer(3).Frame(_text);

    [Benchmark]
    public Dataset RandomSubsequences() => new RandomSubsequenceFramer(1000, 5, new Seeds(7), ZerosBefore).Frame(_text);
}
