using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Data;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Research.Datasets.Tests.Framers;

public sealed class PaddedFramerTests
{
    private static readonly PaddingOptions Tutorial = new() { AllowCollision = true };

    [Test]
    public void PrefixPadded_Alphabet_EndsWithTheNewestLetter()
    {
        Dataset data = new PrefixPaddedFramer(25, Tutorial).Frame(Alphabet.Latin);

        Assert.That((data.Samples, data.Input.TimeSteps, data.Input.Features), Is.EqualTo((25, 25, 1)));
        Assert.That(Texts.Input(data, 2).ToArray(), Is.EqualTo(Enumerable.Repeat(0f, 22).Concat([0f, 1 / 26f, 2 / 26f])));
        Assert.That(data.Target.Classes, Is.EqualTo(Enumerable.Range(1, 25)));
        Assert.That(data.InputLabels![24], Is.EqualTo("ABCDEFGHIJKLMNOPQRSTUVWXY"));
        Assert.That(data.Boundaries, Is.All.True);
        Assert.That(data.Input.Mask, Is.Null);
    }

    [Test]
    public void PrefixPadded_AfterWithMask_MarksTheRealSteps()
    {
        PaddingOptions padding = new() { Side = PaddingSide.After, Value = 9, Mask = true };
        Dataset data = new PrefixPaddedFramer(4, padding).Frame(TextSource.From("ABC"));

        Assert.That(data.Input.Values, Is.EqualTo(new[] { 0, 9, 9, 9, 0, 1 / 3f, 9, 9 }));
        Assert.That(data.Input.Mask, Is.EqualTo(new[] { true, false, false, false, true, true, false, false }));
    }

    [Property]
    public void PrefixPadded_SampleIsTheWholeHistory(byte[] picks, byte extra, bool after, bool mask)
    {
        Sequence sequence = Texts.Sequence(picks, 2, Encoder.OneHot);
        int length = sequence.Count - 1 + extra % 4;
        PaddingOptions padding = new() { Side = after ? PaddingSide.After : PaddingSide.Before, Value = -2, Mask = mask };
        Dataset data = new PrefixPaddedFramer(length, padding).Frame(sequence);

        Assert.That(data.Samples, Is.EqualTo(sequence.Count - 1));
        for (int sample = 0; sample < data.Samples; sample++)
        {
            Assert.That(History(sequence, data, sample, padding), Is.EqualTo(sequence.Symbols.Take(sample + 1)));
            Assert.That(data.Target.Classes![sample], Is.EqualTo(sequence.Symbols[sample + 1]));
        }

        AssertEncodesAsFramed(data);
    }

    [Property]
    public void RandomSubsequences_EverySampleAndItsTargetOccursInTheText(byte[] picks, byte maximum, int seed, bool after, bool mask)
    {
        Sequence sequence = Texts.Sequence(picks, 3, Encoder.MinusOneToOne);
        PaddingOptions padding = new() { Side = after ? PaddingSide.After : PaddingSide.Before, Value = 7, Mask = mask };
        Dataset data = new RandomSubsequenceFramer(20, 1 + maximum % 8, new Seeds(seed), padding).Frame(sequence);

        Assert.That((data.Samples, data.Input.TimeSteps, data.Input.Features), Is.EqualTo((20, 1 + maximum % 8, 1)));
        for (int sample = 0; sample < data.Samples; sample++)
        {
            int[] history = History(sequence, data, sample, padding);
            Assert.That(Texts.Occurs(sequence, [.. history, data.Target.Classes![sample]]), data.InputLabels![sample]);
            Assert.That(data.InputLabels![sample], Is.EqualTo(sequence.Vocabulary.TextOf(history)));
        }

        AssertEncodesAsFramed(data);
    }

