using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Data;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Research.Datasets.Tests.Framers;

public sealed class WindowFramerTests
{
    [Test]
    public void OneStep_Alphabet_IsTheTutorials()
    {
        Dataset data = new OneStepFramer().Frame(Alphabet.Latin);

        Assert.That((data.Samples, data.Input.TimeSteps, data.Input.Features, data.Target.Width), Is.EqualTo((25, 1, 1, 26)));
        Assert.That(data.Input.Values, Is.EqualTo(Enumerable.Range(0, 25).Select(i => i / 26f)));
        Assert.That(data.Target.Classes, Is.EqualTo(Enumerable.Range(1, 25)));
        Assert.That(string.Concat(data.InputLabels!), Is.EqualTo("ABCDEFGHIJKLMNOPQRSTUVWXY"));
        Assert.That(data.Boundaries, Is.Null, "sample i + 1 goes on where sample i ended");
        Assert.That(data.Description, Is.EqualTo("one step over ABCDEF…Z"));
    }

    [Test]
    public void FeatureWindow_Alphabet_IsTheTutorials()
    {
        Dataset data = new FeatureWindowFramer(3).Frame(Alphabet.Latin);

        Assert.That((data.Samples, data.Input.TimeSteps, data.Input.Features), Is.EqualTo((23, 1, 3)));
        Assert.That(data.Input.Values.Skip(3).Take(3), Is.EqualTo(new[] { 1 / 26f, 2 / 26f, 3 / 26f }));
        Assert.That(data.Target.Classes, Is.EqualTo(Enumerable.Range(3, 23)));
        Assert.That(data.InputLabels![22], Is.EqualTo("WXY"));
    }

    [Test]
    public void TimeSteps_Alphabet_HasTheWindowsNumbersAsSteps()
    {
        Dataset steps = new TimeStepsFramer(3).Frame(Alphabet.Latin), window = new FeatureWindowFramer(3).Frame(Alphabet.Latin);

        Assert.That((steps.Samples, steps.Input.TimeSteps, steps.Input.Features), Is.EqualTo((23, 3, 1)));
        Assert.That(steps.Input.Values, Is.EqualTo(window.Input.Values));
        Assert.That(steps.Target.Classes, Is.EqualTo(window.Target.Classes));
        Assert.That(steps.Boundaries, Is.All.True, "windows overlap: no sample goes on where another ended");
    }

    [Property]
    public void EverySampleAndItsTargetIsTheNextStretchOfTheText(byte[] picks, byte size, bool asFeatures)
    {
        int window = 1 + size % 6;
        Sequence sequence = Texts.Sequence(picks, window + 1, Encoder.OneHot);
        Dataset data = asFeatures ? new FeatureWindowFramer(window).Frame(sequence) : new TimeStepsFramer(window).Frame(sequence);

        Assert.That(data.Samples, Is.EqualTo(sequence.Count - window));
        Assert.That(data.Input.TimeSteps * data.Input.Features, Is.EqualTo(window * sequence.Features));
        for (int sample = 0; sample < data.Samples; sample++)
        {
            int[] read = [.. Texts.Slots(sequence, Texts.Input(data, sample)), data.Target.Classes![sample]];
            Assert.That(read, Is.EqualTo(sequence.Symbols.Skip(sample).Take(window + 1)));
            Assert.That(data.InputLabels![sample], Is.EqualTo(sequence.Vocabulary.TextOf(read[..^1])));
        }
    }

    [Property]
    public void EncodingASamplesHistoryGivesTheSamplesInput(byte[] picks, byte size, bool asFeatures)
    {
        int window = 1 + size % 6;
        Sequence sequence = Texts.Sequence(picks, window + 1, Encoder.MinusOneToOne);
        Dataset data = asFeatures ? new FeatureWindowFramer(window).Frame(sequence) : new TimeStepsFramer(window).Frame(sequence);

        Assert.That(data.Text!.MinimumHistory, Is.EqualTo(window));
        for (int sample = 0; sample < data.Samples; sample++)
        {
            string history = sequence.Vocabulary.TextOf([.. sequence.Symbols.Take(sample + window)]);
            Assert.That(data.Text.Encode(history), Is.EqualTo(Texts.Input(data, sample).ToArray()));
            Assert.That(data.Text.Decode(data.Target.Classes![sample]), Is.EqualTo(sequence.Vocabulary[sequence.Symbols[sample + window]]));
        }
    }

    [Test]
    public void Frame_TooShort_SaysHowLongItMustBe()
    {
        Assert.That(
            () => new FeatureWindowFramer(3).Frame(TextSource.From("ABC")),
            Throws.TypeOf<ResearchException>().With.Message.EqualTo(
                "feature window of 3: expected a sequence of at least 4 symbols (3 for the input and 1 for the target), got 3 in 'ABC'; use a longer sequence or a smaller framer."));
        Assert.That(() => new OneStepFramer().Frame(TextSource.From("A")), Throws.TypeOf<ResearchException>().With.Message.Contains("at least 2 symbols"));
        Assert.That(() => new TimeStepsFramer(int.MaxValue).Frame(Alphabet.Latin), Throws.TypeOf<ResearchException>().With.Message.Contains("at least 2147483648 symbols"));
    }

    [Test]
    public void Construction_SizeBelowOne_IsRefused([Values(0, -1)] int size)
    {
        Assert.That(() => new FeatureWindowFramer(size), Throws.TypeOf<ResearchException>().With.Message.EqualTo($"feature window: expected a window of at least 1, got {size}."));
        Assert.That(() => new TimeStepsFramer(size), Throws.TypeOf<ResearchException>().With.Message.EqualTo($"time steps: expected a number of steps of at least 1, got {size}."));
    }

    [Test]
    public void Encode_ShortHistoryOrUnknownSymbol_IsRefused()
    {
        ITextFraming text = new TimeStepsFramer(3).Frame(Alphabet.Latin).Text!;

        Assert.That(() => text.Encode("AB"), Throws.TypeOf<ResearchException>().With.Message.EqualTo(
            "time steps of 3: expected a history of at least 3 symbols, got 2 in 'AB'; start from a longer prompt."));
        Assert.That(() => text.Encode("ABc"), Throws.TypeOf<ResearchException>().With.Message.EqualTo(
            "Unknown symbol 'c' at position 2 of 'ABc'. Allowed are 26 symbols: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'."));
        Assert.That(() => text.Decode(26), Throws.TypeOf<ResearchException>().With.Message.Contains("from 0 to 25, got 26"));
    }

    [Test]
    public void Frame_MoreThanAnArrayHolds_IsRefused()
    {
        Sequence sequence = TextSource.From(new string('a', 100_000));

        Assert.That(() => new TimeStepsFramer(50_000).Frame(sequence), Throws.TypeOf<ResearchException>().With.Message.Contains("more than an array holds"));
        Assert.That(new TimeStepsFramer(99_999).Frame(sequence).Samples, Is.EqualTo(1));
    }
}
