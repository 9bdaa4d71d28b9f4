using System.Text.Json;
using Research.Cells;
using Research.Experiments;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Output;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Framework.Weights;
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

    [Test]
    public void Checkpoint_OfOneEngine_IsGoneOnFromByTheOther([Values] bool plainFirst, [Values(0, 2)] int earlier)
    {
        Dataset data = new()
        {
            Description = "numbers",
            Samples = 10,
            Input = new() { TimeSteps = 2, Features = 1, Values = [.. Enumerable.Range(0, 20).Select(i => i % 7 / 7f)] },
            Target = new() { Width = 1, Values = [.. Enumerable.Range(0, 10).Select(i => i % 3 / 3f)] },
        };
        TrainingOptions options = new() { Epochs = 4, BatchSize = 3, Shuffle = false, Loss = Loss.MeanSquaredError, EarlierBatches = earlier };
        IEngine plain = new PlainEngine(), managed = new ManagedEngine();
        TrainingRun whole = New(managed, options), begun = New(plainFirst ? plain : managed, options with { Epochs = 2 }), rest = New(plainFirst ? managed : plain, options);
        double[] expected = [.. whole.Train(data).EpochLosses];
        begun.Train(data);
        Assert.That(rest.Resume(data, Checkpoint.FromFile(begun.CreateCheckpoint().ToFile())).EpochLosses, Is.EqualTo(expected).Within(1e-5));

        TrainingRun New(IEngine engine, TrainingOptions training) =>
            new(engine.Compile(Model.Of(Layers.Recurrent(new LstmCell(3)) with { Dropout = 0.2 }, Layers.Dense(1)).Graph(data), training.Objective, new Seeds(1), 1), training, StatePolicy.Never, new Seeds(1));
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
