using System.Text.Json.Nodes;

namespace Research.Reference.Plain;

/// <summary>A layer over one row.</summary>
internal abstract class PlainLayer
{
    /// <summary>Weights by Keras' names.</summary>
    public virtual IEnumerable<KeyValuePair<string, PlainWeight>> Weights => [];

    /// <summary>The states of a row at the start: none, one, or one for each direction.</summary>
    public virtual IEnumerable<double[][]> ZeroStates() => [];

    public virtual bool Stateful => false;

    /// <summary>Runs the row.</summary>
    /// <param name="input">The steps.</param>
    /// <param name="states">This layer's states, replaced by those after the last step.</param>
    public abstract PlainSequence Apply(PlainSequence input, Span<double[][]> states);

    public abstract string ClassName { get; }

    public abstract JsonObject Config();

    public JsonObject ToJson()
    {
        JsonObject weights = [];
        foreach ((string name, PlainWeight weight) in Weights) weights[name] = weight.ToJson();
        return new JsonObject { ["class"] = ClassName, ["config"] = Config(), ["weights"] = weights };
    }
}
