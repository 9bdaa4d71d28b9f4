using System.Text.Json;
using Research.Cells;
using Research.Experiments;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Plain.Engine;

namespace Research.Framework.Hosting.Tests;

/// <summary>An engine of another's, registered and named on the command line, runs real experiments.</summary>
public sealed class SecondEngineTests
{
    [TestCase("naive-one-char")]
    [TestCase("state-within-batch")]
    [TestCase("prefix-padded")]
    public async Task PlainEngine_RunsAnExperimentAsTheBuiltInOneDoes(string experiment)
    {
        JsonElement plain = await Run(experiment, "plain"), managed = await Run(experiment, "managed");
        Assert.That(plain.GetProperty("engine").GetString(), Is.EqualTo("plain"));
        Assert.That(Losses(plain), Is.EqualTo(Losses(managed)).Within(1e-5));
        Assert.That(Losses(plain), Has.Length.EqualTo(2));
    }

    private static double[] Losses(JsonElement result) => [.. result.GetProperty("runs")[0].GetProperty("epoch_losses").EnumerateArray().Select(loss => loss.GetDouble())];

    private static async Task<JsonElement> Run(string experiment, string engine)
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using StringWriter output = new(), error = new();
            HostApplication application = new(new HostConsole(output, error, null), services => services.AddEngine<PlainEngine>().AddResearchCells().AddAlphabetExperiments());
            int code = await application.RunAsync(["run", experiment, "--engine", engine, "--set", "training.epochs=2", "--json", file], CancellationToken.None);
            Assert.That(code, Is.Zero, error.ToString());
            using JsonDocument json = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
            return json.RootElement[0].Clone();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
