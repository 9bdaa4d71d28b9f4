using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Models;

/// <summary>The last step of a padded sequence is that of the same sequence without its padding.</summary>
public sealed class LastStepTests
{
    private const int Features = 2, Width = 2, Real = 3, Padding = 2;

    private static readonly Objective s_squares = new() { Loss = Loss.MeanSquaredError, Optimizer = new Sgd() };

    /// <summary>Who yields every step.</summary>
    public enum Sequence
    {
        /// <summary>A recurrent layer and its input added to it.</summary>
        Residual,

        /// <summary>A recurrent layer beside its input.</summary>
        Beside,

        /// <summary>Equations of each step.</summary>
        Dense,

        /// <summary>Both directions, whose masked steps are zero.</summary>
        Bidirectional,

        /// <summary>Equations over a recurrent layer whose masked steps are zero.</summary>
        Zero,

        /// <summary>A recurrent layer that repeats its output.</summary>
        Plain,
    }

    [Test]
    public void PaddedBehind_IsAsWithoutPadding([Values] Sequence kind, [Values] bool trained)
    {
        Random random = new Seeds(4).Stream("data");
        float[] values = [.. Enumerable.Range(0, (Real + Padding) * Features).Select(_ => random.NextSingle())];
        Dataset padded = Data(Real + Padding, values, [.. Enumerable.Range(0, Real + Padding).Select(step => step < Real)]), shorter = Data(Real, values[..(Real * Features)], mask: null);
        ICompiledModel[] models = [.. new[] { padded, shorter }.Select(data => new ManagedEngine().Compile(Build(kind).Graph(data), s_squares, new Seeds(2)))];
        if (trained) models[0].TrainBatch(Whole(padded), models[0].CreateState());
        if (trained) models[1].TrainBatch(Whole(shorter), models[1].CreateState());
        Predictions one = Evaluation.Predict(models[0], padded, StatePolicy.Stateless, 1)[0], other = Evaluation.Predict(models[1], shorter, StatePolicy.Stateless, 1)[0];
        Assert.That(one.Values, Is.EqualTo(other.Values).Within(1e-6));
        Assert.That(one.Counts(0), Is.True);
    }

    [Test]
    public void RecurrentLayerThatYieldsZeros_EndsInZero_AsInKeras()
    {
        Dataset padded = Data(Real + Padding, new float[(Real + Padding) * Features], [true, true, true, false, false]);
        ModelGraph graph = Model.Of(Recurrent(new LstmCell(Width)) with { ZeroOutputForMask = true }).Graph(padded);
        using ICompiledModel model = new ManagedEngine().Compile(graph, s_squares, new Seeds(2));
        model.SetWeight("lstm_1/bias", [.. Enumerable.Repeat(1f, 4 * Width)]);
        Assert.That(Evaluation.Predict(model, padded, StatePolicy.Stateless, 1)[0].Values, Is.All.Zero);
    }

    private static Model Build(Sequence kind) => Model.Build(model =>
    {
        Flow input = model.Input();
        Flow every = kind switch
        {
            Sequence.Residual => model.Add(Residual(Recurrent(new LstmCell(Features), returnSequences: true)), input),
            Sequence.Beside => model.Merge([model.Add(Recurrent(new GruCell(2), returnSequences: true), input), input], MergeMode.Concat),
            Sequence.Dense => model.Add(Dense(2), input),
            Sequence.Bidirectional => model.Add(Bidirectional(new GruCell(2), new GruCell(2), returnSequences: true), input),
            Sequence.Zero => model.Add(Dense(2), model.Add(Recurrent(new LstmCell(2), returnSequences: true) with { ZeroOutputForMask = true }, input)),
            _ => model.Add(Recurrent(new LstmCell(2), returnSequences: true), input),
        };

        // As wide as the target, whatever the sequence.
        Flow last = model.Add(LastStep(), every);
        model.Output("output", model.Map("narrow", last, (_, x) => x.Slice(0, Width)));
    });

    private static Dataset Data(int steps, float[] values, bool[]? mask) => new()
    {
        Description = "padded",
        Samples = 1,
        Input = new() { TimeSteps = steps, Features = Features, Values = values, Mask = mask },
        Target = new() { Width = Width, Values = new float[Width] },
    };

    private static Batch Whole(Dataset data) => new(data, 1) { Rows = 1 };
}
