using Research.Cells;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Plain.Engine;
using static Research.Framework.Equations.Functions;
using static Research.Framework.Models.Layers;

namespace Research.Plain.Fuzz;

/// <summary>What the two engines once did differently, each in a model of its own.</summary>
public sealed class FoundTests
{
    private const int Samples = 4, Steps = 4, Features = 2;

    private static readonly FunctionLoss s_distance = new("distance", (output, target, weight) => weight * Sqrt(Sum(Square(output - target))));

    private static readonly bool[] s_padding = [.. Enumerable.Range(0, Samples * Steps).Select(i => i % Steps is not (0 or Steps - 1))];

    [Test]
    public void OneFlowPutOutTwice_HasBothGradients() => Agree(
        model =>
        {
            Flow flow = model.Add(Dense(2), model.Input());
            model.Output("output", flow);
            model.Output("again", flow);
        },
        new Objective { Losses = [new("output", Loss.MeanSquaredError), new("again", Loss.MeanAbsoluteError)] });

    [Test]
    public void OneFlowPutOutTwice_OfItsLastFunction() => Agree(
        model =>
        {
            Flow flow = model.Add(Dense(2, Activation.Sigmoid), model.Input());
            model.Output("output", flow);
            model.Output("again", flow);
        },
        new Objective { Losses = [new("output", Loss.BinaryCrossEntropy), new("again", Loss.MeanSquaredError)] });

    [Test]
    public void OutputThatIsReadOn_LosesNoGradient_HoweverSure([Values] bool softmax, [Values] bool lastToo, [Values(0, 1)] int earlier) => Agree(
        model =>
        {
            // Far beyond what a float's distance from 1 can show.
            Flow large = model.Map("large", model.Input(), (_, x) => x * 300);
            Flow sure = model.Add(Dense(3, softmax ? Activation.Softmax : Activation.Sigmoid), large), last = model.Last(sure);
            model.Output("output", lastToo ? sure : last);
            if (lastToo) model.Output("last", last);
            model.Output("next", model.Add(Dense(2), last));
        },
        new Objective { Loss = softmax ? Loss.CategoricalCrossEntropy : Loss.BinaryCrossEntropy, Losses = [new("next", Loss.MeanSquaredError)], Optimizer = new Sgd { LearningRate = 1e-4 }, EarlierBatches = earlier });

    [Test]
    public void LogitsOfAMaskedLastStep_AreThoseOfTheStepThatIsHeld([Values] bool zero) => Agree(
        model => model.Output("output", model.Last(model.Add(Recurrent(new SimpleRnnCell(2) { Activation = Activation.Sigmoid }, returnSequences: true) with { ZeroOutputForMask = zero }, model.Input()))),
        new Objective { Loss = Loss.BinaryCrossEntropy },
        s_padding);

    [Test]
    public void LossOfARowThatDoesNotCount_MayHaveNoDerivative() => Agree(
        model => model.Output("output", model.Add(Dense(2) with { UseBias = false }, model.Add(Recurrent(new LstmCell(2), returnSequences: true) with { ZeroOutputForMask = true }, model.Input()))),
        new Objective { Loss = s_distance },
        s_padding,
        zeroTargets: true);

    [Test]
    public void EarlierBatches_HoldNoOutputOfAnother() => Agree(
        model => model.Output("output", model.Add(Dense(2), model.Add(Recurrent(new GruCell(3)), model.Input()))),
        new Objective { Loss = Loss.MeanSquaredError, EarlierBatches = 1 },
        new bool[Samples * Steps].Select((_, i) => i / Steps == 0).ToArray());

    [Test]
    public void Masking_LetsTheGradientOfAMaskedStepThrough() => Agree(
        model => model.Output("output", model.Last(model.Add(Masking(), model.Add(Dense(2), model.Input())))),
        new Objective { Loss = Loss.MeanSquaredError },
        s_padding);

    [Test]
    public void EncoderWhoseOutputNobodyReads_IsTrained([Values] bool sequences) => Agree(
        model =>
        {
            Flow input = model.Input(), encoder = model.Add(Recurrent(new LstmCell(2), sequences), input);
            model.Output("output", model.Add(Recurrent(new LstmCell(2), returnSequences: true), input, startsFrom: encoder));
        },
        new Objective { Loss = Loss.MeanSquaredError });

    [Test]
    public void SymbolsThatAWeightMade_AreReadByOthers() => Agree(
        model =>
        {
            Flow symbols = model.Map("symbols", model.Input("symbols"), (scope, x) => x * scope.Bias("scale", 1, Initializers.Ones));
            Flow read = model.Add(Dense(2), symbols);
            model.Output("output", model.Merge([read, model.Add(Embedding(3, 2), symbols)], MergeMode.Sum));
        },
        new Objective { Loss = Loss.MeanSquaredError, Optimizer = new Sgd { LearningRate = 1e-30 } });

    [Test]
    public void FlowPutOutTwice_LosesNoGradient_WhicheverNameIsLearnt([Values] bool again, [Values] bool softmax) => Agree(
        model =>
        {
            Flow flow = model.Add(Dense(2, softmax ? Activation.Softmax : Activation.Sigmoid), model.Map("large", model.Input(), (_, x) => x * 300));
            model.Output("output", flow);
            model.Output("again", flow);
        },
        new Objective { Loss = softmax ? Loss.CategoricalCrossEntropy : Loss.BinaryCrossEntropy, Losses = [new("output", softmax ? Loss.CategoricalCrossEntropy : Loss.BinaryCrossEntropy) { Weight = again ? 0 : 1 }], Optimizer = new Sgd { LearningRate = 1e-4 } });

