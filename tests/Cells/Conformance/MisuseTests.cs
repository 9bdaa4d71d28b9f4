using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Conformance;

/// <summary>Batches and states that do not belong to the model they are handed to.</summary>
public sealed class MisuseTests
{
    [Test]
    public void StateOfAnotherModel_IsRefused_AndNothingHasHappened()
    {
        EngineRun run = new(ModelShape.LastStep, units => new LstmCell(units));
        Dataset data = run.Data(2, 3);
        ICompiledModel other = new ManagedEngine().Compile(Model.Of(Recurrent(new LstmCell(7)), Dense(5, Activation.Softmax)), EngineRun.Features, new(), new Seeds(7));
        float[] before = run.CurrentWeights();
        string expected = "expected lstm_1/hidden[6], lstm_1/cell[6], got lstm_1/hidden[7], lstm_1/cell[7]";
        Assert.That(() => run.Model.TrainBatch(EngineRun.Batch(data), other.CreateState()), Throws.TypeOf<ResearchException>().With.Message.Contains(expected));
        Assert.That(() => run.Model.PredictBatch(EngineRun.Batch(data), other.CreateState(), new float[10]), Throws.TypeOf<ResearchException>().With.Message.Contains(expected));
        Assert.That(run.CurrentWeights(), Is.EqualTo(before));
    }

    [TestCase(2)]
    [TestCase(-1)]
    public void SampleOutOfRange_IsNamedWithItsRow(int sample)
    {
        EngineRun run = new(ModelShape.LastStep, units => new LstmCell(units));
        Batch batch = EngineRun.Batch(run.Data(2, 3), [1, sample]);
        Assert.That(() => run.Model.TrainBatch(batch, run.State), Throws.TypeOf<ResearchException>().With.Message.Contains($"from 0 to 1 of 'inputs', got {sample} in row 1"));
    }

    [Test]
    public void ModelWithoutWeights_Predicts_AndCannotBeTrained()
    {
        ICompiledModel model = new ManagedEngine().Compile(Model.Of(Dropout(0.5)), 1, new() { Loss = Loss.MeanSquaredError }, new Seeds(7));
        Dataset data = new() { Description = "one", Samples = 1, Input = new() { TimeSteps = 1, Features = 1, Values = [3] }, Target = new() { Width = 1, Values = [0] } };
        float[] output = new float[1];
        model.PredictBatch(EngineRun.Batch(data), model.CreateState(), output);
        Assert.That(output, Is.EqualTo(new[] { 3f }));
        Assert.That(() => model.TrainBatch(EngineRun.Batch(data), model.CreateState()), Throws.TypeOf<ResearchException>().With.Message.Contains("no weights"));
    }

    [TestCase(0)]
    [TestCase(int.MaxValue)]
    public void NumberOfThreadsOutOfRange_IsRefused(int threads) => Assert.That(
        () => new ManagedEngine().Compile(Model.Of(Dense(1)), 1, new() { Loss = Loss.MeanSquaredError, Threads = threads }, new Seeds(7)),
        Throws.TypeOf<ResearchException>().With.Message.Contains($"expected 1 to 1024, got {threads}"));
}
