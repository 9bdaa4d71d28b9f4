using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.Training;
using static Research.Framework.Equations.Functions;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Conformance;

/// <summary>
/// Cells that read only a part of their state, yield what they were given, or view a weight in several ways: gradients
/// against central differences, in the second of two equal batches, so that nothing of the first one may linger.
/// </summary>
public sealed class UnusualCellTests
{
    private const int Rows = 3, TimeSteps = 5, Features = 2, Units = 4;

    private static readonly TrainingOptions Still = new() { Loss = Loss.MeanSquaredError, Optimizer = new Sgd { LearningRate = 1e-30 } };

    private static readonly CellDescriptor[] Cells =
    [
        new("state that only the next step reads", units => Cell("h", (cell, input, h) =>
            new CellStep(Tanh(h), (input + cell.Bias("bias", Features)).Dot(Kernel(cell, "kernel", Features, units))))),
        new("state that nobody reads", units => new FunctionCell("unread", [new("h", units), new("last", units)], (cell, input, state) =>
        {
            Expr h = Tanh(input.Dot(Kernel(cell, "kernel", Features, units)) + state["h"].Dot(Kernel(cell, "recurrent", units, units)));
            return new CellStep(h, h, h * 2);
        })),
        new("state of which a part is read", units => Cell("h", (cell, input, h) =>
        {
            Expr next = Tanh(input.Dot(Kernel(cell, "kernel", Features, units)) + h.Slice(0, units - 1).Dot(Kernel(cell, "recurrent", units - 1, units)));
            return new CellStep(next, next);
        })),
        new("state that comes from its neighbour", units => new FunctionCell("swapped", [new("a", units), new("b", units)], (cell, input, state) =>
        {
            Expr a = Tanh(input.Dot(Kernel(cell, "kernel", Features, units)) + state["b"]);
            return new CellStep(a * state["a"], a, state["a"]);
        })),
        new("output that is the input", units => Cell("h", (cell, input, h) =>
            new CellStep(input, Tanh(h + input.Dot(Kernel(cell, "kernel", Features, units)))))),
        new("a weight's row, then all of it", units => Cell("h", (cell, input, h) =>
        {
            Expr kernel = Kernel(cell, "kernel", Features, units);
            Expr next = Tanh(Tanh(h + input.Dot(kernel)) + kernel.Row(1));
            return new CellStep(next, next);
        })),
        new("columns of a weight that overlap", units => Cell("h", (cell, input, h) =>
        {
            Expr kernel = Kernel(cell, "kernel", Features, 2 * units);
            Expr next = Tanh(Tanh(h + input.Dot(kernel.Slice(0, units))) + input.Dot(kernel.Slice(units - 2, units)));
            return new CellStep(next, next);
        })),
    ];

    [Test]
    public void Gradient_EqualsCentralDifferences([ValueSource(nameof(Cells))] CellDescriptor descriptor, [Values] bool masked, [Values] bool returnSequences)
    {
        Model model = Model.Of(Dense(Features), Recurrent(descriptor.Create(Units), returnSequences), Dense(2));
        AssertGradients(model, masked);
    }

    [Test]
    public void Gradient_OfAnEncoder_EqualsCentralDifferences([ValueSource(nameof(Cells))] CellDescriptor descriptor, [Values] bool masked, [Values(1, 2)] int decoders)
    {
        Layer Decoder(string name) => Recurrent(descriptor.Create(Units), returnSequences: true) with { Name = name, InitialStateFrom = "encoder" };
        List<Layer> layers = [Recurrent(descriptor.Create(Units)) with { Name = "encoder" }, RepeatVector(3), Dense(Features), Decoder("first")];
        if (decoders == 2) layers.AddRange(Dense(Features), Decoder("second"));
        AssertGradients(Model.Of([.. layers, Dense(2)]), masked);
    }

    [Test]
    public void Penalty_OnColumnsThatNobodyReads_DoesNotAddUp()
    {
        ICell cell = Cell("h", (cell, input, h) =>
        {
            Expr next = Tanh(h + input.Dot(Kernel(cell, "kernel", Features, 2 * Units).Slice(0, Units)));
            return new CellStep(next, next);
        });
        ICompiledModel model = Compile(Model.Of(Recurrent(cell)), Still with { WeightRules = [new WeightRule { Pattern = "*", L2 = 0.5 }] });
        Dataset data = Data(model, masked: false);
        for (int i = 0; i < 3; i++) model.TrainBatch(EngineRun.Batch(data), model.CreateState());
        float[] gradient = model.GetGradient(model.Graph.Weights[0].Name), values = model.GetWeight(model.Graph.Weights[0].Name);
        for (int row = 0; row < Features; row++)
        {
            for (int column = Units; column < 2 * Units; column++)
                Assert.That(gradient[row * 2 * Units + column], Is.EqualTo(values[row * 2 * Units + column]));
        }
    }

