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

/// <summary>Dropout, seen through gradients: with inputs of 1, a weight's gradient tells what became of its input.</summary>
public sealed class DropoutTests
{
    private const int Features = 400, Steps = 3;

    private static readonly TrainingOptions Options = new() { Loss = Loss.MeanSquaredError, Optimizer = new Sgd { LearningRate = 1e-30 } };

    [TestCase(0.25)]
    [TestCase(0.6)]
    public void Dropout_DropsAShareAndScalesTheRest(double rate)
    {
        ICompiledModel model = Compile(Model.Of(Layers.Dropout(rate), Layers.Dense(1) with { UseBias = false }), steps: 1);
        model.SetWeight("dense_1/kernel", new float[Features]);
        Train(model, steps: 1);

        // Prediction 0, target 1: the loss' gradient is -2, a kept input is 1 / (1 - rate).
        float[] gradient = model.GetGradient("dense_1/kernel");
        int dropped = gradient.Count(value => value == 0);
        Assert.That(gradient.Where(value => value != 0), Is.All.EqualTo(-2 / (1 - rate)).Within(1e-5));
        Assert.That(dropped / (double)Features, Is.EqualTo(rate).Within(4 * Math.Sqrt(rate * (1 - rate) / Features)));

        Train(model, steps: 1);
        Assert.That(model.GetGradient("dense_1/kernel"), Is.Not.EqualTo(gradient), "the next batch draws anew");
    }

    [Test]
    public void RecurrentLayersDropout_IsOneMaskForAllSteps()
    {
        ICompiledModel model = Compile(Model.Of(Layers.Recurrent(new SimpleRnnCell(1), returnSequences: true) with { Dropout = 0.5 }, Layers.Dense(1)), Steps);
        Train(model, Steps);
        float[] gradient = model.GetGradient("simple_rnn_1/kernel");
        int dropped = gradient.Count(value => value == 0);

        // Drawn for each step, an input would be dropped at all three with a chance of an eighth.
        Assert.That(dropped, Is.EqualTo(Features / 2).Within(40));
        Assert.That(gradient.Where(value => value != 0).Distinct().Count(), Is.EqualTo(1), "a kept input is kept at every step");
    }

    [Test]
    public void RecurrentDropout_CutsTheHiddenState()
    {
        const int Units = 200;
        ICompiledModel model = Compile(Model.Of(Layers.Recurrent(new SimpleRnnCell(Units)) with { RecurrentDropout = 0.5 }, Layers.Dense(1)), Steps);
        Train(model, Steps);
        float[] gradient = model.GetGradient("simple_rnn_1/recurrent_kernel");
        int cut = Enumerable.Range(0, Units).Count(unit => gradient.AsSpan(unit * Units, Units).IndexOfAnyExcept(0f) < 0);
        Assert.That(cut, Is.EqualTo(Units / 2).Within(30));
    }

    [Test]
    public void Prediction_DropsNothing()
    {
        ICompiledModel with = Compile(Model.Of(Layers.Recurrent(new GruCell(4)) with { Dropout = 0.5, RecurrentDropout = 0.5 }, Layers.Dropout(0.5), Layers.Dense(1)), Steps);
        ICompiledModel without = Compile(Model.Of(Layers.Recurrent(new GruCell(4)), Layers.Dense(1)), Steps);
        Train(with, Steps);
        foreach (Research.Framework.Equations.WeightDescription weight in without.Graph.Weights) without.SetWeight(weight.Name, with.GetWeight(weight.Name));
        float[] dropping = new float[1], plain = new float[1];
        with.PredictBatch(One(Steps), with.CreateState(), dropping);
        without.PredictBatch(One(Steps), without.CreateState(), plain);
        Assert.That(dropping, Is.EqualTo(plain));
    }

    [Test]
    public void SameSeed_SameMask_OtherSeed_OtherMask()
    {
        float[] Gradient(int seed)
        {
            ICompiledModel model = new ManagedEngine().Compile(Model.Of(Layers.Dropout(0.5), Layers.Dense(1)), Features, Options, new Seeds(seed));
            model.SetWeight("dense_1/kernel", new float[Features]);
            Train(model, steps: 1);
            return model.GetGradient("dense_1/kernel");
        }

        float[] first = Gradient(1), again = Gradient(1), other = Gradient(2);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    private static ICompiledModel Compile(Model model, int steps)
    {
        Assert.That(steps, Is.GreaterThan(0));
        return new ManagedEngine().Compile(model, Features, Options, new Seeds(1));
    }

    private static void Train(ICompiledModel model, int steps) => model.TrainBatch(One(steps, model.OutputSteps(steps)), model.CreateState());

    private static Batch One(int steps, int targetSteps = 1)
    {
        Dataset data = new()
        {
            Description = "ones",
            Samples = 1,
            Input = new() { TimeSteps = steps, Features = Features, Values = [.. Enumerable.Repeat(1f, steps * Features)] },
            Target = new() { TimeSteps = targetSteps, Width = 1, Values = [.. Enumerable.Repeat(1f, targetSteps)] },
        };
        Batch batch = new(data, 1) { Rows = 1 };
        batch.RowStates[0] = RowState.Reset;
        return batch;
    }
}
