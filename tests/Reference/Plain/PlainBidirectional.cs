using System.Text.Json.Nodes;

namespace Research.Reference.Plain;

/// <summary>Bidirectional, with a backward layer of its own.</summary>
internal sealed class PlainBidirectional(PlainCell forward, PlainCell backward, bool sequences, string? merge, bool stateful, bool returnState) : PlainLayer
{
    public override IEnumerable<KeyValuePair<string, PlainWeight>> Weights =>
        [.. forward.Weights.Select(weight => KeyValuePair.Create("forward/" + weight.Key, weight.Value)), .. backward.Weights.Select(weight => KeyValuePair.Create("backward/" + weight.Key, weight.Value))];

    public override bool Stateful => stateful;

    public override string ClassName => "Bidirectional";

    public override IEnumerable<double[][]> ZeroStates() => [forward.ZeroState(), backward.ZeroState()];

    public override PlainSequence Apply(PlainSequence input, Span<double[][]> states)
    {
        // Keras zeroes masked steps of sequences.
        double[][] a = PlainRecurrent.Run(forward, input, backwards: false, zeroOutput: sequences, ref states[0]);
        double[][] b = PlainRecurrent.Run(backward, input, backwards: true, zeroOutput: sequences, ref states[1]);
        return sequences
            ? new PlainSequence([.. a.Zip(b.Reverse(), Merge)], input.Mask)
            : new PlainSequence([Merge(a[^1], b[^1])], null);
    }

    public override JsonObject Config() => new()
    {
        ["merge_mode"] = merge,
        ["layer"] = Layer(forward, backwards: false),
        ["backward_layer"] = Layer(backward, backwards: true),
    };

    private double[] Merge(double[] a, double[] b) => merge switch
    {
        "sum" => [.. a.Zip(b, (x, y) => x + y)],
        "mul" => [.. a.Zip(b, (x, y) => x * y)],
        "ave" => [.. a.Zip(b, (x, y) => (x + y) / 2)],
        _ => [.. a, .. b],
    };

    private JsonObject Layer(PlainCell cell, bool backwards)
    {
        JsonObject config = cell.Config();
        config["return_sequences"] = sequences;
        config["return_state"] = returnState;
        config["stateful"] = stateful;
        config["go_backwards"] = backwards;
        return new JsonObject { ["class"] = cell.ClassName, ["config"] = config };
    }
}
