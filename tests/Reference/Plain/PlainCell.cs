using System.Text.Json.Nodes;

namespace Research.Reference.Plain;

/// <summary>Keras' three cells, one row and one unit at a time, by their equations.</summary>
internal sealed class PlainCell
{
    private readonly string _activation;
    private readonly string _recurrentActivation;
    private readonly bool _useBias;

    /// <param name="kind">LSTM, GRU (reset gate after the product), GRU0 (before it) or SimpleRNN.</param>
    /// <param name="features">Width of the input.</param>
    /// <param name="units">Units.</param>
    /// <param name="plain">Whether activations are the usual ones.</param>
    /// <param name="random">Draws weights and options.</param>
    public PlainCell(string kind, int features, int units, bool plain, Random random)
    {
        Kind = kind;
        Units = units;
        _activation = plain ? "tanh" : PlainMath.Activations[random.Next(PlainMath.Activations.Length)];
        _recurrentActivation = plain || random.Next(2) == 0 ? "sigmoid" : "hard_sigmoid";
        _useBias = random.Next(4) > 0;
        int gates = kind switch { "LSTM" => 4, "SimpleRNN" => 1, _ => 3 };
        Weights["kernel"] = new PlainWeight(random, features, gates * units);
        Weights["recurrent_kernel"] = new PlainWeight(random, units, gates * units);
        if (_useBias) Weights["bias"] = kind == "GRU" ? new PlainWeight(random, 2, gates * units) : new PlainWeight(random, gates * units);
    }

    public string Kind { get; }

    public int Units { get; }

    public Dictionary<string, PlainWeight> Weights { get; } = [];

    public double[][] ZeroState() => Kind == "LSTM" ? [new double[Units], new double[Units]] : [new double[Units]];

    /// <summary>The next state, whose first part is the output.</summary>
    public double[][] Step(double[] x, double[][] state)
    {
        double[] h = state[0], next = new double[Units];
        PlainWeight kernel = Weights["kernel"], recurrent = Weights["recurrent_kernel"];
        double[] bias = _useBias ? Weights["bias"].Values : new double[8 * Units];
        double Act(double value) => PlainMath.Apply(_activation, value);
        double Gate(double value) => PlainMath.Apply(_recurrentActivation, value);
        double Input(int gate, int unit) => PlainMath.Dot(x, kernel, gate * Units + unit) + bias[gate * Units + unit];
        double Recurrent(int gate, int unit, double[] from) => PlainMath.Dot(from, recurrent, gate * Units + unit);
        if (Kind == "LSTM")
        {
            double[] cell = new double[Units];
            for (int u = 0; u < Units; u++)
            {
                cell[u] = Gate(Input(1, u) + Recurrent(1, u, h)) * state[1][u] + Gate(Input(0, u) + Recurrent(0, u, h)) * Act(Input(2, u) + Recurrent(2, u, h));
                next[u] = Gate(Input(3, u) + Recurrent(3, u, h)) * Act(cell[u]);
            }

            return [next, cell];
        }

        double[] reset = new double[Units];
        for (int u = 0; u < Units && Kind == "GRU0"; u++) reset[u] = h[u] * Gate(Input(1, u) + Recurrent(1, u, h));
        for (int u = 0; u < Units; u++)
        {
            // The second row of a GRU's bias belongs to the recurrent product.
            double Own(int gate) => Recurrent(gate, u, h) + bias[(3 + gate) * Units + u];
            next[u] = Kind switch
            {
                "SimpleRNN" => Act(Input(0, u) + Recurrent(0, u, h)),
                "GRU" => Mix(Gate(Input(0, u) + Own(0)), h[u], Act(Input(2, u) + Gate(Input(1, u) + Own(1)) * Own(2))),
                _ => Mix(Gate(Input(0, u) + Recurrent(0, u, h)), h[u], Act(Input(2, u) + Recurrent(2, u, reset))),
            };
        }

        return [next];
    }

    public JsonObject Config()
    {
        JsonObject config = new() { ["units"] = Units, ["activation"] = _activation, ["use_bias"] = _useBias };
        if (Kind != "SimpleRNN") config["recurrent_activation"] = _recurrentActivation;
        if (Kind == "GRU0") config["reset_after"] = false;
        foreach ((string name, PlainWeight weight) in Weights)
        {
            string stem = name == "recurrent_kernel" ? "recurrent" : name;
            if (weight.L2 > 0) config[stem + "_regularizer"] = new JsonObject { ["class"] = "L2", ["config"] = new JsonObject { ["l2"] = weight.L2 } };
            if (weight.MaxNorm is { } limit) config[stem + "_constraint"] = new JsonObject { ["class"] = "MaxNorm", ["config"] = new JsonObject { ["max_value"] = limit, ["axis"] = 0 } };
        }

        return config;
    }

    public string ClassName => Kind == "GRU0" ? "GRU" : Kind;

    private static double Mix(double z, double h, double candidate) => z * h + (1 - z) * candidate;
}
