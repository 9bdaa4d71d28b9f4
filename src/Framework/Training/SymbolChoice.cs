using Research.Framework.Numerics;

namespace Research.Framework.Training;

/// <summary>Chooses a class by its score: the largest, or drawn. In double precision and one order: the same bits everywhere.</summary>
internal sealed class SymbolChoice
{
    private readonly double _temperature;
    private readonly int _most;
    private readonly double[] _shares;
    private readonly float[] _sorted;

    /// <summary>A choice among classes.</summary>
    /// <param name="options">Temperature, and how many of the largest scores are drawn from.</param>
    /// <param name="classes">How many classes there are.</param>
    public SymbolChoice(GenerationOptions options, int classes)
    {
        _temperature = options.Temperature;
        _most = Math.Min(options.TopK ?? classes, classes);
        _shares = new double[_temperature > 0 ? classes : 0];
        _sorted = new float[_shares.Length];
    }

    /// <summary>The chosen class.</summary>
    /// <param name="scores">A score for each class; probabilities where something is drawn.</param>
    /// <param name="random">Where it is drawn from; not read where the temperature is 0.</param>
    /// <exception cref="ResearchException">A score is not finite, or something is drawn and they are no probabilities.</exception>
    public int Of(ReadOnlySpan<float> scores, Random? random)
    {
        int best = 0;
        bool finite = true, negative = false;
        for (int i = 0; i < scores.Length; i++)
        {
            finite &= float.IsFinite(scores[i]);
            negative |= scores[i] < 0;
            if (scores[i] > scores[best]) best = i;
        }

        if (!finite) throw new ResearchException($"The model's scores are not finite: {Numbers(scores)}. Was it trained until its loss diverged?");
        if (_temperature == 0) return best;
        if (negative || scores[best] == 0)
            throw new ResearchException($"Symbols are drawn by probabilities, 0 or more and not all 0; the model's scores are {Numbers(scores)}. End the model in softmax (Activation.Softmax), or set a temperature of 0.");
        return Draw(scores, scores[best], random!.NextDouble());
    }

    // p^(1 / T) in proportion to that of the largest, which is 1: nothing overflows, and the sum is at least 1.
    private int Draw(ReadOnlySpan<float> scores, float largest, double at)
    {
        double logOfLargest = DoubleMath.Log(largest), sum = 0;
        float least = Least(scores, out int equals);
        for (int i = 0; i < scores.Length; i++)
        {
            bool counts = scores[i] > least || (scores[i] == least && equals-- > 0);
            _shares[i] = counts && scores[i] > 0 ? DoubleMath.Exp((DoubleMath.Log(scores[i]) - logOfLargest) / _temperature) : 0;
            sum += _shares[i];
        }

        double left = at * sum;
        int last = 0;
        for (int i = 0; i < _shares.Length; i++)
        {
            if (_shares[i] == 0) continue;
            last = i;
            left -= _shares[i];
            if (left < 0) break;
        }

        return last;
    }

    /// <summary>The smallest score that is drawn from.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="equals">How many of those that equal it count.</param>
    private float Least(ReadOnlySpan<float> scores, out int equals)
    {
        equals = int.MaxValue;
        if (_most == scores.Length) return 0;
        scores.CopyTo(_sorted);
        Array.Sort(_sorted);
        float least = _sorted[^_most];
        equals = 0;
        for (int i = _sorted.Length - _most; i < _sorted.Length && _sorted[i] == least; i++) equals++;
        return least;
    }

    private static string Numbers(ReadOnlySpan<float> scores) =>
        string.Join(", ", scores[..Math.Min(scores.Length, 5)].ToArray().Select(score => FormattableString.Invariant($"{score:G4}"))) + (scores.Length > 5 ? ", …" : "");
}
