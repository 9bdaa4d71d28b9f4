using System.Text.Json.Nodes;

namespace Research.Reference.Plain;

/// <summary>LSTM, GRU or SimpleRNN.</summary>
internal sealed class PlainRecurrent(PlainCell cell, bool sequences, bool backwards, bool zeroOutput, bool stateful, bool returnState) : PlainLayer
{
    public override IEnumerable<KeyValuePair<string, PlainWeight>> Weights => cell.Weights;

    public override bool Stateful => stateful;

    public override string ClassName => cell.ClassName;

    public override IEnumerable<double[][]> ZeroStates() => [cell.ZeroState()];

    public override PlainSequence Apply(PlainSequence input, Span<double[][]> states)
    {
        double[][] outputs = Run(cell, input, backwards, zeroOutput, ref states[0]);
        return sequences ? new PlainSequence(outputs, input.Mask) : new PlainSequence([outputs[^1]], null);
    }

    /// <summary>The outputs in the order in which they are computed.</summary>
    public static double[][] Run(PlainCell cell, PlainSequence input, bool backwards, bool zeroOutput, ref double[][] state)
    {
        List<double[]> outputs = [];
        double[] latest = new double[cell.Units];
        for (int k = 0; k < input.Steps.Length; k++)
        {
            int step = backwards ? input.Steps.Length - 1 - k : k;
            if (input.Mask?[step] == false)
            {
                outputs.Add(zeroOutput ? new double[cell.Units] : latest);
                continue;
            }

            state = cell.Step(input.Steps[step], state);
            latest = state[0];
            outputs.Add(latest);
        }

        return [.. outputs];
    }

    public override JsonObject Config()
    {
        JsonObject config = cell.Config();
        config["return_sequences"] = sequences;
        config["return_state"] = returnState;
        config["go_backwards"] = backwards;
        config["zero_output_for_mask"] = zeroOutput;
        config["stateful"] = stateful;
        return config;
    }
}
