using Research.Datasets.Encoders;
using Research.Datasets.Sources;
using Research.Framework;

namespace Research.Datasets.Tests.Sources;

public sealed class SourceTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("research-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Latin_IsAToZOverTwentySix()
    {
        Assert.That(Alphabet.Latin.Text, Is.EqualTo("ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
        Assert.That(Alphabet.Latin.Symbols, Is.EqualTo(Enumerable.Range(0, 26)));
        Assert.That(Alphabet.Latin.Encoder, Is.SameAs(Encoder.IntegerOverCount));
    }

    [Test]
    public void From_WithVocabulary_UsesItsIndices()
    {
        Sequence sequence = TextSource.From("CAB", Alphabet.Latin.Vocabulary);

        Assert.That(sequence.Symbols, Is.EqualTo(new[] { 2, 0, 1 }));
        Assert.That(sequence.Vocabulary.Count, Is.EqualTo(26));
        Assert.That(() => TextSource.From("CaB", Alphabet.Latin.Vocabulary), Throws.TypeOf<ResearchException>().With.Message.Contains("'a' at position 1 of 'CaB'"));
    }

    [Test]
    public void FromFile_ReadsUtf8()
    {
        string path = Path.Combine(_folder, "text.txt");
        File.WriteAllText(path, "été\n");

        Assert.That(TextSource.FromFile(path).Text, Is.EqualTo("été\n"));
    }

    [Test]
    public void FromFile_MissingEmptyOrNotUtf8_IsOneClearError()
    {
        string missing = Path.Combine(_folder, "missing.txt"), empty = Path.Combine(_folder, "empty.txt"), latin1 = Path.Combine(_folder, "latin1.txt");
        File.WriteAllText(empty, "");
        File.WriteAllBytes(latin1, [0x61, 0xE9, 0x61]);

        foreach (string path in new[] { missing, empty, latin1, _folder })
            Assert.That(() => TextSource.FromFile(path), Throws.TypeOf<ResearchException>().With.Message.StartsWith($"Text file '{path}': expected"));
    }
}
