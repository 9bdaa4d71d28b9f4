using Research.Cells.Tests.Reference;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;

namespace Research.Cells.Tests.Conformance;

/// <summary>What an engine makes of a cell: against float64, and against itself where two ways must give the same bits.</summary>
[TestFixtureSource(typeof(CellsUnderTest), nameof(CellsUnderTest.All))]
public sealed class EngineTests(CellDescriptor descriptor)
{
    private const RowState Carry = RowState.Carry, Reset = RowState.Reset;

    [Test]
    public void TrainBatch_EqualsFloat64([ValueSource(typeof(ModelShape), nameof(ModelShape.All))] ModelShape shape, [Values] bool inputGradient)
    {
        const int Rows = 3, TimeSteps = 4;
        EngineRun run = new(shape, descriptor.Create, positions: inputGradient ? Rows * TimeSteps : 0);
        Dataset data = run.Data(Rows, TimeSteps);
        run.FillState(Rows);
        RowState[] states = [Carry, Reset, Carry];
        ReferenceBatch expected = Reference(run, data, states);

        double loss = run.Model.TrainBatch(EngineRun.Batch(inputGradient ? run.LookedUp(data) : data, states: states), run.State).Loss;

        AssertClose([(float)loss], [expected.Loss], 2e-6, "loss");
        foreach (WeightDescription weight in run.Model.Graph.Weights.Where(weight => expected.WeightGradients.ContainsKey(weight.Name)))
            AssertClose(run.Model.GetGradient(weight.Name), expected.WeightGradients[weight.Name], 2e-5, weight.Name);
        AssertState(run, expected, Rows);
        if (!inputGradient) return;
        double[][] inputGradients = StepMajor([.. run.InputGradient.Select(value => (double)value)], Rows, TimeSteps, EngineRun.Features);
        for (int t = 0; t < TimeSteps; t++)
            AssertClose(Numbers.ToFloat(inputGradients[t]), expected.InputGradients[t], 2e-5, $"input of step {t}");
    }

    [Test]
    public void PredictBatch_EqualsFloat64([ValueSource(typeof(ModelShape), nameof(ModelShape.All))] ModelShape shape)
    {
        const int Rows = 3, TimeSteps = 4;
        EngineRun run = New(shape);
        Dataset data = run.Data(Rows, TimeSteps);
        run.FillState(Rows);
        RowState[] states = [Carry, Reset, Carry];
        ReferenceBatch expected = Reference(run, data, states);

        float[][] predictions = run.Predict(EngineRun.Batch(data, states: states));

        for (int row = 0; row < Rows; row++)
        {
            double[] wanted = [.. expected.Predictions.SelectMany(step => step.Chunk(run.Model.OutputWidth).ElementAt(row))];
            AssertClose(predictions[row], wanted, 2e-6, $"row {row}");
        }

        AssertState(run, expected, Rows);
    }

    [TestCase(6, TestName = "Sequence_EqualsLoopOverSingleSteps")]
    [TestCase(2, TestName = "Sequence_EqualsTwoChunksWithCarriedState")]
    public void Sequence_EqualsChunks(int chunks)
    {
        const int Rows = 3, TimeSteps = 6;
        EngineRun whole = New(ModelShape.EveryStep), pieces = New(ModelShape.EveryStep);
        Dataset data = whole.Data(Rows, TimeSteps);
        float[][] expected = whole.Predict(EngineRun.Batch(data));

        Dataset cut = pieces.Data(Rows * chunks, TimeSteps / chunks, inputs: data.Input.Values);
        List<float>[] predictions = [[], [], []];
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            RowState state = chunk == 0 ? Reset : Carry;
            float[][] part = pieces.Predict(EngineRun.Batch(cut, [chunk, chunks + chunk, 2 * chunks + chunk], [state, state, state]));
            for (int row = 0; row < Rows; row++) predictions[row].AddRange(part[row]);
        }

