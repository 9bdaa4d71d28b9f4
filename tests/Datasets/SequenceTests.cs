using Research.Datasets.Encoders;
using Research.Datasets.Sources;
using Research.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Research.Datasets.Tests;

public sealed class SequenceTests
{
    [Test]
    public void With_KeepsTheSymbolsAndTheOriginal()
    {
        Sequence original = TextSource.From("cab"), other = original.With(Encoder.OneHot);

        Assert.That(other.Symbols, Is.EqualTo(new[] { 2, 0, 1 }));
        Assert.That((other.Features, original.Features), Is.EqualTo((3, 1)));
        Assert.That(original.Encoder, Is.SameAs(Encoder.IntegerOverCount));
    }

    [Test]
    public void Encode_IsACopy()
    {
        Sequence sequence = Alphabet.Latin;
        sequence.Encode(13)[0] = 99;

        Assert.That(sequence.Encode(13), Is.EqualTo(new[] { 0.5f }));
    }

    [TestCase("A", "A")]
    [TestCase("ABCDEFGH", "ABCDEFGH")]
    [TestCase("ABCDEFGHI", "ABCDEF…I")]
    public void ToString_IsShort(string text, string expected) =>
        Assert.That(TextSource.From(text).ToString(), Is.EqualTo(expected));

    [Test]
    public void Construction_Empty_IsRefused() =>
        Assert.That(() => new Sequence("", Vocabulary.Of("A"), Encoder.OneHot), Throws.TypeOf<ResearchException>().With.Message.Contains("at least one symbol"));

    [Property]
    public void Vocabulary_IndicesAndTextAreInverse(byte[] picks)
    {
        Vocabulary vocabulary = Vocabulary.Of("zéa😀 \n");
        int[] indices = [.. picks.Select(pick => pick % vocabulary.Count)];

        Assert.That(vocabulary.IndicesOf(vocabulary.TextOf(indices)), Is.EqualTo(indices));
    }

    [Test]
    public void Vocabulary_FromText_IsSortedByCodePoint() =>
        Assert.That(Vocabulary.FromText("ba😀\uFF21 bZ").Symbols, Is.EqualTo(new[] { " ", "Z", "a", "b", "\uFF21", "😀" }));

    [Test]
    public void Vocabulary_BadSymbols_AreRefused()
    {
        Assert.That(() => Vocabulary.Of(""), Throws.TypeOf<ResearchException>());
        Assert.That(() => Vocabulary.FromText(""), Throws.TypeOf<ResearchException>());
        Assert.That(() => Vocabulary.Of("ABA"), Throws.TypeOf<ResearchException>().With.Message.EqualTo(
            "Vocabulary: expected distinct symbols, got 'A' at 0 and at 2; name each symbol once."));
        Assert.That(() => Vocabulary.Of("A\uD83D"), Throws.TypeOf<ResearchException>().With.Message.Contains("half a surrogate pair at position 1"));
    }

    [Test]
    public void Vocabulary_UnknownSymbol_NamesItAndThoseAllowed()
    {
        Vocabulary vocabulary = Vocabulary.Of("AB\n");

        Assert.That(vocabulary.IndexOf("\n"), Is.EqualTo(2));
        Assert.That(() => vocabulary.IndexOf("\t"), Throws.TypeOf<ResearchException>().With.Message.EqualTo(
            "Unknown symbol '<U+0009>'. Allowed are 3 symbols: 'AB<U+000A>'."));
    }
}