    [Property]
    public void RandomSubsequences_SameSeed_SameSamples(int seed)
    {
        RandomSubsequenceFramer framer = new(50, 5, new Seeds(seed), Tutorial), again = new(50, 5, new Seeds(seed), Tutorial);
        Dataset data = framer.Frame(Alphabet.Latin);

        Assert.That(again.Frame(Alphabet.Latin).InputLabels, Is.EqualTo(data.InputLabels));
        Assert.That(framer.Frame(Alphabet.Latin).InputLabels, Is.EqualTo(data.InputLabels), "framing twice draws the same");
    }

    [Property]
    public void RandomSubsequences_OtherSeedOrStream_OtherSamples(int seed)
    {
        IReadOnlyList<string> Labels(int root, string stream) =>
            new RandomSubsequenceFramer(100, 5, new Seeds(root), Tutorial) { Stream = stream }.Frame(Alphabet.Latin).InputLabels!;

        Assert.That(Labels(unchecked(seed + 1), "framer"), Is.Not.EqualTo(Labels(seed, "framer")));
        Assert.That(Labels(seed, "validation"), Is.Not.EqualTo(Labels(seed, "framer")));
    }

    [Test]
    public void RandomSubsequences_Alphabet_DrawsAsTheTutorialDoes()
    {
        Dataset data = new RandomSubsequenceFramer(20_000, 5, new Seeds(7), Tutorial).Frame(Alphabet.Latin);
        ILookup<char, string> byStart = data.InputLabels!.ToLookup(label => label[0]);

        // Starts are uniform over A to X: 833 each, standard deviation 28. The end is uniform, up to the last but one letter.
        Assert.That(byStart.Select(group => group.Key), Is.EquivalentTo("ABCDEFGHIJKLMNOPQRSTUVWX"));
        Assert.That(byStart.Select(group => group.Count()), Is.All.InRange(690, 980));
        Assert.That(byStart['A'].Distinct(), Is.EquivalentTo(new[] { "A", "AB", "ABC", "ABCD", "ABCDE" }));
        Assert.That(byStart['X'].Distinct(), Is.EquivalentTo(new[] { "X", "XY" }));
        Assert.That(data.Target.Classes, Is.All.InRange(1, 25));
        int[] lengths = [.. data.InputLabels!.Where(label => label[0] <= 'U').CountBy(label => label.Length).Select(pair => pair.Value)];
        Assert.That(lengths, Has.Length.EqualTo(5).And.All.InRange(3150, 3850));
    }

    [Test]
    public void Encode_LongHistory_KeepsTheNewest()
    {
        ITextFraming text = new RandomSubsequenceFramer(10, 3, new Seeds(1), Tutorial).Frame(Alphabet.Latin).Text!;

        Assert.That(text.Encode("ABCDE"), Is.EqualTo(new[] { 2 / 26f, 3 / 26f, 4 / 26f }));
        Assert.That(text.Encode("B"), Is.EqualTo(new[] { 0, 0, 1 / 26f }));
        Assert.That(() => text.Encode(""), Throws.TypeOf<ResearchException>().With.Message.Contains("at least 1 symbols, got 0"));
    }

    [Test]
    public void Encode_WithMask_AsksForAHistoryThatNeedsNoPadding()
    {
        ITextFraming text = new PrefixPaddedFramer(25, new PaddingOptions { Mask = true }).Frame(Alphabet.Latin).Text!;

        Assert.That(text.MinimumHistory, Is.EqualTo(25));
        Assert.That(() => text.Encode("ABC"), Throws.TypeOf<ResearchException>());
    }

