using Research.Datasets.Baselines;
using Research.Datasets.Sources;
using Research.Framework;

namespace Research.Datasets.Tests.Sources;

public sealed class StochasticGrammarTests
{
    [Test]
    public void Entropy_OfOneChoice_IsItsBitsOverItsCharacters()
    {
        StochasticGrammar grammar = StochasticGrammar.Parse("text -> 1 ab|3 c");
        double bits = 0.25 * 2 + 0.75 * Math.Log2(4.0 / 3);
        Assert.That(grammar.BitsPerText, Is.EqualTo(bits).Within(1e-12));
        Assert.That(grammar.CharactersPerText, Is.EqualTo(1.25).Within(1e-12));
        Assert.That(grammar.BitsPerCharacter, Is.EqualTo(bits / 1.25).Within(1e-12));
    }

    /// <summary>A coin until tails: two throws in the mean, a bit each, a character each.</summary>
    [Test]
    public void Entropy_OfARuleThatUsesItself()
    {
        StochasticGrammar grammar = StochasticGrammar.Parse("coin -> 1 H<coin>|1 T");
        Assert.That(grammar.BitsPerText, Is.EqualTo(2).Within(1e-9));
        Assert.That(grammar.CharactersPerText, Is.EqualTo(2).Within(1e-9));
    }

    /// <summary>Pairs of brackets in brackets: with q for one more inside, 1 / (1 - q) pairs, and H(q) bits for each.</summary>
    [Test]
    public void Entropy_OfBrackets()
    {
        StochasticGrammar grammar = StochasticGrammar.Parse("\nb -> 0.3 (<b>)|0.7 .\n");
        double pairs = 1 / 0.7, bits = -0.3 * Math.Log2(0.3) - 0.7 * Math.Log2(0.7);
        Assert.That(grammar.BitsPerCharacter, Is.EqualTo(bits * pairs / (2 * pairs - 2 + 1)).Within(1e-9));
    }

    /// <summary>Counting symbols that are drawn one by one finds the entropy that is computed.</summary>
    [Test]
    public void Entropy_IsWhatATextHas()
    {
        StochasticGrammar grammar = StochasticGrammar.Parse("text -> 4 a|2 b|1 c|1 d");
        Sequence text = TextSource.From(grammar.Write(new Seeds(1).Stream("text"), 40_000));
        Assert.That(grammar.BitsPerCharacter, Is.EqualTo(1.75).Within(1e-12));
        Assert.That(NGramModel.Fit(text.Symbols, text.Symbols, 4, 1).BitsPerSymbol(text.Symbols), Is.EqualTo(1.75).Within(0.02));
    }

    [Test]
    public void Write_GivesSoManyCharacters_AndTheSameOfTheSameSeed()
    {
        StochasticGrammar grammar = StochasticGrammar.Parse("text -> 1 <name> sings.\\n\nname -> 2 Åsa|1 🐦");
        string text = grammar.Write(new Seeds(1).Stream("text"), 1000);
        Assert.That(text.EnumerateRunes().Count(), Is.EqualTo(1000));
        Assert.That(text, Does.Match("^((Åsa|🐦) sings\\.\n)+"));
        Assert.That(grammar.Write(new Seeds(1).Stream("text"), 1000), Is.EqualTo(text));
        Assert.That(grammar.Write(new Seeds(2).Stream("text"), 1000), Is.Not.EqualTo(text));
    }

    [TestCase("", "Grammar: expected at least one rule, got none.")]
    [TestCase("a = 1 b", "Grammar, line 1: expected a rule, e.g. 'animal -> 1 a bird|1 a cat', got 'a = 1 b'.")]
    [TestCase("a -> 1 b\na -> 1 c", "Grammar, line 2: the rule 'a' has a line already; give all its choices in one.")]
    [TestCase("a -> b", "Grammar, line 1: expected a choice's weight above 0 and a space before what is written, got 'b'.")]
    [TestCase("a -> 0 b", "Grammar, line 1: expected a choice's weight above 0 and a space before what is written, got '0 b'.")]
    [TestCase("a -> 1 x<b>", "Grammar, line 1: 'b' is no rule; the rules are a.")]
    [TestCase("a -> 1 x<a", "Grammar, line 1: expected '>' after '<a'.")]
    [TestCase("a -> 1 <a><a>|1 x", "Grammar: the rule 'a' leads to itself so often that texts have no end in the mean; give choices that end it more weight.")]
    [TestCase("a -> 1 ", "Grammar: expected rules that write something; every text would be empty.")]
    public void BadGrammar_IsRefused(string rules, string message) =>
        Assert.That(() => StochasticGrammar.Parse(rules), Throws.TypeOf<ResearchException>().With.Message.EqualTo(message));
}
