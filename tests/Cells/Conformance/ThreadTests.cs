using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Conformance;

/// <summary>Several threads at one training, large enough that they divide its rows: never to be seen in a result.</summary>
[TestFixtureSource(typeof(CellsUnderTest), nameof(CellsUnderTest.All))]
public sealed class ThreadTests(CellDescriptor descriptor)
{
    private const int Rows = 50, TimeSteps = 20, Features = 3;

    [Test]
    public void Threads_DoNotShow([Values] bool masked)
    {
        Model model = Model.Of(Recurrent(descriptor.Create(80), returnSequences: true), Bidirectional(descriptor.Create(24), descriptor.Create(24), returnSequences: true), Dense(5, Activation.Softmax));
        Run expected = Train(model, new TrainingOptions(), masked);
        foreach (int threads in new[] { 2, 3, 7 }) Train(model, new TrainingOptions { Threads = threads }, masked).AssertEqual(expected, $"{threads} threads");
    }

    [Test]
    public void Threads_DoNotShow_ThroughEarlierBatches()
    {
        Model model = Model.Of(Recurrent(descriptor.Create(80), returnSequences: true), Dense(5, Activation.Softmax));
        TrainingOptions training = new() { EarlierBatches = 1 };
        Train(model, training with { Threads = 3 }, masked: false).AssertEqual(Train(model, training, masked: false), "3 threads");
    }

    // Three batches: a full one, one whose rows partly start afresh, and a ragged one.
    private static Run Train(Model model, TrainingOptions training, bool masked)
    {
        ICompiledModel compiled = new ManagedEngine().Compile(model, Features, training, new Seeds(7));
        RecurrentState state = compiled.CreateState();
        Dataset data = new()
        {
            Description = "random",
            Samples = Rows,
            Input = new()
            {
                TimeSteps = TimeSteps,
                Features = Features,
                Values = Numbers.ToFloat(Numbers.Uniform("inputs", Rows * TimeSteps * Features)),
                Mask = masked ? [.. Enumerable.Range(0, Rows * TimeSteps).Select(i => i % 7 > i / TimeSteps % 5)] : null,
            },
            Target = new()
            {
                TimeSteps = TimeSteps,
                Width = compiled.OutputWidth,
                Classes = [.. Enumerable.Range(0, Rows * TimeSteps).Select(i => i * 7 % compiled.OutputWidth)],
            },
        };
        data.Validate();
        Batch batch = EngineRun.Batch(data);
        List<double> losses = [compiled.TrainBatch(batch, state).Loss];
        for (int row = 0; row < Rows; row++) batch.RowStates[row] = row % 3 == 0 ? RowState.Reset : RowState.Carry;
        losses.Add(compiled.TrainBatch(batch, state).Loss);
        batch.Rows = Rows - 9;
        losses.Add(compiled.TrainBatch(batch, state).Loss);
        float[] predictions = new float[batch.Rows * TimeSteps * compiled.OutputWidth];
        compiled.PredictBatch(batch, state, predictions);
        return new Run(losses, [.. compiled.Graph.Weights.SelectMany(weight => compiled.GetWeight(weight.Name))], predictions);
    }

    private sealed record Run(List<double> Losses, float[] Weights, float[] Predictions)
    {
        public void AssertEqual(Run expected, string threads)
        {
            Assert.That(Losses, Is.EqualTo(expected.Losses), threads);
            Assert.That(Weights, Is.EqualTo(expected.Weights), threads);
            Assert.That(Predictions, Is.EqualTo(expected.Predictions), threads);
        }
    }
}
