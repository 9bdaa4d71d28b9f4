using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Cells.Tests.Training;

/// <summary>Back-propagation through earlier batches, against one long sequence whose loss is at its end.</summary>
public sealed class EarlierBatchesTests
{
    private const int Rows = 2, Steps = 3, Features = 2;

    // So small that the weights do not move: every batch sees the same ones.
    private static readonly Optimizer Still = new Sgd { LearningRate = 1e-30 };

    [TestCase(0, 1)]
    [TestCase(1, 2)]
    [TestCase(2, 3)]
    public void Gradient_EqualsThatOfOneLongSequence(int earlier, int chunks)
    {
        ICompiledModel pieces = Compile(earlier), whole = Compile(0);
        RecurrentState state = pieces.CreateState();
        for (int chunk = 0; chunk < 3; chunk++)
            pieces.TrainBatch(Batch(Data(Steps), chunk, chunk == 0 ? RowState.Reset : RowState.Carry), state);

        // One sequence of as many chunks as the gradient may cross, from the state before them.
        RecurrentState before = whole.CreateState();
        for (int chunk = 0; chunk < 3 - chunks; chunk++)
            whole.PredictBatch(Batch(Data(Steps), chunk, chunk == 0 ? RowState.Reset : RowState.Carry), before, new float[Rows * 2]);
        whole.TrainBatch(Long(3 - chunks, chunks), before);

        foreach (WeightDescription weight in whole.Graph.Weights)
            Assert.That(pieces.GetGradient(weight.Name), Is.EqualTo(whole.GetGradient(weight.Name)).Within(1e-7), weight.Name);
    }

    [Test]
    public void Gradient_DiffersWithoutEarlierBatches()
    {
        ICompiledModel near = Compile(0), far = Compile(2);
        foreach (ICompiledModel model in new[] { near, far })
        {
            RecurrentState state = model.CreateState();
            for (int chunk = 0; chunk < 3; chunk++) model.TrainBatch(Batch(Data(Steps), chunk, chunk == 0 ? RowState.Reset : RowState.Carry), state);
        }

        Assert.That(far.GetGradient("lstm_1/recurrent_kernel"), Is.Not.EqualTo(near.GetGradient("lstm_1/recurrent_kernel")).Within(1e-6));
    }

    [Test]
    public void ResetRow_PassesNoGradientBack()
    {
        ICompiledModel through = Compile(2), none = Compile(0);
        double[] losses = new double[2];
        foreach ((ICompiledModel model, int index) in new[] { (through, 0), (none, 1) })
        {
            RecurrentState state = model.CreateState();
            model.TrainBatch(Batch(Data(Steps), 0, RowState.Reset), state);
            model.TrainBatch(Batch(Data(Steps), 1, RowState.Carry), state);
            Batch last = Batch(Data(Steps), 2, RowState.Reset);
            last.Rows = 1;
            losses[index] = model.TrainBatch(last, state).Loss;
        }

        Assert.That(losses[0], Is.EqualTo(losses[1]));
        foreach (WeightDescription weight in none.Graph.Weights)
            Assert.That(through.GetGradient(weight.Name), Is.EqualTo(none.GetGradient(weight.Name)), weight.Name);

        // The same with one row reset and the other carried: the reset row adds nothing from before its reset.
        ICompiledModel mixed = Compile(1), fresh = Compile(1);
        RecurrentState mixedState = mixed.CreateState(), freshState = fresh.CreateState();
        mixed.TrainBatch(Batch(Data(Steps), 0, RowState.Reset), mixedState);
        fresh.TrainBatch(Batch(Data(Steps, otherFirstRow: true), 0, RowState.Reset), freshState);
        Batch one = Batch(Data(Steps), 1, RowState.Carry), two = Batch(Data(Steps), 1, RowState.Carry);
        one.RowStates[0] = two.RowStates[0] = RowState.Reset;
        mixed.TrainBatch(one, mixedState);
        fresh.TrainBatch(two, freshState);
        foreach (WeightDescription weight in none.Graph.Weights)
            Assert.That(mixed.GetGradient(weight.Name), Is.EqualTo(fresh.GetGradient(weight.Name)).Within(1e-7), weight.Name);
    }

    [TestCase(0)]
    [TestCase(1)]
    public void StateThatWasSet_IsWhereTheNextBatchStarts(int earlier)
    {
        ICompiledModel model = Compile(earlier), plain = Compile(0);
        RecurrentState state = model.CreateState(), expected = plain.CreateState();
        model.TrainBatch(Batch(Data(Steps), 0, RowState.Reset), state);
        foreach ((RecurrentState to, int row) in new[] { (state, 0), (expected, 0), (state, 1), (expected, 1) })
        {
            foreach (LayerState layer in to.Layers)
            {
                foreach (StateValues slot in layer.Slots) slot.Set(row, [.. Enumerable.Range(0, slot.Width).Select(i => 0.9f - 0.3f * i)]);
            }
        }

        double loss = model.TrainBatch(Batch(Data(Steps), 1, RowState.Carry), state).Loss;
        Assert.That(loss, Is.EqualTo(plain.TrainBatch(Batch(Data(Steps), 1, RowState.Carry), expected).Loss));
        Assert.That(state.Earlier, Has.Count.EqualTo(earlier), "the batch before does not lead to this state; the batch itself does");
    }

