using System.Text.Json.Nodes;

namespace Research.Reference.Plain;

/// <summary>A weight, row-major, in double precision; its start values are single ones, so that both sides start from the same numbers.</summary>
internal sealed class PlainWeight
{
    public PlainWeight(Random random, params int[] shape)
    {
        Shape = shape;
        Values = new double[shape.Aggregate((a, b) => a * b)];
        for (int i = 0; i < Values.Length; i++) Values[i] = (float)(1.2 * random.NextDouble() - 0.6);
    }

    public int[] Shape { get; }

    public double[] Values { get; }

    /// <summary>λ of a penalty λ Σw².</summary>
    public double L2 { get; set; }

    /// <summary>The most that a column's norm may be.</summary>
    public double? MaxNorm { get; set; }

    public JsonObject ToJson() => ToJson(Values, Shape);

    public static JsonObject ToJson(IEnumerable<double> values, params int[] shape) => new()
    {
        ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]),
        ["data"] = new JsonArray([.. values.Select(value => (JsonNode)value)]),
    };
}