    [Test]
    public void LastStepUnderAMask_IsTheLastThatCounts([Values] bool softmax, [Values] bool split, [Values] bool both, [Values(0, 1)] int earlier) => Agree(
        model =>
        {
            Flow input = model.Input();
            Flow every = model.Add(Dense(3, softmax ? Activation.Softmax : Activation.Sigmoid), model.Add(Residual(Recurrent(new LstmCell(Features), returnSequences: true)), input)), last = model.Last(every);
            model.Output("output", last);
            if (both) model.Output("every", every);
            if (split) model.Output("next", model.Add(Dense(2), every));
        },
        new Objective { Loss = softmax ? Loss.CategoricalCrossEntropy : Loss.BinaryCrossEntropy, Losses = split ? [new("next", Loss.MeanSquaredError)] : [], EarlierBatches = earlier },
        s_padding);

    [Test]
    public void LastStepOfWhatIsZeroUnderAMask_IsTheLastThatCounts([Values] bool backwards) => Agree(
        model =>
        {
            Flow input = model.Input();
            Flow zero = backwards ? model.Add(Bidirectional(new GruCell(2), new GruCell(2), returnSequences: true), input) : model.Add(Recurrent(new GruCell(4), returnSequences: true) with { ZeroOutputForMask = true }, input);
            model.Output("output", model.Last(zero));
            model.Output("noise", model.Add(Dense(1), model.Last(model.Add(Dropout(0.5), zero))));
        },
        new Objective { Loss = Loss.MeanSquaredError },
        s_padding);

    [Test]
    public void RowOfWeightZero_IsNotLearnt_WhateverItsEquationsYield() => Agree(
        model => model.Output("output", model.Add(Dense(2) with { UseBias = false }, model.Input())),
        new Objective { Loss = s_distance },
        zeroTargets: true,
        zeroInputsWeighNothing: true);

    [Test]
    public void OutputOfWeightZero_SpoilsNothing() => Agree(
        model =>
        {
            model.Output("output", model.Add(Dense(2), model.Input()));
            model.Output("other", model.Map("nothing", model.Add(Dense(2), model.Input()), (_, x) => x * 0));
        },
        new Objective { Loss = Loss.MeanSquaredError, Losses = [new("other", s_distance) { Weight = 0 }] },
        zeroTargets: true);

    [Test]
    public void InputWhoseStepsAloneAreCounted_IsTaken() => Agree(
        model => model.Output("output", model.Add(Dense(1), model.RepeatTo(model.Add(Recurrent(new LstmCell(2)), model.Input()), model.Input("symbols")))),
        new Objective { Loss = Loss.MeanSquaredError });

    [Test]
    public void EarlierBatches_OfAnotherShapeAnywhere_CannotRunAgain()
    {
        ModelGraph graph = Model.Build(model => model.Output("output", model.Add(Recurrent(new LstmCell(2)), model.Input("symbols")))).Graph(Data(null, [], false));
        RecurrentState state = new(graph);
        Batch first = new(Data(null, [], false), 1) { Rows = 1, RowStates = { [0] = Framework.State.RowState.Carry } };
        state.BeginBatch(first);
        state.EndBatch(2);
        Batch same = new(Data(null, [], false), 1) { Rows = 1, RowStates = { [0] = Framework.State.RowState.Carry } };
        Batch longer = new(Data(null, [], false, symbolSteps: Steps + 1), 1) { Rows = 1, RowStates = { [0] = Framework.State.RowState.Carry } };
        Assert.That(state.UsableEarlierBatches(same), Is.EqualTo(1));
        Assert.That(state.UsableEarlierBatches(longer), Is.Zero);
    }

    private static void Agree(Action<ModelScope> build, Objective objective, bool[]? mask = null, bool zeroTargets = false, bool zeroInputsWeighNothing = false)
    {
        ModelGraph graph = Model.Build(build).Graph([new InputShape("input", Features), new InputShape("symbols", 1)]);
        using Comparison comparison = new(new Case(graph, objective, [Data(mask, graph.Outputs, zeroTargets, zeroInputsWeighNothing: zeroInputsWeighNothing)], 2), new ManagedEngine(), new PlainEngine(), seed: 1);
        comparison.Run();
    }

    private static Dataset Data(bool[]? mask, IReadOnlyList<GraphOutput> outputs, bool zeroTargets, int symbolSteps = Steps, bool zeroInputsWeighNothing = false)
    {
        Random random = new Seeds(1).Stream("data");
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
        return new Dataset
        {
            Description = "found",
            Samples = Samples,
            Inputs =
            [
                new() { TimeSteps = Steps, Features = Features, Values = [.. Numbers(Samples * Steps * Features).Select((value, i) => zeroInputsWeighNothing && i < Steps * Features ? 0 : value)], Mask = mask },
                new() { Name = "symbols", TimeSteps = symbolSteps, Features = 1, Values = [.. Enumerable.Range(0, Samples * symbolSteps).Select(i => (float)(i % 3))] },
            ],
            Targets = [.. outputs.Select(Target)],
        };

        TargetBlock Target(GraphOutput output)
        {
            int steps = output.Node.Steps.Input is null ? output.Node.Steps.Count : Steps, width = output.Node.Width;
            return new TargetBlock { Name = output.Name, TimeSteps = steps, Width = width, Values = zeroTargets ? new float[Samples * steps * width] : Numbers(Samples * steps * width), Weights = zeroInputsWeighNothing ? [.. Enumerable.Range(0, Samples * steps).Select(row => row < steps ? 0f : 1f)] : null };
        }
    }
}