    // Few rows: the optimizer forms the gradient itself, later, from its factors.
    [Test]
    public void Update_OfAHeldOutput_ReachesTheStepThatYieldedIt()
    {
        ICell cell = Cell("h", (cell, input, h) => new CellStep(input.Dot(Kernel(cell, "kernel", Features, Units)), h * 0.5));
        Model model = Model.Of(Recurrent(cell));
        ICompiledModel few = Compile(model, Still with { Optimizer = new Adam() });
        Dataset data = Data(few, masked: true);
        int row = Array.FindIndex(Enumerable.Range(0, Rows).ToArray(), index => !data.Input.Mask![index * TimeSteps + TimeSteps - 1]);
        Batch batch = EngineRun.Batch(data, [row]);
        float[] before = few.GetWeight(few.Graph.Weights[0].Name);
        few.TrainBatch(batch, few.CreateState());
        Assert.That(few.GetGradient(few.Graph.Weights[0].Name), Has.All.Not.Zero);
        Assert.That(few.GetWeight(few.Graph.Weights[0].Name).Zip(before, (after, start) => after - start), Has.All.Not.Zero);
    }

    [Test]
    public void GetGradient_AfterPrediction_IsThatOfTheTrainingStep()
    {
        Model model = Model.Of(Recurrent(new LstmCell(Units)));
        ICompiledModel asked = Compile(model, Still with { Optimizer = new Adam() }), late = Compile(model, Still with { Optimizer = new Adam() });
        Dataset data = Data(asked, masked: false);
        asked.TrainBatch(EngineRun.Batch(data, [0]), asked.CreateState());
        late.TrainBatch(EngineRun.Batch(data, [0]), late.CreateState());
        float[][] expected = [.. asked.Graph.Weights.Select(weight => asked.GetGradient(weight.Name))];
        late.PredictBatch(EngineRun.Batch(data, [1]), late.CreateState(), new float[Units]);
        Assert.That(late.Graph.Weights.Select(weight => late.GetGradient(weight.Name)), Is.EqualTo(expected));
    }

    private static FunctionCell Cell(string state, Func<CellScope, Expr, Expr, CellStep> step) =>
        new("unusual", [new StateSlot(state, Units)], (cell, input, before) => step(cell, input, before[state]));

    private static Expr Kernel(CellScope cell, string name, int rows, int columns) => cell.Weight(name, rows, columns, Initializers.GlorotUniform);

    private static ICompiledModel Compile(Model description, TrainingOptions training)
    {
        ICompiledModel model = new ManagedEngine().Compile(description, Features, training, new Seeds(3));
        foreach ((string name, double[] values) in Numbers.Weights(model.Graph.Weights)) model.SetWeight(name, Numbers.ToFloat(values));
        return model;
    }

    private static Dataset Data(ICompiledModel model, bool masked)
    {
        int steps = model.OutputSteps(TimeSteps);
        return new Dataset
        {
            Description = "noise",
            Samples = Rows,
            Input = new()
            {
                TimeSteps = TimeSteps,
                Features = Features,
                Values = Numbers.ToFloat(Numbers.Uniform("inputs", Rows * TimeSteps * Features)),
                Mask = masked ? [.. Enumerable.Range(0, Rows * TimeSteps).Select(i => i % 7 is not (2 or 4))] : null,
            },
            Target = new()
            {
                TimeSteps = steps,
                Width = model.OutputWidth,
                Values = Numbers.ToFloat(Numbers.Uniform("targets", Rows * steps * model.OutputWidth)),
            },
        };
    }

    private static void AssertGradients(Model description, bool masked)
    {
        const float Step = 1 / 256f;
        ICompiledModel model = Compile(description, Still);
        Dataset data = Data(model, masked);
        Batch batch = EngineRun.Batch(data);
        double Train() => model.TrainBatch(batch, model.CreateState()).Loss;
        Train();
        Train();
        Dictionary<string, float[]> gradients = model.Graph.Weights.ToDictionary(weight => weight.Name, weight => model.GetGradient(weight.Name));
        foreach ((string name, float[] gradient) in gradients)
        {
            float[] values = model.GetWeight(name);
            for (int i = 0; i < values.Length; i++)
            {
                double Loss(float change)
                {
                    float[] moved = [.. values];
                    moved[i] += change;
                    model.SetWeight(name, moved);
                    return Train();
                }

                // Of fourth order, so that the step may be so large that float's rounding does not count.
                double difference = (8 * (Loss(Step) - Loss(-Step)) - (Loss(2 * Step) - Loss(-2 * Step))) / (12 * Step);
                Assert.That(gradient[i], Is.EqualTo(difference).Within(1e-4), $"{name}[{i}]");
            }

            model.SetWeight(name, values);
        }
    }
}
