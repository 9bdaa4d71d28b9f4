using Research.Cells;
using Research.Datasets.Framers;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.State;
using Research.Framework.Training;
using static Research.Datasets.Sources.Alphabet;

namespace Research.Framework.Hosting.Tests.Readme;

/// <summary>The code that README.md quotes, at work.</summary>
public sealed class ReadmeCodeTests
{
    [Test]
    public async Task OwnProject_RunsItsOwnExperimentWithItsOwnCell()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Assert.That(await RunProgram(["run", "two-letters", "--cell", "minimal-gated-unit", "--quiet", "--json", file]), Is.Zero);
            Assert.That(await File.ReadAllTextAsync(file), Does.Contain("minimal_gated_unit_1").And.Contain("\"fingerprint\""));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<int> RunProgram(string[] args)
    {
        return await ResearchHost.RunAsync(args, services => services
            .AddCell("minimal-gated-unit", units => new MinimalGatedUnitCell(units))
            .AddExperiment<TwoLetters>());
    }

    [Test]
    public void State_IsReadAndWrittenRowByRow()
    {
        TrainingOptions training = new() { BatchSize = 1, Shuffle = false };
        FramedDataset data = new OneStepFramer().Frame(Latin);
        ModelDescription description = Model.Of(Layers.Recurrent(new LstmCell(8)), Layers.Dense(26, Activation.Softmax));
        ICompiledModel model = new ManagedEngine().Compile(description, data.Features, training, new Seeds(7));

        RecurrentState state = model.CreateState();
        Batch one = new(data, 1) { Rows = 1 };
        float[] expected = new float[26];
        void Feed(int letter)
        {
            one.Samples[0] = letter;
            one.RowStates[0] = letter == 0 ? RowState.Reset : RowState.Carry;
            model.PredictBatch(one, state, expected);
        }

        for (int letter = 0; letter < 9; letter++) Feed(letter);
        float[] hidden = state["lstm_1"]["hidden"].Get(row: 0), cell = state["lstm_1"]["cell"].Get(row: 0);
        Feed(9);

        // The same letter in four rows, of which the last goes on from where row 0 was.
        Batch batch = new(data, 4) { Rows = 4 };
        float[] scores = new float[4 * 26];
        Array.Fill(batch.Samples, 9);
        Array.Fill(batch.RowStates, RowState.Reset);
        state["lstm_1"]["hidden"].Set(row: 3, hidden);
        state["lstm_1"]["cell"].Set(row: 3, cell);
        batch.RowStates[3] = RowState.Carry;
        model.PredictBatch(batch, state, scores);
        Assert.That(scores[78..], Is.EqualTo(expected));
        Assert.That(scores[52..78], Is.Not.EqualTo(expected));
    }
}
