namespace Research.Cells.Tests.Models;

/// <summary>Layers as loops over single numbers in double, for one sample, with weights by Keras' names and layouts.</summary>
/// <param name="values">The weights by name, row-major.</param>
internal sealed class PlainWeights(IReadOnlyDictionary<string, double[]> values)
{
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double[] Softmax(double[] x)
    {
        double[] powers = [.. x.Select(Math.Exp)];
        return [.. powers.Select(power => power / powers.Sum())];
    }

    /// <summary>A weight.</summary>
    public double[] this[string name] => values[name];

    /// <summary>x · kernel + bias, or without a bias where there is none.</summary>
    public double[] Dense(string layer, double[] x, string kernel = "kernel", string bias = "bias")
    {
        double[] matrix = values[$"{layer}/{kernel}"];
        int units = matrix.Length / x.Length;
        double[] sum = values.TryGetValue($"{layer}/{bias}", out double[]? start) ? [.. start] : new double[units];
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < units; j++) sum[j] += x[i] * matrix[i * units + j];
        }

        return sum;
    }

    /// <summary>A vector of an embedding.</summary>
    public double[] Lookup(string layer, double symbol, int width) => [.. values[$"{layer}/embeddings"].Skip((int)symbol * width).Take(width)];

    /// <summary>γ (x - mean) / √(variance + ε) + β.</summary>
    public double[] LayerNormalization(string layer, double[] x, double epsilon = 0.001)
    {
        double mean = x.Average(), variance = x.Average(value => (value - mean) * (value - mean));
        double[] gamma = values[layer + "/gamma"], beta = values[layer + "/beta"];
        return [.. x.Select((value, i) => gamma[i] * (value - mean) / Math.Sqrt(variance + epsilon) + beta[i])];
    }

    /// <summary>A simple recurrent network over time.</summary>
    /// <param name="layer">Its name.</param>
    /// <param name="inputs">A row for each step.</param>
    /// <param name="mask">Which steps count; null for all. A masked step holds state and output.</param>
    /// <param name="inputMask">What multiplies each step's input; null for nothing.</param>
    public double[][] Simple(string layer, double[][] inputs, Func<int, bool>? mask = null, double[]? inputMask = null)
    {
        double[] hidden = new double[values[layer + "/bias"].Length];
        return [.. inputs.Select((input, step) =>
        {
            if (mask is not null && !mask(step)) return hidden;
            double[] x = Dense(layer, Times(input, inputMask)), h = Dense(layer, hidden, "recurrent_kernel", "none");
            return hidden = [.. x.Zip(h, (a, b) => Math.Tanh(a + b))];
        })];
    }

    /// <summary>An LSTM over time; gates in the order i, f, c, o.</summary>
    /// <param name="layer">Its name.</param>
    /// <param name="inputs">A row for each step.</param>
    /// <param name="start">Where it starts; null for zeros.</param>
    /// <param name="mask">Which steps count; null for all. A masked step holds state and output.</param>
    public PlainRun Lstm(string layer, double[][] inputs, PlainRun? start = null, Func<int, bool>? mask = null)
    {
        int units = values[layer + "/bias"].Length / 4;
        double[] hidden = start?.Hidden ?? new double[units], cell = start?.Cell ?? new double[units];
        double[][] outputs = new double[inputs.Length][];
        for (int step = 0; step < inputs.Length; step++)
        {
            if (mask is null || mask(step))
            {
                double[] x = Dense(layer, inputs[step]), h = Dense(layer, hidden, "recurrent_kernel", "none"), before = cell;
                double Gate(int gate, int unit) => x[gate * units + unit] + h[gate * units + unit];
                cell = [.. Enumerable.Range(0, units).Select(j => Sigmoid(Gate(1, j)) * before[j] + Sigmoid(Gate(0, j)) * Math.Tanh(Gate(2, j)))];
                double[] now = cell;
                hidden = [.. Enumerable.Range(0, units).Select(j => Sigmoid(Gate(3, j)) * Math.Tanh(now[j]))];
            }

            outputs[step] = hidden;
        }

        return new PlainRun(outputs, hidden, cell);
    }

    public static double[] Times(double[] x, double[]? factors) => factors is null ? x : [.. x.Zip(factors, (a, b) => a * b)];

    public static double[] Plus(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a + b)];
}
