using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Data;

namespace Research.Datasets.Tests.Encoders;

public sealed class WordVocabularyTests
{
    [Test]
    public void FromWords_FrequentFirst_PunctuationAndLineEndsByThemselves()
    {
        Vocabulary words = Vocabulary.FromWords("The cat's  hat, the hat.\nYes, the hat\t5G");
        Assert.That(words.IsOfWords);
        Assert.That(words.Symbols, Is.EqualTo(["hat", ",", "the", "\n", ".", "5G", "The", "Yes", "cat's"]));
    }

    [Test]
    public void TextOf_HasOneSpaceBetweenSymbols_AndIsReadAsTheSame()
    {
        Vocabulary words = Vocabulary.FromWords("The cat's hat, yes.\n");
        int[] symbols = words.IndicesOf(" The cat's   hat,yes.\n ");
        Assert.That(words.TextOf(symbols), Is.EqualTo("The cat's hat , yes . \n"));
        Random random = new Seeds(1).Stream("words");
        int[] any = [.. Enumerable.Range(0, 200).Select(_ => random.Next(words.Count))];
        Assert.That(words.IndicesOf(words.TextOf(any)), Is.EqualTo(any), "whatever is generated is read as it was written");
    }

    [Test]
    public void FromWords_AtMost_ReadsOthersAsUnknown()
    {
        Vocabulary words = Vocabulary.FromWords("a a a b b c d", most: 3);
        Assert.That(words.Symbols, Is.EqualTo(["a", "b", Vocabulary.UnknownWord]));
        Assert.That(words.IndicesOf("c a zebra b"), Is.EqualTo([2, 0, 2, 1]));
        Assert.That(words.IndicesOf(words.TextOf([2, 0])), Is.EqualTo([2, 0]));
        Assert.That(Vocabulary.FromWords("a a b", most: 2).Symbols, Is.EqualTo(["a", "b"]), "there is room for all");
    }

    [Test]
    public void UnknownWord_IsRefused_WhereTheVocabularyHasNoPlaceForIt() => Assert.That(
        () => Vocabulary.OfWords(["the", "cat"]).IndicesOf("the dog"),
        Throws.TypeOf<ResearchException>().With.Message.EqualTo("Unknown symbol 'dog' at position 1 of 'the dog'. Allowed are 2 symbols: 'the cat'."));

    [TestCase("two words")]
    [TestCase("stop.")]
    [TestCase("")]
    [TestCase(" a")]
    public void OfWords_WhatIsNoWord_IsRefused(string word) =>
        Assert.That(() => Vocabulary.OfWords(["the", word]), Throws.TypeOf<ResearchException>().With.Message.Contains("expected words"));

    [Test]
    public void Index_IsTheIndexItself() =>
        Assert.That(Enumerable.Range(0, 3).Select(symbol => Encoder.Index.Encode(symbol, Vocabulary.OfWords(["a", "b", "c"])).Single()), Is.EqualTo([0f, 1f, 2f]));

    [Test]
    public void ContiguousRows_OfWords()
    {
        string text = "a b c a b c a b c";
        Dataset data = new ContiguousRowsFramer(rows: 2, steps: 2).Frame(TextSource.From(text, Vocabulary.OfWords(["a", "b", "c"])).With(Encoder.Index));
        Assert.That(data.Input.Values, Is.EqualTo([0f, 1, 1, 2, 2, 0, 0, 1]));
        Assert.That(data.Target.Classes, Is.EqualTo([1, 2, 2, 0, 0, 1, 1, 2]));
        Assert.That(data.InputLabels, Is.EqualTo(["a b", "b c", "c a", "a b"]));
        float[] input = new float[2];
        data.Text!.EncodeTo("c b  a", input);
        Assert.That(input, Is.EqualTo([1f, 0]));
        Assert.That((data.Text.SymbolLength("b  a"), data.Text.Separator), Is.EqualTo((3, " ")));
    }

    [Test]
    public void TextFile_OfWords_IsRefused()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "the cat");
            Assert.That(() => TextFile.Open(path, Encoder.Index, Vocabulary.OfWords(["the", "cat"])), Throws.TypeOf<ResearchException>().With.Message.Contains("expected a vocabulary of characters, got one of words"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
