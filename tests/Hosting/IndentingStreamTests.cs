using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Research.Framework.Hosting.Reports;

namespace Research.Framework.Hosting.Tests;

/// <summary>Compact JSON, whatever the pieces it comes in, is indented to the byte as a writer of indented JSON has it.</summary>
public sealed class IndentingStreamTests
{
    private static readonly JsonWriterOptions s_indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""[[],{},[[]],{"a":{}}]""")]
    [TestCase("""{"a":[1,-2.5E-07,null,true],"b":{"c":"d"}}""")]
    [TestCase("""["[{,:}]","\"","\\","\\\"",",\"a\":[","é漢\u0000"]""")]
    [TestCase("""{"[\"":[{"\\":1},{"x":[]}]}""")]
    public void Compact_IsIndentedAsTheWriterDoes(string compact)
    {
        using MemoryStream expected = new();
        using (Utf8JsonWriter writer = new(expected, s_indented)) JsonDocument.Parse(compact).WriteTo(writer);
        byte[] bytes = Encoding.UTF8.GetBytes(compact);
        for (int piece = 1; piece <= bytes.Length; piece++)
        {
            using MemoryStream got = new();
            using (IndentingStream stream = new(got))
            {
                foreach (byte[] part in bytes.Chunk(piece)) stream.Write(part);
                stream.Flush();
            }

            Assert.That(Encoding.UTF8.GetString(got.ToArray()), Is.EqualTo(Encoding.UTF8.GetString(expected.ToArray())));
        }
    }

    [Test]
    public void MoreThanABuffer_IsWhole()
    {
        string compact = $"[{string.Join(",", Enumerable.Range(0, 30_000))}]";
        using MemoryStream got = new();
        using (IndentingStream stream = new(got))
        {
            stream.Write(Encoding.UTF8.GetBytes(compact));
            stream.Flush();
        }

        Assert.That(JsonSerializer.Deserialize<int[]>(got.ToArray()), Is.EqualTo(Enumerable.Range(0, 30_000)));
    }
}
