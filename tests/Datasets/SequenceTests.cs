using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Data;
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

    [Test]
    public void OneHot_ManySymbols_TableIsNotSquared()
    {
        const int Symbols = 20_000;
        Sequence text = TextSource.From(string.Concat(Enumerable.Range(0x4E00, Symbols).Select(point => (char)point)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Sequence sequence = text.With(Encoder.OneHot);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100 * Symbols), "20,000 x 20,000 numbers are 1.6 GB");
        foreach (int symbol in (int[])[0, 1, 9_999, Symbols - 1])
        {
            float[] code = sequence.Encode(symbol);
            Assert.That((code.Length, code.Sum(), code[symbol]), Is.EqualTo((Symbols, 1f, 1f)));
        }
    }

    [Test]
    public void OneHot_TheSameAsEncoded()
    {
        Sequence sequence = TextSource.From("ABCDE").With(Encoder.OneHot);
        for (int symbol = 0; symbol < 5; symbol++) Assert.That(sequence.Encode(symbol), Is.EqualTo(Encoder.OneHot.Encode(symbol, sequence.Vocabulary)));
    }

    // The text itself has 2 bytes a symbol.
    [TestCase('a', 'z')]
    [TestCase('\u4E00', '\u51FF')]
    public void From_LongText_TakesFewBytesForEachSymbol(char first, char last)
    {
        const int Symbols = 2_000_000;
        string text = string.Create(Symbols, (first, last), (span, range) =>
        {
            for (int i = 0; i < span.Length; i++) span[i] = (char)(range.first + i % (range.last - range.first + 1));
        });
        long before = GC.GetAllocatedBytesForCurrentThread();
        Sequence sequence = TextSource.From(text);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(taken, Is.LessThan(6L * Symbols));
        Assert.That((sequence.Count, sequence.Vocabulary.Count), Is.EqualTo((Symbols, last - first + 1)));
    }

    [Test]
    public void Frame_LongText_MakesNoLabelBeforeItIsAskedFor()
    {
        const int Symbols = 1_000_000;
        Sequence sequence = TextSource.From(new string('a', Symbols / 2) + new string('b', Symbols / 2));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Dataset data = new OneStepFramer().Frame(sequence);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10L * Symbols), "an input and a target, of 4 bytes each");
        Assert.That(data.InputLabels, Has.Count.EqualTo(Symbols - 1));
        Assert.That((data.InputLabels![0], data.InputLabels[Symbols - 2]), Is.EqualTo(("a", "b")));
    }

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