    [Test]
    public void StateThatPredictingChanged_IsWhereTheNextBatchStarts()
    {
        ICompiledModel model = Compile(1), plain = Compile(0);
        double[] losses = [.. new[] { model, plain }.Select(each =>
        {
            RecurrentState state = each.CreateState();
            each.TrainBatch(Batch(Data(Steps), 0, RowState.Reset), state);
            each.PredictBatch(Batch(Data(Steps), 2, RowState.Carry), state);
            return each.TrainBatch(Batch(Data(Steps), 1, RowState.Carry), state).Loss;
        })];
        Assert.That(losses[0], Is.EqualTo(losses[1]));
    }

    [Test]
    public void BatchThatIsRefused_IsNotRunAgain()
    {
        Dataset data = new()
        {
            Description = "symbols",
            Samples = 3,
            Input = new() { TimeSteps = 1, Features = 1, Values = [0, 9, 1] },
            Target = new() { Width = 1, Values = [0, 1, 2] },
        };
        Assert.That(Losses(refuses: true), Is.EqualTo(Losses(refuses: false)), "as if it had not been");

        double[] Losses(bool refuses)
        {
            ICompiledModel model = new ManagedEngine().Compile(
                Model.Of(new FunctionLayer("later", (scope, x) => scope.Map("", x, (_, row) => row + 0)), Layers.Embedding(3, 2), Layers.Recurrent(new LstmCell(2)), Layers.Dense(1)), // symbols that are seen only where the batch runs
                1,
                new TrainingOptions { Loss = Loss.MeanSquaredError, Optimizer = Still, EarlierBatches = 1 },
                new Seeds(3));
            RecurrentState state = model.CreateState();
            double first = model.TrainBatch(One(0), state).Loss;
            if (refuses) Assert.That(() => model.TrainBatch(One(1), state), Throws.TypeOf<ResearchException>().With.Message.Contains("got 9"));
            return [first, model.TrainBatch(One(2), state).Loss];
        }

        Batch One(int sample) => new(data, 1) { Rows = 1, Samples = { [0] = sample }, RowStates = { [0] = RowState.Carry } };
    }

    private static ICompiledModel Compile(int earlier) => new ManagedEngine().Compile(
        Model.Of(Layers.Recurrent(new LstmCell(4), returnSequences: true), Layers.Recurrent(new GruCell(3)), Layers.Dense(2)),
        Features,
        new TrainingOptions { Loss = Loss.MeanSquaredError, Optimizer = Still, EarlierBatches = earlier },
        new Seeds(3));

    private static Batch Batch(Dataset data, int chunk, RowState state)
    {
        Batch batch = new(data, Rows) { Rows = Rows };
        for (int row = 0; row < Rows; row++) (batch.Samples[row], batch.RowStates[row]) = (row * 3 + chunk, state);
        return batch;
    }

    /// <summary>Chunks <paramref name="first"/> and following of both rows as one sample each.</summary>
    private static Batch Long(int first, int chunks)
    {
        Dataset cut = Data(Steps);
        int length = Steps * Features;
        Dataset data = new()
        {
            Description = "long",
            Samples = Rows,
            Input = new()
            {
                TimeSteps = Steps * chunks,
                Features = Features,
                Values = [.. Enumerable.Range(0, Rows).SelectMany(row => cut.Input.Values.Skip((row * 3 + first) * length).Take(chunks * length))],
            },
            Target = new()
            {
                Width = 2,
                Values = [.. Enumerable.Range(0, Rows).SelectMany(row => cut.Target.Values!.Skip((row * 3 + first + chunks - 1) * 2).Take(2))],
            },
        };
        Batch batch = new(data, Rows) { Rows = Rows };
        for (int row = 0; row < Rows; row++) (batch.Samples[row], batch.RowStates[row]) = (row, first == 0 ? RowState.Reset : RowState.Carry);
        return batch;
    }

    /// <summary>Two rows of three chunks each: sample 3 * row + chunk.</summary>
    private static Dataset Data(int steps, bool otherFirstRow = false)
    {
        Random random = new Seeds(5).Stream("data");
        float[] inputs = [.. Enumerable.Range(0, 6 * steps * Features).Select(_ => random.NextSingle() * 2 - 1)];
        if (otherFirstRow) inputs.AsSpan(0, steps * Features).Fill(0.25f);
        return new Dataset
        {
            Description = "chunks",
            Samples = 6,
            Input = new() { TimeSteps = steps, Features = Features, Values = inputs },
            Target = new() { Width = 2, Values = [.. Enumerable.Range(0, 12).Select(_ => random.NextSingle())] },
        };
    }
}
