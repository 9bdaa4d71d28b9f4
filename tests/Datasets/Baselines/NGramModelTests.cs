using Research.Datasets.Baselines;
using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Metrics;

namespace Research.Datasets.Tests.Baselines;

public sealed class NGramModelTests
{
    /// <summary>After each symbol one other alone comes: only the first costs something, a bit for one of two.</summary>
    [Test]
    public void BitsPerSymbol_OfWhatOneSymbolTells()
    {
        int[] alternating = [.. Enumerable.Range(0, 400).Select(i => i % 2)];
        NGramModel model = NGramModel.Fit(alternating, alternating, symbols: 2, order: 2);
        Assert.That(model.BitsPerSymbol(alternating), Is.EqualTo(1.0 / 400).Within(1e-4));
        Assert.That(model.Weights[2], Is.GreaterThan(0.99));
    }

    /// <summary>Three times a and once b; before, a alone; counted by hand.</summary>
    [Test]
    public void Probability_MixesFrequencies()
    {
        NGramModel model = NGramModel.Fit([0, 0, 0, 1], [0, 1, 1, 2], symbols: 3, order: 2);
        double Mix(double two, double one) => model.Weights[2] * two + model.Weights[1] * one + model.Weights[0] / 3;
        Assert.That(model.Probability([0], 0), Is.EqualTo(Mix(2.0 / 3, 3.0 / 4)).Within(1e-12));
        Assert.That(model.Probability([2, 0], 1), Is.EqualTo(Mix(1.0 / 3, 1.0 / 4)).Within(1e-12));
        Assert.That(model.Probability([1], 0), Is.EqualTo(Mix(3.0 / 4, 3.0 / 4)).Within(1e-12), "nothing followed 1: as if nothing were known");
        Assert.That(model.Probability([], 1), Is.EqualTo(Mix(1.0 / 4, 1.0 / 4)).Within(1e-12));
    }

    [Test]
    public void Probabilities_AddUpToOne_WhateverCameBefore([Range(1, 5)] int order)
    {
        Random random = new Seeds(order).Stream("text");
        int[] Text(int count) => [.. Enumerable.Range(0, count).Select(_ => (int)(4 * random.NextDouble() * random.NextDouble()))];
        NGramModel model = NGramModel.Fit(Text(100), Text(50), symbols: 5, order);
        Assert.That(model.Weights.Sum(), Is.EqualTo(1).Within(1e-12));
        foreach (int[] history in (int[][])[[], [4], [0, 1], Text(3), Text(7)])
            Assert.That(Enumerable.Range(0, 5).Sum(symbol => model.Probability(history, symbol)), Is.EqualTo(1).Within(1e-12));
    }

    /// <summary>As good weights as there are: no others on a grid make the validation sequence likelier.</summary>
    [Test]
    public void Weights_AreTheLikeliest()
    {
        Random random = new Seeds(3).Stream("text");
        int[] text = [.. Enumerable.Range(0, 300).Select(_ => random.Next(3) == 0 ? random.Next(4) : 0)];
        int[] training = text[..200], validation = text[200..];
        NGramModel model = NGramModel.Fit(training, validation, symbols: 4, order: 1);
        double[] frequencies = [.. Enumerable.Range(0, 4).Select(symbol => training.Count(other => other == symbol) / 200.0)];
        double best = Enumerable.Range(0, 101).Min(i => validation.Average(symbol => -Math.Log2(i / 100.0 * frequencies[symbol] + (1 - i / 100.0) / 4)));
        Assert.That(model.BitsPerSymbol(validation), Is.AtMost(best + 1e-4));
    }

    /// <summary>Rows are read side by side: each is predicted from what came before in it, as the text itself is.</summary>
    [Test]
    public void ToMetric_ReadsEachRowAsAText()
    {
        Sequence text = TextSource.From("abracadabra abracadabra abracadabra!!");
        NGramModel model = NGramModel.Fit(text.Symbols, text.Symbols, text.Vocabulary.Count, order: 3);
        Dataset data = new ContiguousRowsFramer(rows: 2, steps: 3).Frame(text); // 36 targets, 18 in a row
        Predictions predictions = new(data, data.Target, new float[36 * text.Vocabulary.Count]);
        int[] targets = [.. text.Symbols.Skip(1)];
        double expected = (model.BitsPerSymbol(targets[..18]) + model.BitsPerSymbol(targets[18..])) / 2;
        Assert.That(model.ToMetric("grams", perSymbol: 0.5).Evaluate(predictions), Is.EqualTo(expected / 2).Within(1e-12));
    }

    [Test]
    public void BadInput_IsRefused()
    {
        Assert.That(() => NGramModel.Fit([], [0], 2, 1), Throws.TypeOf<ResearchException>().With.Message.EqualTo("N-grams: expected a training of at least one symbol, got none."));
        Assert.That(() => NGramModel.Fit([0], [0, 2], 2, 1), Throws.TypeOf<ResearchException>().With.Message.EqualTo("N-grams: expected symbols from 0 to 1, got 2 at 1 of the validation."));
        Assert.That(() => NGramModel.Fit([0], [0], 2, 0), Throws.TypeOf<ResearchException>().With.Message.EqualTo("N-grams: expected an order of at least 1, got 0."));
    }
}
