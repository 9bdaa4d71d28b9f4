using Research.Datasets.Encoders;
using Research.Datasets.Sources;
using Research.Framework;

namespace Research.Datasets.Tests.Encoders;

public sealed class EncoderTests
{
    private static readonly Vocabulary Five = Vocabulary.Of("abcde");

    [Test]
    public void IntegerOverCount_IsTheIndexOverTheCount() =>
        Assert.That(Codes(Encoder.IntegerOverCount), Is.EqualTo(new[] { 0f, 0.2f, 0.4f, 0.6f, 0.8f }));

    [Test]
    public void IntegerOverLast_RunsFromZeroToOne() =>
        Assert.That(Codes(Encoder.IntegerOverLast), Is.EqualTo(new[] { 0f, 0.25f, 0.5f, 0.75f, 1f }));

    [Test]
    public void MinusOneToOne_IsSymmetric() =>
        Assert.That(Codes(Encoder.MinusOneToOne), Is.EqualTo(new[] { -1f, -0.5f, 0f, 0.5f, 1f }));

    [Test]
    public void OneHot_IsOneAtTheIndex() =>
        Assert.That(Encoder.OneHot.Encode(3, Five), Is.EqualTo(new[] { 0f, 0f, 0f, 1f, 0f }));

    [Test]
    public void EveryEncoder_TellsSymbolsApart([ValueSource(typeof(Encoder), nameof(Encoder.All))] IEncoder encoder)
    {
        Sequence sequence = Alphabet.Latin.With(encoder);

        Assert.That(Enumerable.Range(0, 26).Select(symbol => string.Join(' ', sequence.Encode(symbol))).Distinct().Count(), Is.EqualTo(26));
    }

    [Test]
    public void Names_AreDistinct() => Assert.That(Encoder.All.Select(encoder => encoder.Name), Is.Unique);

    [Test]
    public void Encode_OneSymbolHasNoRange_IsRefused() => Assert.That(
        () => Encoder.IntegerOverLast.Encode(0, Vocabulary.Of("a")),
        Throws.TypeOf<ResearchException>().With.Message.EqualTo(
            "Encoder 'integer-over-last': expected a vocabulary of at least 2 symbols, got 1; use 'integer-over-count' or 'one-hot'."));

    [Test]
    public void Encode_IndexOutOfRange_IsRefused() =>
        Assert.That(() => Encoder.OneHot.Encode(5, Five), Throws.TypeOf<ResearchException>().With.Message.Contains("from 0 to 4, got 5"));

    [Test]
    public void With_UnevenOrInfiniteCodes_AreRefused()
    {
        Assert.That(() => Alphabet.Latin.With(new Custom(symbol => new float[1 + symbol])), Throws.TypeOf<ResearchException>().With.Message.EqualTo(
            "Encoder 'custom': expected 1 features, as for the other symbols, for 'B', got 2."));
        Assert.That(() => Alphabet.Latin.With(new Custom(_ => [])), Throws.TypeOf<ResearchException>().With.Message.Contains("at least 1 feature for 'A', got 0"));
        Assert.That(() => Alphabet.Latin.With(new Custom(symbol => [1f / symbol])), Throws.TypeOf<ResearchException>().With.Message.Contains("finite features for 'A', got Infinity"));
    }

    private static IEnumerable<float> Codes(IEncoder encoder) =>
        Enumerable.Range(0, Five.Count).Select(symbol => encoder.Encode(symbol, Five).Single());

    private sealed class Custom(Func<int, float[]> encode) : IEncoder
    {
        public string Name => "custom";

        public float[] Encode(int symbol, Vocabulary vocabulary) => encode(symbol);
    }
}
