using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Data;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Research.Datasets.Tests.Framers;

public sealed class ContiguousRowsFramerTests
{
    [Test]
    public void Frame_TwoRowsOfTwoSteps_ReadsTheRowsSideBySide()
    {
        Dataset data = new ContiguousRowsFramer(rows: 2, steps: 2).Frame(TextSource.From("ABCDEFGHIJ"));

        Assert.That(data.InputLabels, Is.EqualTo(new[] { "AB", "EF", "CD", "GH" }));
        Assert.That(data.Target.Classes, Is.EqualTo(new[] { 1, 2, 5, 6, 3, 4, 7, 8 }));
        Assert.That(data.Boundaries, Is.EqualTo(new[] { true, true, false, false }));
        Assert.That((data.Samples, data.Input.TimeSteps, data.Target.TimeSteps), Is.EqualTo((4, 2, 2)));
    }

    [Property]
    public void EachRow_OverAllBatches_IsAStretchOfTheText(byte[] picks, byte rowsPick, byte stepsPick)
    {
        int rows = 1 + rowsPick % 4, steps = 1 + stepsPick % 5;
        Sequence sequence = Texts.Sequence(picks, rows * steps + 1, Encoder.OneHot);
        Dataset data = new ContiguousRowsFramer(rows, steps).Frame(sequence);

        Assert.That(data.Samples % rows, Is.Zero);
        int chunks = data.Samples / rows, unused = sequence.Count - 1 - data.Samples * steps;
        Assert.That(unused, Is.InRange(0, rows * steps - 1), "no more is left over than one batch");
        for (int row = 0; row < rows; row++)
        {
            int[] samples = [.. Enumerable.Range(0, chunks).Select(chunk => chunk * rows + row)];
            Assert.That(
                samples.SelectMany(sample => Texts.Slots(sequence, Texts.Input(data, sample))),
                Is.EqualTo(sequence.Symbols.Skip(row * chunks * steps).Take(chunks * steps)));
            Assert.That(
                samples.SelectMany(sample => data.Target.Classes!.Skip(sample * steps).Take(steps)),
                Is.EqualTo(sequence.Symbols.Skip(row * chunks * steps + 1).Take(chunks * steps)));
            Assert.That(samples.Select(sample => data.Boundaries![sample]), Is.EqualTo(samples.Select(sample => sample < rows)));
        }
    }

    [Test]
    public void Frame_BadSizes_AreRefused()
    {
        Assert.That(() => new ContiguousRowsFramer(0, 2), Throws.TypeOf<ResearchException>().With.Message.Contains("a number of rows of at least 1, got 0"));
        Assert.That(() => new ContiguousRowsFramer(2, 0), Throws.TypeOf<ResearchException>().With.Message.Contains("a number of steps of at least 1, got 0"));
        Assert.That(() => new ContiguousRowsFramer(13, 2).Frame(Alphabet.Latin), Throws.TypeOf<ResearchException>().With.Message.Contains("at least 27 symbols"));
        Assert.That(() => new ContiguousRowsFramer(int.MaxValue, int.MaxValue).Frame(Alphabet.Latin), Throws.TypeOf<ResearchException>());
    }
}
