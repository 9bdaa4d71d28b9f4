using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Metrics;
using Research.Framework.Numerics;

namespace Research.Datasets.Baselines;

/// <summary>
/// What counting can do: the next symbol's probability from the symbols before it, interpolated over orders (Jelinek and
/// Mercer, 1980): p(s) = w₀ / symbols + Σ wₖ pₖ(s | the k - 1 symbols before), where pₖ are the training sequence's frequencies, and a
/// history it does not know has those of the next shorter one. Immutable.
/// </summary>
public sealed class NGramModel
{
    private const int Rounds = 100;

    private readonly Dictionary<long, int> _children = [];
    private readonly List<int> _counts = [0];
    private readonly List<int> _followed = [0];
    private readonly int _symbols;
    private readonly double[] _weights;

    private NGramModel(IReadOnlyList<int> training, int symbols, int order)
    {
        _symbols = symbols;
        Order = order;
        _weights = new double[order + 1];
        Weights = Array.AsReadOnly(_weights);
        for (int end = 1; end <= training.Count; end++)
        {
            for (int start = Math.Max(0, end - order); start < end; start++) Count(training, start, end);
        }
    }

    /// <summary>Symbols that are looked at together, the predicted one included; at least 1.</summary>
    public int Order { get; }

    /// <summary>The weights of no symbols (all alike), of one alone, of two together, and so on, <c>[order + 1]</c>; they add up to 1.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>Counts a sequence, and chooses the weights that make another one likeliest (by expectation-maximization).</summary>
    /// <param name="training">What is counted, as classes, e.g. <see cref="Sequence.Symbols"/>.</param>
    /// <param name="validation">What the weights are chosen on: a sequence that was not counted.</param>
    /// <param name="symbols">How many symbols there are.</param>
    /// <param name="order">Symbols that are looked at together; at least 1.</param>
    /// <exception cref="ResearchException">A sequence is empty or has a symbol out of range; a number is less than 1.</exception>
    public static NGramModel Fit(IReadOnlyList<int> training, IReadOnlyList<int> validation, int symbols, int order)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        if (order < 1) throw new ResearchException($"N-grams: expected an order of at least 1, got {order}.");
        Check("training", training, symbols);
        Check("validation", validation, symbols);
        NGramModel model = new(training, symbols, order);
        model.ChooseWeights(validation);
        return model;
    }

    /// <summary>The probability of a symbol, above 0 where the weight of order 0 is.</summary>
    /// <param name="history">The symbols before it, oldest first; of those that are too many the last count.</param>
    /// <param name="symbol">The symbol.</param>
    /// <exception cref="ResearchException">A symbol is out of range.</exception>
    public double Probability(IReadOnlyList<int> history, int symbol)
    {
        ArgumentNullException.ThrowIfNull(history);
        int[] sequence = [.. history.Skip(Math.Max(0, history.Count - Order)), symbol];
        Check("history", sequence, _symbols);
        return Mix(Frequencies(sequence, 0, sequence.Length - 1));
    }

    /// <summary>The mean of a sequence's bits for each symbol; infinite where a symbol was thought impossible.</summary>
    /// <param name="sequence">At least one symbol; the first is predicted from nothing.</param>
    /// <exception cref="ResearchException">The sequence is empty or has a symbol out of range.</exception>
    public double BitsPerSymbol(IReadOnlyList<int> sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        Check("sequence", sequence, _symbols);
        return Bits(sequence) / sequence.Count;
    }

    /// <summary>The bits for each target as a metric, to stand beside a network's: of the evaluated data's targets, each predicted from those before it in its row; what the network predicts is not looked at.</summary>
    /// <param name="name">The metric's name, e.g. <c>5_grams</c>.</param>
    /// <param name="perSymbol">What the bits of a symbol are multiplied by, e.g. 1 over a word's characters.</param>
    public IMetric ToMetric(string name, double perSymbol = 1) => Metric.Of(name, predictions =>
    {
        TargetBlock target = predictions.Target;
        int[] classes = target.Classes ?? throw new ResearchException($"Metric '{name}': expected class targets, got real values in '{predictions.Data.Description}'.");
        int rows = predictions.Data.ContiguousRows ?? 1, steps = target.TimeSteps, chunks = predictions.Data.Samples / rows;
        double bits = 0;
        for (int row = 0; row < rows; row++)
            bits += Bits([.. Enumerable.Range(0, chunks).SelectMany(chunk => new ArraySegment<int>(classes, (chunk * rows + row) * steps, steps))]);
        return bits / ((double)rows * chunks * steps) * perSymbol;
    });

    private static void Check(string what, IReadOnlyList<int> sequence, int symbols)
    {
        if (sequence.Count == 0) throw new ResearchException($"N-grams: expected a {what} of at least one symbol, got none.");
        for (int i = 0; i < sequence.Count; i++)
        {
            if (sequence[i] < 0 || sequence[i] >= symbols) throw new ResearchException($"N-grams: expected symbols from 0 to {symbols - 1}, got {sequence[i]} at {i} of the {what}.");
        }
    }

    private void Count(IReadOnlyList<int> training, int start, int end)
    {
        int node = 0;
        for (int i = start; i < end; i++)
        {
            if (i == end - 1) _followed[node]++;
            long key = (long)node * _symbols + training[i];
            if (!_children.TryGetValue(key, out int child))
            {
                child = _counts.Count;
                _children.Add(key, child);
                _counts.Add(0);
                _followed.Add(0);
            }

            node = child;
        }

        _counts[node]++;
    }

    // Of orders 0 to the model's, the symbol at a place of a sequence.
    private double[] Frequencies(IReadOnlyList<int> sequence, int first, int place)
    {
        double[] frequencies = new double[Order + 1];
        frequencies[0] = 1.0 / _symbols;
        for (int order = 1; order <= Order; order++)
        {
            int node = place - order + 1 >= first ? 0 : -1;
            for (int i = place - order + 1; node >= 0 && i < place; i++)
            {
                if (!_children.TryGetValue((long)node * _symbols + sequence[i], out node)) node = -1;
            }

            bool known = node >= 0 && _followed[node] > 0;
            frequencies[order] = !known ? frequencies[order - 1]
                : _children.TryGetValue((long)node * _symbols + sequence[place], out int found) ? (double)_counts[found] / _followed[node] : 0;
        }

        return frequencies;
    }

    private double Mix(double[] frequencies)
    {
        double sum = 0;
        for (int order = 0; order <= Order; order++) sum += _weights[order] * frequencies[order];
        return sum;
    }

    private double Bits(IReadOnlyList<int> sequence)
    {
        double bits = 0;
        for (int place = 0; place < sequence.Count; place++) bits -= DoubleMath.Log(Mix(Frequencies(sequence, 0, place)));
        return bits / DoubleMath.Log(2);
    }

    private void ChooseWeights(IReadOnlyList<int> validation)
    {
        double[][] frequencies = [.. Enumerable.Range(0, validation.Count).Select(place => Frequencies(validation, 0, place))];
        Array.Fill(_weights, 1.0 / _weights.Length);
        double[] shares = new double[_weights.Length];
        for (int round = 0; round < Rounds; round++)
        {
            Array.Clear(shares);
            foreach (double[] place in frequencies)
            {
                double all = Mix(place);
                for (int order = 0; order <= Order; order++) shares[order] += _weights[order] * place[order] / all;
            }

            for (int order = 0; order <= Order; order++) _weights[order] = shares[order] / validation.Count;
        }
    }
}