    [Test]
    public void Frame_PaddingThatLooksLikeASymbol_IsRefusedUnlessAskedForOrMasked()
    {
        Assert.That(() => new PrefixPaddedFramer().Frame(Alphabet.Latin), Throws.TypeOf<ResearchException>().With.Message.EqualTo(
            "prefixes padded to 25: padding with 0 looks like the symbol 'A', which the encoder 'integer-over-count' turns into 0 too. " +
            "Choose another padding Value (e.g. -1), another encoder (e.g. one-hot), or Mask = true; or set AllowCollision = true if this is what you study."));
        Assert.That(
            () => new RandomSubsequenceFramer(5, 5, new Seeds(1), new PaddingOptions { Value = 1 }).Frame(Alphabet.Latin.With(Encoder.MinusOneToOne)),
            Throws.TypeOf<ResearchException>().With.Message.Contains("looks like the symbol 'Z'"));

        Assert.That(() => new PrefixPaddedFramer(25, new PaddingOptions { Mask = true }).Frame(Alphabet.Latin), Throws.Nothing);
        Assert.That(() => new PrefixPaddedFramer(25, new PaddingOptions { Value = -1 }).Frame(Alphabet.Latin), Throws.Nothing);
        Assert.That(() => new PrefixPaddedFramer().Frame(Alphabet.Latin.With(Encoder.OneHot)), Throws.Nothing, "no one-hot code is all zeros");
    }

    [Test]
    public void Frame_BadSizesAndValues_AreRefused()
    {
        Assert.That(() => new PrefixPaddedFramer(24, Tutorial).Frame(Alphabet.Latin), Throws.TypeOf<ResearchException>().With.Message.EqualTo(
            "prefixes padded to 24: expected a sequence of at most 25 symbols, got 26, whose longest history has 25; use a length of 25 or a shorter sequence."));
        Assert.That(() => new PrefixPaddedFramer(0), Throws.TypeOf<ResearchException>().With.Message.Contains("a length of at least 1, got 0"));
        Assert.That(() => new PrefixPaddedFramer(25, new PaddingOptions { Value = float.NaN }).Frame(Alphabet.Latin), Throws.TypeOf<ResearchException>().With.Message.Contains("finite padding value, got NaN"));
        Assert.That(() => new RandomSubsequenceFramer(0, 5, new Seeds(1)), Throws.TypeOf<ResearchException>().With.Message.Contains("samples of at least 1, got 0"));
        Assert.That(() => new RandomSubsequenceFramer(5, 0, new Seeds(1)), Throws.TypeOf<ResearchException>().With.Message.Contains("length of at least 1, got 0"));
        Assert.That(() => new RandomSubsequenceFramer(5, 5, new Seeds(1), Tutorial).Frame(TextSource.From("AB")), Throws.TypeOf<ResearchException>().With.Message.Contains("at least 3 symbols"));
    }

    /// <summary>The symbols of a sample, after a check that padding stands on its side only and the mask tells it.</summary>
    private static int[] History(Sequence sequence, Dataset data, int sample, PaddingOptions padding)
    {
        int[] slots = Texts.Slots(sequence, Texts.Input(data, sample), padding.Value);
        int[] symbols = [.. slots.Where(slot => slot >= 0)];
        int[] pads = [.. Enumerable.Repeat(-1, slots.Length - symbols.Length)];
        Assert.That(slots, Is.EqualTo(padding.Side == PaddingSide.Before ? [.. pads, .. symbols] : (int[])[.. symbols, .. pads]));
        if (padding.Mask)
            Assert.That(data.Input.Mask!.Skip(sample * data.Input.TimeSteps).Take(data.Input.TimeSteps), Is.EqualTo(slots.Select(slot => slot >= 0)));
        else
            Assert.That(data.Input.Mask, Is.Null);
        return symbols;
    }

    private static void AssertEncodesAsFramed(Dataset data)
    {
        for (int sample = 0; sample < data.Samples; sample++)
        {
            string history = data.InputLabels![sample];
            if (history.EnumerateRunes().Count() < data.Text!.MinimumHistory) continue;
            Assert.That(data.Text.Encode(history), Is.EqualTo(Texts.Input(data, sample).ToArray()));
        }
    }

    [TestCase(int.MaxValue)]
    [TestCase(1431655766)] // three times that is 2 in 32 bits
    public void PaddedSequences_MoreThanAnArrayHolds_AreRefused(int timeSteps) =>
        Assert.That(() => PaddedSequences.Of([[1f], [2f], [3f]], timeSteps), Throws.TypeOf<ResearchException>().With.Message.Contains("more than an array holds"));
}
