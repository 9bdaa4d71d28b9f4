using System.Text.Json.Nodes;

namespace Research.Reference.Plain;

/// <summary>Masking, Embedding, RepeatVector and Dropout (which does nothing here): layers of one line.</summary>
/// <param name="className">Which of them.</param>
/// <param name="config">Its arguments.</param>
/// <param name="embeddings">The vectors of an embedding.</param>
internal sealed class PlainInputLayer(string className, JsonObject config, PlainWeight? embeddings = null) : PlainLayer
{
    public override IEnumerable<KeyValuePair<string, PlainWeight>> Weights => embeddings is null ? [] : [KeyValuePair.Create("embeddings", embeddings)];

    public override string ClassName => className;

    public override JsonObject Config() => (JsonObject)config.DeepClone();

    public override PlainSequence Apply(PlainSequence input, Span<double[][]> states)
    {
        switch (className)
        {
            case "Masking":
                double value = (double)config["mask_value"]!;
                bool[] real = Array.ConvertAll(input.Steps, step => step.Any(x => x != value));
                return new PlainSequence([.. input.Steps.Select((step, t) => real[t] ? step : new double[step.Length])], real);
            case "Embedding":
                int width = embeddings!.Shape[1];
                return new PlainSequence(
                    Array.ConvertAll(input.Steps, step => embeddings.Values[((int)step[0] * width)..((int)step[0] * width + width)]),
                    (bool)config["mask_zero"]! ? Array.ConvertAll(input.Steps, step => step[0] != 0) : null);
            case "RepeatVector":
                return new PlainSequence([.. Enumerable.Repeat(input.Steps[0], (int)config["n"]!)], null);
            default:
                return input;
        }
    }
}
