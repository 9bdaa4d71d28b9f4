using System.Globalization;
using System.Text;
using Research.Framework;
using Research.Framework.Numerics;

namespace Research.Datasets.Sources;

/// <summary>
/// A context-free grammar whose rules are chosen by chance: a source of texts of which one knows how well they can be predicted at
/// best. Texts follow each other without end. Immutable.
/// </summary>
/// <remarks>
/// A rule is a line, its choices separated by bars, each a weight, a space and what is written, with other rules in angle
/// brackets; <c>\n</c> ends a line of the text. The first rule is where a text starts:
/// <code>
/// text -> 3 &lt;animal&gt; sings. |1 the end.\n
/// animal -> 1 a bird|1 a cat
/// </code>
/// </remarks>
public sealed class StochasticGrammar
{
    private const int MostRounds = 100_000;

    private readonly Rule[] _rules;

    private StochasticGrammar(Rule[] rules)
    {
        _rules = rules;
        double[] uses = Uses(rules);
        for (int i = 0; i < rules.Length; i++)
        {
            BitsPerText += uses[i] * rules[i].Bits;
            CharactersPerText += uses[i] * rules[i].Characters;
        }

        if (CharactersPerText == 0) throw new ResearchException("Grammar: expected rules that write something; every text would be empty.");
    }

    /// <summary>The mean of the bits of chance in a text: the entropy of its choices.</summary>
    public double BitsPerText { get; }

    /// <summary>The mean of a text's characters (code points).</summary>
    public double CharactersPerText { get; }

    /// <summary>
    /// The entropy of each character: no model needs fewer bits in the mean. It is exact where a text tells which choices made it;
    /// where several may have, the true one is smaller.
    /// </summary>
    public double BitsPerCharacter => BitsPerText / CharactersPerText;

    /// <summary>Reads a grammar.</summary>
    /// <param name="rules">A rule a line; lines that are empty do not count.</param>
    /// <exception cref="ResearchException">A rule cannot be read, is missing, has two lines, or texts would have no end; with the line.</exception>
    public static StochasticGrammar Parse(string rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        List<(string Name, string Choices, int Line)> lines = [];
        Dictionary<string, int> names = [];
        foreach ((int index, string text) in rules.Split('\n').Index())
        {
            string line = text.TrimEnd('\r');
            if (string.IsNullOrWhiteSpace(line)) continue;
            int arrow = line.IndexOf("->", StringComparison.Ordinal);
            string name = arrow < 0 ? "" : line[..arrow].Trim();
            if (name.Length == 0) throw Bad(index + 1, $"expected a rule, e.g. 'animal -> 1 a bird|1 a cat', got '{line}'");
            if (!names.TryAdd(name, names.Count)) throw Bad(index + 1, $"the rule '{name}' has a line already; give all its choices in one");
            lines.Add((name, line[(arrow + 2)..].TrimStart(), index + 1));
        }

        if (lines.Count == 0) throw new ResearchException("Grammar: expected at least one rule, got none.");
        return new StochasticGrammar([.. lines.Select(line => new Rule(line.Name, [.. line.Choices.Split('|').Select(choice => Read(choice, names, line.Line))]))]);
    }

    /// <summary>A text of so many characters: texts after each other, the last one cut.</summary>
    /// <param name="random">What chooses.</param>
    /// <param name="characters">How many code points; at least 1.</param>
    /// <exception cref="ResearchException">The number is less than 1.</exception>
    public string Write(Random random, int characters)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (characters < 1) throw new ResearchException($"Grammar: expected at least 1 character, got {characters}.");
        StringBuilder text = new(characters);
        Stack<Part> open = [];
        int written = 0;
        while (written < characters)
        {
            if (!open.TryPop(out Part? part)) part = new Part(null, 0);
            if (part.Text is { } piece)
            {
                foreach (Rune rune in piece.EnumerateRunes())
                {
                    if (written++ < characters) text.Append(rune.ToString());
                }
            }
            else
            {
                IReadOnlyList<Part> parts = _rules[part.Rule].Pick(random.NextDouble()).Parts;
                for (int i = parts.Count - 1; i >= 0; i--) open.Push(parts[i]);
            }
        }

        return text.ToString();
    }

    // How often each rule is used for a text, in the mean: once for the start, and as often as others use it.
    private static double[] Uses(Rule[] rules)
    {
        double[] uses = new double[rules.Length], next = new double[rules.Length];
        for (int round = 0; round < MostRounds; round++)
        {
            Array.Clear(next);
            next[0] = 1;
            for (int i = 0; i < rules.Length; i++)
            {
                foreach (Choice choice in rules[i].Choices)
                {
                    foreach (Part part in choice.Parts)
                    {
                        if (part.Text is null) next[part.Rule] += uses[i] * choice.Probability;
                    }
                }
            }

            bool settled = uses.Zip(next).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-15 * pair.Second);
            next.CopyTo(uses, 0);
            if (settled) return uses;
            if (uses.Max() > 1e12) break;
        }

        throw new ResearchException($"Grammar: the rule '{rules[Array.IndexOf(uses, uses.Max())].Name}' leads to itself so often that texts have no end in the mean; give choices that end it more weight.");
    }

    private static Choice Read(string choice, Dictionary<string, int> names, int line)
    {
        int space = choice.IndexOf(' ', StringComparison.Ordinal);
        string number = space < 0 ? choice : choice[..space];
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight) || !(weight > 0 && double.IsFinite(weight)))
            throw Bad(line, $"expected a choice's weight above 0 and a space before what is written, got '{choice}'");
        List<Part> parts = [];
        string rest = space < 0 ? "" : choice[(space + 1)..].Replace("\\n", "\n", StringComparison.Ordinal);
        while (rest.Length > 0)
        {
            int open = rest.IndexOf('<', StringComparison.Ordinal);
            if (open != 0)
            {
                parts.Add(new Part(open < 0 ? rest : rest[..open], 0));
                rest = open < 0 ? "" : rest[open..];
                continue;
            }

            int close = rest.IndexOf('>', StringComparison.Ordinal);
            string name = close < 0 ? rest[1..] : rest[1..close];
            if (close < 0 || !names.TryGetValue(name, out int rule)) throw Bad(line, close < 0 ? $"expected '>' after '<{name}'" : $"'{name}' is no rule; the rules are {string.Join(", ", names.Keys)}");
            parts.Add(new Part(null, rule));
            rest = rest[(close + 1)..];
        }

        return new Choice(weight, parts);
    }

    private static ResearchException Bad(int line, string what) => new($"Grammar, line {line}: {what}.");

    // A piece of text, or else a rule by its place.
    private sealed record Part(string? Text, int Rule);

    private sealed record Choice(double Probability, IReadOnlyList<Part> Parts);

    private sealed class Rule
    {
        public Rule(string name, IReadOnlyList<Choice> weighted)
        {
            Name = name;
            double total = weighted.Sum(choice => choice.Probability);
            Choices = [.. weighted.Select(choice => choice with { Probability = choice.Probability / total })];
        }

        public string Name { get; }

        public IReadOnlyList<Choice> Choices { get; }

        public double Bits => -Choices.Sum(choice => choice.Probability * DoubleMath.Log(choice.Probability) / DoubleMath.Log(2));

        public double Characters => Choices.Sum(choice => choice.Probability * choice.Parts.Sum(part => part.Text?.EnumerateRunes().Count() ?? 0));

        public Choice Pick(double chance)
        {
            int i = 0;
            while (i < Choices.Count - 1 && (chance -= Choices[i].Probability) >= 0) i++;
            return Choices[i];
        }
    }
}
