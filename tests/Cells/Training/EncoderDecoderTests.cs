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

/// <summary>An encoder whose final state starts a decoder.</summary>
public sealed class EncoderDecoderTests
{
    private static readonly TrainingOptions Options = new() { Loss = Loss.MeanSquaredError, Optimizer = new Sgd { LearningRate = 1e-30 } };

    [Test]
    public void Decoder_StartsFromTheEncodersFinalState()
    {
        ICompiledModel model = Compile(useState: true), encoder = new ManagedEngine().Compile(
            Model.Of(Layers.Recurrent(new LstmCell(3)) with { Name = "encoder" }), 2, Options, new Seeds(1));
        ICompiledModel decoder = new ManagedEngine().Compile(
            Model.Of(Layers.Recurrent(new LstmCell(3), returnSequences: true) with { Name = "decoder" }, Layers.Dense(1)), 3, Options, new Seeds(1));
        foreach (WeightDescription weight in encoder.Graph.Weights) encoder.SetWeight(weight.Name, model.GetWeight(weight.Name));
        foreach (WeightDescription weight in decoder.Graph.Weights) decoder.SetWeight(weight.Name, model.GetWeight(weight.Name));

        Dataset data = Data();
        float[] predicted = new float[2 * 4];
        model.PredictBatch(All(data), model.CreateState(), predicted);

        // By hand: the encoder's output and state, then the decoder over the repeated output from that state.
        float[] code = new float[2 * 3];
        RecurrentState encoded = encoder.CreateState(), start = decoder.CreateState();
        encoder.PredictBatch(All(data), encoded, code);
        for (int row = 0; row < 2; row++)
        {
            foreach (StateValues slot in encoded["encoder"].Slots) start["decoder"][slot.Name].Set(row, slot.Get(row));
        }

        Dataset repeated = new()
        {
            Description = "repeated code",
            Samples = 2,
            Input = new()
            {
                TimeSteps = 4,
                Features = 3,
                Values = [.. code.Chunk(3).SelectMany(row => Enumerable.Repeat(row, 4)).SelectMany(row => row)],
            },
            Target = new() { TimeSteps = 4, Width = 1, Values = new float[8] },
        };
        Batch batch = All(repeated);
        batch.RowStates.AsSpan().Fill(RowState.Carry);
        float[] expected = new float[2 * 4];
        decoder.PredictBatch(batch, start, expected);
        Assert.That(predicted, Is.EqualTo(expected));

        float[] without = new float[2 * 4];
        ICompiledModel stateless = Compile(useState: false);
        stateless.PredictBatch(All(data), stateless.CreateState(), without);
        Assert.That(without, Is.Not.EqualTo(predicted).Within(1e-4), "the state must matter, or the test shows nothing");
    }

    [Test]
    public void EncodersGradient_FlowsThroughTheState()
    {
        ICompiledModel model = Compile(useState: true);
        Dataset data = Data();
        model.TrainBatch(All(data), model.CreateState());
        foreach (WeightDescription weight in model.Graph.Weights)
        {
            float[] gradient = model.GetGradient(weight.Name), values = model.GetWeight(weight.Name);
            for (int i = 0; i < values.Length; i += 5)
            {
                const float Step = 1e-3f;
                double Loss(float change)
                {
                    float[] moved = [.. values];
                    moved[i] += change;
                    model.SetWeight(weight.Name, moved);
                    double loss = model.TrainBatch(All(data), model.CreateState()).Loss;
                    model.SetWeight(weight.Name, values);
                    return loss;
                }

                Assert.That(gradient[i], Is.EqualTo((Loss(Step) - Loss(-Step)) / (2 * Step)).Within(4e-4), $"{weight.Name}[{i}]");
            }
        }
    }

    [Test]
    public void StatesThatDiffer_AreRefused() => Assert.That(
        () => new ManagedEngine().Compile(
            Model.Of(Layers.Recurrent(new GruCell(3)) with { Name = "encoder" }, Layers.RepeatVector(2), Layers.Recurrent(new LstmCell(3)) with { InitialStateFrom = "encoder" }),
            2,
            Options,
            new Seeds(1)),
        Throws.InstanceOf<ResearchException>().With.Message.Contains("same kind of cell"));

    [Test]
    public void UnknownEncoder_IsRefused() => Assert.That(
        () => new ManagedEngine().Compile(Model.Of(Layers.Recurrent(new LstmCell(3)) with { InitialStateFrom = "encoder" }), 2, Options, new Seeds(1)),
        Throws.InstanceOf<ResearchException>().With.Message.Contains("'encoder'"));

    private static ICompiledModel Compile(bool useState) => new ManagedEngine().Compile(
        Model.Of(
            Layers.Recurrent(new LstmCell(3)) with { Name = "encoder" },
            Layers.RepeatVector(4),
            Layers.Recurrent(new LstmCell(3), returnSequences: true) with { Name = "decoder", InitialStateFrom = useState ? "encoder" : null },
            Layers.Dense(1)),
        2,
        Options,
        new Seeds(1));

    private static Batch All(Dataset data)
    {
        Batch batch = new(data, data.Samples) { Rows = data.Samples };
        for (int i = 0; i < data.Samples; i++) batch.Samples[i] = i;
        return batch;
    }

    private static Dataset Data()
    {
        Random random = new Seeds(2).Stream("data");
        return new Dataset
        {
            Description = "noise",
            Samples = 2,
            Input = new() { TimeSteps = 5, Features = 2, Values = [.. Enumerable.Range(0, 20).Select(_ => random.NextSingle() * 4 - 2)] },
            Target = new() { TimeSteps = 4, Width = 1, Values = [.. Enumerable.Range(0, 8).Select(_ => random.NextSingle() * 2)] },
        };
    }
}
