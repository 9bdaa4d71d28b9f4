using System.Text;
using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Data;
using Encoder = Research.Datasets.Encoders.Encoder;

namespace Research.Datasets.Tests.Sources;

/// <summary>A text that stays in its file reads as one in memory does.</summary>
public sealed class TextFileTests
{
    private string _path = "";

    [SetUp]
    public void NamePath() => _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [TearDown]
    public void DeleteFile() => File.Delete(_path);

    [TestCase("abc", 5_000)]
    [TestCase("aä字😀\n", 700_000)] // longer than a piece, whose end cuts symbols in two
    [TestCase("😀🙂", 3)]
    public void Symbols_AreThoseOfTheTextInMemory(string alphabet, int count)
    {
        string text = Write(alphabet, count, mark: count % 2 == 0);
        Sequence expected = TextSource.From(text);
        using TextFile file = TextFile.Open(_path, Encoder.OneHot);
        Assert.That(file.Count, Is.EqualTo(expected.Count));
        Assert.That(file.Vocabulary.Symbols, Is.EqualTo(expected.Vocabulary.Symbols));
        Random random = new Seeds(2).Stream("places");
        for (int i = 0; i < 200; i++)
        {
            int first = random.Next(count), length = random.Next(Math.Min(count - first, 3000) + 1);
            int[] symbols = new int[length];
            file.CopyTo(first, symbols);
            Assert.That(symbols.AsSpan().SequenceEqual([.. expected.Symbols.Skip(first).Take(length)]), $"{length} from {first}");
        }
    }

    [TestCase("abc", 500, 3, 4)]
    [TestCase("aä字😀", 3_001, 2, 300)]
    [TestCase("ab", 13, 3, 4)]
    public void FrameFile_GivesTheSamplesOfTheTextInMemory(string alphabet, int count, int rows, int steps)
    {
        string text = Write(alphabet, count, mark: false);
        ContiguousRowsFramer framer = new(rows, steps);
        Dataset expected = framer.Frame(TextSource.From(text).With(Encoder.OneHot));
        using TextFile file = TextFile.Open(_path, Encoder.OneHot);
        Dataset data = framer.FrameFile(file), part = data.Part(1, data.Samples - 1);
        Assert.That((data.Samples, data.ContiguousRows, data.Input.TimeSteps, data.Input.Features, data.Target.TimeSteps, data.Target.Width),
            Is.EqualTo((expected.Samples, expected.ContiguousRows, expected.Input.TimeSteps, expected.Input.Features, expected.Target.TimeSteps, expected.Target.Width)));
        Assert.That(data.Input.Values, Is.EqualTo(expected.Input.Values));
        Assert.That(data.Target.Classes, Is.EqualTo(expected.Target.Classes));
        Assert.That(data.Boundaries, Is.EqualTo(expected.Boundaries));
        Assert.That(data.Text!.Continues, Is.EqualTo(expected.Text!.Continues));
        string history = text[..(alphabet.Length > 3 ? count / 2 : steps)];
        if (Vocabulary.Of(alphabet).IndicesOf(history.Length > 0 && char.IsHighSurrogate(history[^1]) ? history[..^1] : history).Length >= steps)
            Assert.That(data.Text.Encode(Whole(history)), Is.EqualTo(expected.Text.Encode(Whole(history))));
        Assert.That(part.Input.Values, Is.EqualTo(expected.Part(1, data.Samples - 1).Input.Values));
        Assert.That(part.Target.Classes, Is.EqualTo(expected.Part(1, data.Samples - 1).Target.Classes));

        static string Whole(string history) => char.IsHighSurrogate(history[^1]) ? history[..^1] : history;
    }

    [Test]
    public void WhatCannotBeRead_IsRefused()
    {
        Assert.That(() => TextFile.Open(_path, Encoder.OneHot), Refused("expected a readable UTF-8 file"));
        File.WriteAllBytes(_path, []);
        Assert.That(() => TextFile.Open(_path, Encoder.OneHot), Refused("got an empty file"));
        File.WriteAllBytes(_path, [0xEF, 0xBB, 0xBF]);
        Assert.That(() => TextFile.Open(_path, Encoder.OneHot), Refused("a byte order mark alone"));
        File.WriteAllBytes(_path, [97, 0xFF, 97]);
        Assert.That(() => TextFile.Open(_path, Encoder.OneHot), Refused("got other bytes at 1"));
        File.WriteAllBytes(_path, [97, 0xE5, 0xAD]);
        Assert.That(() => TextFile.Open(_path, Encoder.OneHot), Refused("got other bytes at 1"));
        File.WriteAllText(_path, "abcd");
        Assert.That(() => TextFile.Open(_path, Encoder.OneHot, Vocabulary.Of("abc")), Refused("unknown symbol 'd' at position 3"));
        Assert.That(() => TextFile.Open("/dev/zero", Encoder.OneHot), Refused("a pipe or a device"));
        using TextFile file = TextFile.Open(_path, Encoder.OneHot);
        Assert.That(() => file.CopyTo(3, new int[2]), Refused("it has 4 symbols"));
        Assert.That(() => new ContiguousRowsFramer(2, 2).FrameFile(file), Refused("expected a text of at least 5 symbols"));
    }

    [Test]
    public void FileThatChanges_IsRefused_NotReadAsSomethingElse()
    {
        File.WriteAllText(_path, "abcabc");
        using TextFile file = TextFile.Open(_path, Encoder.OneHot);
        foreach (string other in (string[])["abz", "ab"])
        {
            File.WriteAllText(_path, other);
            Assert.That(() => file.CopyTo(0, new int[6]), Refused("it has changed since it was opened"));
        }
    }

    private static NUnit.Framework.Constraints.Constraint Refused(string says) => Throws.TypeOf<ResearchException>().With.Message.Contains(says);

    private string Write(string alphabet, int count, bool mark)
    {
        Random random = new Seeds(1).Stream("text");
        Rune[] symbols = [.. alphabet.EnumerateRunes()];
        string text = string.Concat(Enumerable.Range(0, count).Select(i => symbols[i < symbols.Length ? i : random.Next(symbols.Length)]));
        File.WriteAllText(_path, text, new UTF8Encoding(mark));
        return text;
    }
}
