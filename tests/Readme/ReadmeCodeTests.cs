using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Hosting;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using static Research.Datasets.Sources.Alphabet;

namespace ReadersProject;

/// <summary>The code that README.md quotes, at work.</summary>
public sealed class ReadmeCodeTests
{
    [Test]
    public async Task OwnProject_RunsItsOwnExperimentWithItsOwnCell()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Assert.That(await OwnProgram.RunAsync(["run", "two-letters", "--cell", "minimal-gated-unit", "--quiet", "--json", file]), Is.Zero);
            Assert.That(await File.ReadAllTextAsync(file), Does.Contain("minimal_gated_unit_1").And.Contain("\"fingerprint\"").And.Contain("\"letters\": 2"));
            Assert.That(await OwnProgram.RunAsync(["run", "three-letters", "--quiet", "--json", file, "--set", "training.epochs=1"]), Is.Zero);
            Assert.That(await File.ReadAllTextAsync(file), Does.Contain("\"letters\": 3"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void OwnData_AreLearnt()
    {
        ExperimentCatalog catalog = new(new ServiceCollection().AddResearch().AddResearchCells().AddExperiment<NoisyWave>().BuildServiceProvider());
        double before = catalog.Run("noisy-wave", seed: 1, settings: ["training.epochs=0"]).Metric("root_mean_squared_error");
        Assert.That(catalog.Run("noisy-wave", seed: 1).Metric("root_mean_squared_error"), Is.LessThan(before / 3));
    }

    [Test]
    public void TwoInputs_AreLearnt()
    {
        ExperimentCatalog catalog = new(new ServiceCollection().AddResearch().AddResearchCells().AddExperiment<WrittenBackwards>().BuildServiceProvider());
        ExperimentResult result = catalog.Run("written-backwards", seed: 1);
        Assert.That(result.Metric("accuracy"), Is.GreaterThan(0.9));
        Assert.That(result.Predictions[0].Expected, Is.EqualTo("2 1 0"));
    }

    [Test]
    public void TextThatStaysInItsFile_IsLearntAndTested()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllText(path, string.Concat(Enumerable.Repeat("to be or not to be, that is the question. ", 40)));
            using TextFile text = TextFile.Open(path, Encoder.OneHot);
            Dataset data = new ContiguousRowsFramer(rows: 4, steps: 8).FrameFile(text);
            int learnt = data.Samples / 10 * 8; // whole batches of 4
            ExperimentPlan plan = new()
            {
                Data = data.Part(0, learnt),
                TestData = data.Part(learnt, data.Samples - learnt),
                Model = Model.Of(Layers.Recurrent(new LstmCell(32), returnSequences: true), Layers.Dense(text.Vocabulary.Count, Activation.Softmax)),
                State = StatePolicy.ResetAtBoundaries,
                Training = new() { Epochs = 20, BatchSize = 4, Shuffle = false },
                Metrics = [Metric.BitsPerCharacter, Metric.Mean("surest", (predictions, row) => predictions.Row(row).Max())],
            };
            ExperimentResult result = new ExperimentRunner(TimeProvider.System).Run(new() { Experiment = "text", Cell = "lstm", Engine = new ManagedEngine(), Plan = plan, Seed = 7 });
            Assert.That(learnt % 4, Is.Zero);
            Assert.That(result.Outputs[0].LeftOut, Is.EqualTo(data.Samples - learnt));
            Assert.That(result.Metric("bits_per_character"), Is.LessThan(3.5));
            Assert.That(result.Metric("surest"), Is.InRange(0.1, 1));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void State_IsReadAndWrittenRowByRow()
    {
        Dataset data = new OneStepFramer().Frame(Latin);
        Model description = Model.Of(Layers.Recurrent(new LstmCell(8)), Layers.Dense(26, Activation.Softmax));
        ICompiledModel model = new ManagedEngine().Compile(description.Graph(data), new TrainingOptions().Objective, new Seeds(7));

        RecurrentState state = model.CreateState();
        Batch one = new(data, 1) { Rows = 1 };
        float[] Feed(int letter)
        {
            one.Samples[0] = letter;
            one.RowStates[0] = letter == 0 ? RowState.Reset : RowState.Carry;
            return model.PredictBatch(one, state)["output"].Values;
        }

        for (int letter = 0; letter < 9; letter++) Feed(letter);
        float[] hidden = state["lstm_1"]["hidden"].Get(row: 0), cell = state["lstm_1"]["cell"].Get(row: 0);
        float[] expected = Feed(9);

        // The same letter in four rows, of which the last goes on from where row 0 was.
        Batch batch = new(data, 4) { Rows = 4 };
        Array.Fill(batch.Samples, 9);
        Array.Fill(batch.RowStates, RowState.Reset);
        state["lstm_1"]["hidden"].Set(row: 3, hidden);
        state["lstm_1"]["cell"].Set(row: 3, cell);
        batch.RowStates[3] = RowState.Carry;
        float[] scores = model.PredictBatch(batch, state)["output"].Values;
        Assert.That(scores[78..], Is.EqualTo(expected));
        Assert.That(scores[52..78], Is.Not.EqualTo(expected));
    }

    [Test]
    public void Training_IsValidatedAndStopped()
    {
        ExperimentPlan plan = new NoisyWave(new CellRegistration("lstm", units => new LstmCell(units)).AsFactory()).Plan(new Seeds(1)) with
        {
            Training = new()
            {
                Epochs = 500,
                Loss = Loss.MeanSquaredError,
                ValidationShare = 0.2,
                EarlyStopping = new() { Metric = "loss", Patience = 20, RestoreBest = true },
                ReduceOnPlateau = new() { Patience = 5, Factor = 0.5 },
            },
        };
        ExperimentResult result = new ExperimentRunner(TimeProvider.System).Run(new() { Experiment = "noisy-wave", Cell = "lstm", Engine = new ManagedEngine(), Plan = plan, Seed = 1 });
        Assert.That(result.StoppedEarly);
        Assert.That(result.Curve("validation/root_mean_squared_error").Min(), Is.LessThan(0.1));
    }

    [Test]
    public async Task Observer_WatchesARunOfTheHost()
    {
        TextWriter error = Console.Error;
        using StringWriter log = new();
        try
        {
            Console.SetError(log);
            string[] args = ["run", "noisy-wave", "--quiet", "--set", "training.validation_share=0.2"];
            Assert.That(await ResearchHost.RunAsync(args, services => services.AddExperiment<NoisyWave>().AddObserver<GoodEnough>()), Is.Zero);
        }
        finally
        {
            Console.SetError(error);
        }

        string[] lines = log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.InRange(1, 59).And.All.StartsWith("noisy-wave, seed 1, epoch "));
    }

    [Test]
    public void Experiment_IsRunFromATest()
    {
        ExperimentCatalog catalog = new ServiceCollection()
            .AddResearch()
            .AddResearchCells()
            .AddExperiment<TwoLetters>()
            .BuildServiceProvider()
            .GetRequiredService<ExperimentCatalog>();
        ExperimentResult result = catalog.Run("two-letters", seed: 7, cell: "gru", settings: ["training.epochs=20"]);
        Assert.That(result.EpochLosses, Has.Count.EqualTo(20));
        Assert.That(result.Fingerprint, Is.EqualTo(catalog.Run("two-letters", 7, "gru", ["training.epochs=20"]).Fingerprint));
    }
}
