namespace Research.Reference.Plain;

/// <summary>A stack of layers over rows that never see each other, with losses and gradients by central differences.</summary>
internal sealed class PlainModel(IReadOnlyList<PlainLayer> layers)
{
    public IReadOnlyList<PlainLayer> Layers => layers;

    public IEnumerable<PlainWeight> Weights => layers.SelectMany(layer => layer.Weights.Select(weight => weight.Value));

    /// <summary>A row's zero states.</summary>
    public double[][][] ZeroStates() => [.. layers.SelectMany(layer => layer.ZeroStates())];

    /// <summary>For each state, whether it is carried.</summary>
    public bool[] Stateful => [.. layers.SelectMany(layer => layer.ZeroStates().Select(_ => layer.Stateful))];

    /// <summary>Runs one row; its states are replaced.</summary>
    public PlainSequence Run(PlainSequence input, double[][][] states)
    {
        int first = 0;
        foreach (PlainLayer layer in layers)
        {
            int count = layer.ZeroStates().Count();
            input = layer.Apply(input, states.AsSpan(first, count));
            first += count;
        }

        return input;
    }

    /// <summary>The mean loss of a batch, over samples and steps that count, plus penalties.</summary>
    public double Loss(string loss, IReadOnlyList<PlainSequence> rows, IReadOnlyList<double[][]> targets, IReadOnlyList<double>? weights, IReadOnlyList<double[][][]> states)
    {
        double sum = 0;
        int counted = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            PlainSequence output = Run(rows[row], [.. states[row]]);
            for (int step = 0; step < output.Steps.Length; step++)
            {
                if (output.Mask?[step] == false) continue;
                counted++;
                sum += (weights?[row] ?? 1) * Loss(loss, output.Steps[step], targets[row][step]);
            }
        }

        return sum / counted + Weights.Sum(weight => weight.L2 * weight.Values.Sum(value => value * value));
    }

    /// <summary>How many samples times steps of a batch count.</summary>
    public int Counted(IReadOnlyList<PlainSequence> rows, IReadOnlyList<double[][][]> states) =>
        rows.Select((row, i) => Run(row, [.. states[i]])).Sum(output => output.Mask?.Count(real => real) ?? output.Steps.Length);

    /// <summary>The gradient of a loss with respect to some numbers.</summary>
    public static double[] Gradient(double[] numbers, Func<double> loss)
    {
        const double Step = 1e-5;
        double[] gradient = new double[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            double value = numbers[i];
            numbers[i] = value + Step;
            double above = loss();
            numbers[i] = value - Step;
            gradient[i] = (above - loss()) / (2 * Step);
            numbers[i] = value;
        }

        return gradient;
    }

    private static double Loss(string loss, double[] p, double[] y)
    {
        double[] pairs = [.. p.Zip(y, (a, b) => loss switch
        {
            "mean_squared_error" => (a - b) * (a - b),
            "mean_absolute_error" => Math.Abs(a - b),
            "huber" => Math.Abs(a - b) <= 1 ? 0.5 * (a - b) * (a - b) : Math.Abs(a - b) - 0.5,
            "binary_crossentropy" => -b * Math.Log(a) - (1 - b) * Math.Log(1 - a),
            _ => -b * Math.Log(a / p.Sum()),
        })];
        return loss.Contains("categorical", StringComparison.Ordinal) ? pairs.Sum() : pairs.Average();
    }
}
