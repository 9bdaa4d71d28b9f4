using System.Text.Json.Nodes;

namespace Research.Reference.Plain;

/// <summary>Keras' optimizers by their equations.</summary>
/// <param name="optimizerClass">SGD, RMSprop, Adam or AdamW.</param>
/// <param name="config">Its arguments.</param>
internal sealed class PlainOptimizer(string optimizerClass, JsonObject config)
{
    private readonly Dictionary<(PlainWeight Weight, string Kind), double[]> _moments = [];
    private int _steps;

    public JsonObject ToJson() => new() { ["class"] = optimizerClass, ["config"] = config.DeepClone() };

    public void Update(IReadOnlyList<PlainWeight> weights, IReadOnlyList<double[]> gradients)
    {
        double rate = Rate(_steps++);
        Clip(gradients);
        for (int k = 0; k < weights.Count; k++)
        {
            double[] w = weights[k].Values, g = gradients[k];
            for (int i = 0; i < w.Length; i++)
            {
                w[i] -= rate * Number("weight_decay") * w[i];
                w[i] -= Change(weights[k], i, g[i], rate);
            }

            if (weights[k].MaxNorm is { } limit) Limit(weights[k], limit);
        }
    }

    private double Number(string name, double fallback = 0) => config[name] is { } value ? (double)value : fallback;

    private double Rate(int step)
    {
        if (config["learning_rate"] is not JsonObject schedule) return Number("learning_rate");
        JsonObject settings = (JsonObject)schedule["config"]!;
        double Setting(string name) => settings[name] is { } value ? (double)value : 0;
        double first = Setting("initial_learning_rate"), part = step / Setting("decay_steps");
        switch ((string)schedule["class"]!)
        {
            case "ExponentialDecay": return first * Math.Pow(Setting("decay_rate"), (bool)settings["staircase"]! ? Math.Floor(part) : part);
            case "InverseTimeDecay": return first / (1 + Setting("decay_rate") * ((bool)settings["staircase"]! ? Math.Floor(part) : part));
            case "PolynomialDecay": return (first - Setting("end_learning_rate")) * Math.Pow(1 - Math.Min(part, 1), Setting("power")) + Setting("end_learning_rate");
            case "CosineDecay":
                double Wave(double along, double top) => top * ((1 - Setting("alpha")) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(along, 1))) + Setting("alpha"));
                if (settings["warmup_target"] is null) return Wave(part, first);
                return step < Setting("warmup_steps")
                    ? first + (Setting("warmup_target") - first) * step / Setting("warmup_steps")
                    : Wave((step - Setting("warmup_steps")) / Setting("decay_steps"), Setting("warmup_target"));
            default:
                int index = settings["boundaries"]!.AsArray().Count(boundary => step > (int)boundary!);
                return (double)settings["values"]![index]!;
        }
    }

    private void Clip(IReadOnlyList<double[]> gradients)
    {
        double all = Math.Sqrt(gradients.Sum(g => g.Sum(value => value * value)));
        foreach (double[] g in gradients)
        {
            double norm = Math.Sqrt(g.Sum(value => value * value));
            double factor = config["clipnorm"] is not null ? Math.Min(1, Number("clipnorm") / norm)
                : config["global_clipnorm"] is not null ? Math.Min(1, Number("global_clipnorm") / all)
                : 1;
            double limit = Number("clipvalue", double.PositiveInfinity);
            for (int i = 0; i < g.Length; i++) g[i] = Math.Clamp(norm == 0 ? 0 : g[i] * factor, -limit, limit);
        }
    }

    private double Change(PlainWeight weight, int i, double g, double rate)
    {
        ref double Moment(string kind)
        {
            if (!_moments.TryGetValue((weight, kind), out double[]? values)) _moments[(weight, kind)] = values = new double[weight.Values.Length];
            return ref values[i];
        }

        double momentum = Number("momentum"), epsilon = Number("epsilon", 1e-7);
        if (optimizerClass == "SGD")
        {
            if (momentum == 0) return rate * g;
            double speed = Moment("speed") = momentum * Moment("speed") - rate * g;
            return (bool)config["nesterov"]! ? rate * g - momentum * speed : -speed;
        }

        if (optimizerClass == "RMSprop")
        {
            double rho = Number("rho", 0.9);
            double square = Moment("square") = rho * Moment("square") + (1 - rho) * g * g;
            double mean = Moment("mean") = rho * Moment("mean") + (1 - rho) * g;
            double change = rate * g / Math.Sqrt(square - ((bool)config["centered"]! ? mean * mean : 0) + epsilon);
            return momentum == 0 ? change : Moment("speed") = momentum * Moment("speed") + change;
        }

        double b1 = Number("beta_1", 0.9), b2 = Number("beta_2", 0.999);
        double m = Moment("m") = b1 * Moment("m") + (1 - b1) * g;
        double v = Moment("v") = b2 * Moment("v") + (1 - b2) * g * g;
        if (config["amsgrad"] is { } ams && (bool)ams) v = Moment("top") = Math.Max(Moment("top"), v);
        return rate * Math.Sqrt(1 - Math.Pow(b2, _steps)) / (1 - Math.Pow(b1, _steps)) * m / (Math.Sqrt(v) + epsilon);
    }

    private static void Limit(PlainWeight weight, double limit)
    {
        int columns = weight.Shape.Length == 1 ? 1 : weight.Shape[1];
        for (int column = 0; column < columns; column++)
        {
            int[] elements = [.. Enumerable.Range(0, weight.Values.Length).Where(i => i % columns == column)];
            double norm = Math.Sqrt(elements.Sum(i => weight.Values[i] * weight.Values[i]));
            foreach (int i in elements) weight.Values[i] *= Math.Min(norm, limit) / (1e-7 + norm);
        }
    }
}
