using System.Text.Json.Nodes;

namespace Research.Reference.Plain;

/// <summary>Dense, or TimeDistributed around it.</summary>
internal sealed class PlainDense : PlainLayer
{
    private readonly Dictionary<string, PlainWeight> _weights = [];
    private readonly int _units;
    private readonly string _activation;
    private readonly bool _useBias;
    private readonly bool _wrapped;

    public PlainDense(int features, int units, string activation, bool wrapped, Random random)
    {
        _units = units;
        _activation = activation;
        _wrapped = wrapped;
        _useBias = random.Next(4) > 0;
        _weights["kernel"] = new PlainWeight(random, features, units);
        if (_useBias) _weights["bias"] = new PlainWeight(random, units);
    }

    public override IEnumerable<KeyValuePair<string, PlainWeight>> Weights => _weights;

    public override string ClassName => _wrapped ? "TimeDistributed" : "Dense";

    public override PlainSequence Apply(PlainSequence input, Span<double[][]> states) =>
        input with
        {
            Steps = Array.ConvertAll(input.Steps, step => PlainMath.ApplyToRow(
                _activation,
                [.. Enumerable.Range(0, _units).Select(unit => PlainMath.Dot(step, _weights["kernel"], unit) + (_useBias ? _weights["bias"].Values[unit] : 0))])),
        };

    public override JsonObject Config()
    {
        JsonObject config = new() { ["units"] = _units, ["activation"] = _activation, ["use_bias"] = _useBias };
        return _wrapped ? new JsonObject { ["layer"] = new JsonObject { ["class"] = "Dense", ["config"] = config } } : config;
    }
}