        Assert.That(predictions, Is.EqualTo(expected));
        for (int row = 0; row < Rows; row++) Assert.That(pieces.StateOf(row), Is.EqualTo(whole.StateOf(row)));
    }

    [Test]
    public void ResetRow_EqualsFreshStart()
    {
        EngineRun fresh = New(ModelShape.EveryStep), used = New(ModelShape.EveryStep);
        Dataset data = fresh.Data(3, 4);
        float[][] expected = fresh.Predict(EngineRun.Batch(data));

        used.FillState(3);
        float[][] predictions = used.Predict(EngineRun.Batch(data, states: [Carry, Reset, Carry]));

        Assert.That(predictions[1], Is.EqualTo(expected[1]));
        Assert.That(predictions[0], Is.Not.EqualTo(expected[0]), "a carried row must differ, or the test shows nothing");
        Assert.That(used.StateOf(1), Is.EqualTo(fresh.StateOf(1)));
        Assert.That(used.StateOf(0), Is.Not.EqualTo(fresh.StateOf(0)));
    }

    [Test]
    public void Rows_AreIndependent([Values(1, 3, 17, 40)] int rows)
    {
        EngineRun together = New(ModelShape.EveryStep), alone = New(ModelShape.EveryStep);
        Dataset data = together.Data(40, 5);
        int[] samples = [.. Enumerable.Range(0, rows).Select(row => (row * 11 + 2) % 40)];
        float[][] predictions = together.Predict(EngineRun.Batch(data, samples));
        for (int row = 0; row < rows; row++)
        {
            Assert.That(alone.Predict(EngineRun.Batch(data, [samples[row]]))[0], Is.EqualTo(predictions[row]), $"row {row}");
            Assert.That(alone.StateOf(0), Is.EqualTo(together.StateOf(row)), $"row {row}");
        }
    }

    [Test]
    public void RaggedBatch_LeavesOtherRowsAlone()
    {
        EngineRun run = New(ModelShape.LastStep), full = New(ModelShape.LastStep);
        Dataset data = run.Data(5, 3);
        run.Predict(EngineRun.Batch(data, [0, 1, 2]));
        float[] before = run.StateOf(2);
        run.Predict(EngineRun.Batch(data, [3, 4], [Carry, Carry]));
        Assert.That(run.StateOf(2), Is.EqualTo(before));

        float[][] continued = run.Predict(EngineRun.Batch(data, [0, 1, 2], [Carry, Carry, Carry]));
        full.Predict(EngineRun.Batch(data, [2]));
        Assert.That(full.Predict(EngineRun.Batch(data, [2], [Carry]))[0], Is.EqualTo(continued[2]));
    }

    [TestCase(0, TestName = "MaskedStepsAfter_ChangeNothing")]
    [TestCase(2, TestName = "MaskedStepsBefore_ChangeNothing")]
    public void MaskedSteps_ChangeNothing(int before)
    {
        const int Rows = 2, Real = 3, TimeSteps = 5;
        EngineRun plain = New(ModelShape.LastStep), padded = New(ModelShape.LastStep);
        Dataset data = plain.Data(Rows, Real);
        float[] inputs = Numbers.ToFloat(Numbers.Uniform("padding", Rows * TimeSteps * EngineRun.Features));
        bool[] mask = new bool[Rows * TimeSteps];
        for (int row = 0; row < Rows; row++)
        {
            Array.Copy(data.Input.Values, row * Real * EngineRun.Features, inputs, (row * TimeSteps + before) * EngineRun.Features, Real * EngineRun.Features);
            Array.Fill(mask, true, row * TimeSteps + before, Real);
        }

        Dataset masked = padded.Data(Rows, TimeSteps, inputs: inputs, mask: mask);
        RowState[] states = [Carry, Reset];
        plain.FillState(Rows);
        padded.FillState(Rows);
        Assert.That(padded.Predict(EngineRun.Batch(masked, states: states)), Is.EqualTo(plain.Predict(EngineRun.Batch(data, states: states))));
        Assert.That(padded.StateOf(0), Is.EqualTo(plain.StateOf(0)));
        Assert.That(padded.StateOf(1), Is.EqualTo(plain.StateOf(1)));

        plain.Model.TrainBatch(EngineRun.Batch(data, states: states), plain.State);
        padded.Model.TrainBatch(EngineRun.Batch(masked, states: states), padded.State);
        foreach (WeightDescription weight in plain.Model.Graph.Weights)
            Assert.That(padded.Model.GetGradient(weight.Name), Is.EqualTo(plain.Model.GetGradient(weight.Name)).Within(1e-6f), weight.Name);
    }

    [Test]
    public void TrainBatch_GivesTheSameBitsAtEveryVectorWidth([ValueSource(typeof(ModelShape), nameof(ModelShape.All))] ModelShape shape)
    {
        float[]? expected = null;
        foreach (int lanes in new[] { 1, 4, 8, 16 })
        {
            EngineRun run = new(shape, descriptor.Create, new ManagedEngine(lanes));
            Dataset data = run.Data(18, 3);
            for (int step = 0; step < 4; step++) run.Model.TrainBatch(EngineRun.Batch(data, states: [.. Enumerable.Repeat(Carry, 18)]), run.State);
            float[] weights = run.CurrentWeights();
            Assert.That(weights, Is.All.Matches<float>(float.IsFinite));
            Assert.That(weights, Is.EqualTo(expected ??= weights), $"{lanes} lanes");
        }
    }

    [Test]
    public void TrainBatch_AllocatesNothingAfterWarmUp([ValueSource(typeof(ModelShape), nameof(ModelShape.All))] ModelShape shape)
    {
        EngineRun run = New(shape);
        Dataset data = run.Data(5, 4);
        Batch full = EngineRun.Batch(data, [0, 1, 2]), ragged = EngineRun.Batch(data, [3, 4], [Carry, Carry]);

        BatchLosses losses = new(run.Model.Graph, run.Model.Objective);

        // The runtime itself may allocate once, when it compiles a method anew; a step that allocates does so in every round.
        List<long> allocated = [];
        for (int round = 0; round < 6; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 5; i++)
            {
                run.Model.TrainBatch(full, run.State, losses);
                run.Model.TrainBatch(ragged, run.State, losses);
            }

            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(allocated.Skip(1).Min(), Is.Zero);
    }

    private EngineRun New(ModelShape shape) => new(shape, descriptor.Create);

    private static ReferenceBatch Reference(EngineRun run, Dataset data, RowState[] states)
    {
        int rows = data.Samples, steps = data.Target.TimeSteps, width = data.Target.Width;
        ReferenceModel reference = new(run.Description, data.Input.Features, run.Shape.Loss);
        double[][][] state = reference.ZeroState(rows);
        int recurrent = 0;
        foreach (double[][] slots in state.Where(slots => slots.Length > 0))
        {
            LayerState layer = run.State.Layers[recurrent++];
            for (int slot = 0; slot < slots.Length; slot++)
            {
                for (int row = 0; row < rows; row++)
                {
                    if (states[row] == Carry) layer.Slots[slot].Get(row).Select(value => (double)value).ToArray().CopyTo(slots[slot], row * layer.Slots[slot].Width);
                }
            }
        }

        double[][] inputs = StepMajor([.. data.Input.Values.Select(value => (double)value)], rows, data.Input.TimeSteps, data.Input.Features);
        double[] targets = data.Target.Classes is { } classes
            ? [.. classes.SelectMany(c => Enumerable.Range(0, width).Select(i => i == c ? 1.0 : 0.0))]
            : [.. data.Target.Values!.Select(value => (double)value)];
        return reference.Run(run.Weights, rows, inputs, state, StepMajor(targets, rows, steps, width));
    }

    /// <summary><c>[rows, steps, width]</c> to <c>[steps][rows * width]</c>.</summary>
    private static double[][] StepMajor(double[] values, int rows, int steps, int width) =>
        [.. Enumerable.Range(0, steps).Select(step => Enumerable.Range(0, rows).SelectMany(row => values.Skip((row * steps + step) * width).Take(width)).ToArray())];

    private static void AssertState(EngineRun run, ReferenceBatch expected, int rows)
    {
        double[][][] layers = [.. expected.FinalState.Where(slots => slots.Length > 0)];
        for (int row = 0; row < rows; row++)
        {
            double[] wanted = [.. layers.SelectMany(slots => slots).SelectMany(slot => slot.Chunk(slot.Length / rows).ElementAt(row))];
            AssertClose(run.StateOf(row), wanted, 2e-6, $"state of row {row}");
        }
    }

    /// <summary>Within a tolerance that is absolute for numbers up to 1 and grows with the largest beyond.</summary>
    private static void AssertClose(float[] actual, double[] expected, double tolerance, string what) =>
        Assert.That(actual, Is.EqualTo(expected).Within(tolerance * Math.Max(1, expected.Max(Math.Abs))), what);
}
