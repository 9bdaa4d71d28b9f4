using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.State;

namespace Research.Framework.Hosting.Tests;

/// <summary>Keeps what each row is fed, and predicts the letter after the last one it was fed, or what it is told.</summary>
internal sealed class RecordingModel(ModelGraph graph) : ICompiledModel
{
    /// <summary>For each call, what each row was fed: letters, in small ones after a <c>Carry</c>.</summary>
    public List<string[]> Calls { get; } = [];

    /// <summary>The scores, in place of the next letter's: of the call and the row.</summary>
    public Func<int, int, float[]>? Scores { get; init; }

    public ModelGraph Graph => graph;

    public Objective Objective { get; } = new();

    public double LearningRateFactor { get; set; } = 1;

    public IReadOnlyList<string> Tensors => [];

    /// <summary>What a row has been fed, over all calls.</summary>
    public string Fed(int row) => string.Join(' ', Calls.Select(call => call[row]));

    public void TrainBatch(Batch batch, RecurrentState state, BatchLosses losses) => throw new AssertionException("Nothing is to be trained.");

    // The first number of the state counts the time steps since it was zero.
    public void PredictBatch(Batch batch, RecurrentState state, BatchOutputs outputs)
    {
        InputBlock input = batch.Data.Input;
        BatchOutput output = outputs.All[0];
        string[] fed = new string[batch.Rows];
        for (int row = 0; row < batch.Rows; row++)
        {
            bool carries = batch.RowStates[row] == RowState.Carry;
            int size = input.TimeSteps * input.Features;
            int[] letters = [.. input.Values.AsSpan(batch.Samples[row] * size, size).ToArray().Select(value => (int)MathF.Round(value * 26))];
            fed[row] = string.Concat(letters.Select(letter => (char)((carries ? 'a' : 'A') + letter)));
            foreach (StateValues slot in state.Layers.SelectMany(layer => layer.Slots))
            {
                float[] values = carries ? slot.Get(row) : new float[slot.Width];
                values[0] += input.TimeSteps;
                slot.Set(row, values);
            }

            Span<float> scores = output.Values.AsSpan(((row + 1) * output.TimeSteps - 1) * output.Width, output.Width);
            if (Scores is not null) Scores(Calls.Count, row).CopyTo(scores);
            else OneHot(scores, (letters[^1] + 1) % scores.Length);
        }

        Calls.Add(fed);
        States = [.. Enumerable.Range(0, batch.Rows).Select(row => state.Layers[0].Slots[0].Get(row)[0])];
    }

    /// <summary>For each row, the time steps since its state was zero.</summary>
    public float[] States { get; private set; } = [];

    public NamedTensor GetTensor(string name) => throw new AssertionException("Nothing is to be kept.");

    public void SetTensors(IReadOnlyList<NamedTensor> tensors) => throw new AssertionException("Nothing is to be restored.");

    public float[] GetGradient(string weight) => throw new AssertionException("No gradient is to be read.");

    public void Dispose()
    {
    }

    private static void OneHot(Span<float> scores, int one)
    {
        scores.Clear();
        scores[one] = 1;
    }
}
