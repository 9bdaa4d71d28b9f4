using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Tests.Metrics;

/// <summary>A figure of pieces, however large they are, has the bits of that of the whole.</summary>
public sealed class StreamedMetricTests
{
    // More rows than equations are read for at once.
    private const int Samples = 301, Steps = 3, Width = 5;

    private static readonly Seeds Seeds = new(9);

    private static readonly IMetric Largest = Metric.Mean("largest", (predictions, row) => predictions.Row(row).Max());

    private static IEnumerable<IMetric> Streamed => [.. Metric.All.Where(metric => metric != Metric.R2), Largest, Metric.Accuracy.For("answer")];

    private static IEnumerable<Loss> Losses =>
    [
        .. Loss.All, Loss.Huber(0.3), new FunctionLoss("own", (output, target, weight) => weight * Functions.Mean(Functions.Square(output - target) * (target + 1))),
    ];

    private static readonly int[] Sizes = [1, 2, 7, 100, 256, Samples - 1, Samples];

    [Test]
    public void Pieces_GiveTheBitsOfTheWhole([ValueSource(nameof(Streamed))] IMetric metric, [Values] bool masked, [Values] bool counted)
    {
        Predictions whole = MadeUp(IsForClasses(metric), masked, weighted: false, counted);
        double expected = metric.Evaluate(whole);
        Assert.That(expected, Is.Not.NaN);
        foreach (int size in Sizes)
        {
            IMetricAccumulator accumulator = ((IStreamedMetric)metric).Begin();
            foreach (Predictions piece in Pieces(whole, size)) accumulator.Add(piece);
            Assert.That(Bits(accumulator.Result()), Is.EqualTo(Bits(expected)), $"{size}");
        }
    }

    [Test]
    public void Losses_OfPieces_HaveTheBitsOfTheWhole([ValueSource(nameof(Losses))] Loss loss, [Values] bool masked, [Values] bool weighted)
    {
        Predictions whole = MadeUp(loss.IsCrossEntropy, masked, weighted, counted: true);
        double expected = ObjectiveLoss.Of(loss, whole);
        foreach (int size in Sizes)
        {
            PredictionLoss.Accumulator accumulator = new PredictionLoss(loss, Width).Begin();
            foreach (Predictions piece in Pieces(whole, size)) accumulator.Add(piece);
            Assert.That(Bits(accumulator.Result()), Is.EqualTo(Bits(expected)), $"{size}");
        }
    }

    [Test]
    public void ConfusionMatrix_OfPieces_IsThatOfTheWhole([Values] bool masked)
    {
        Predictions whole = MadeUp(classes: true, masked, weighted: false, counted: true);
        ConfusionMatrix expected = ConfusionMatrix.Of(whole);
        foreach (int size in Sizes) Assert.That(ConfusionMatrix.OfPieces(Pieces(whole, size)).ToString(), Is.EqualTo(expected.ToString()), $"{size}");
        Assert.That(() => ConfusionMatrix.OfPieces([]), Throws.TypeOf<ResearchException>().With.Message.Contains("expected at least one piece"));
    }

    [Test]
    public void NaNInOnePiece_IsNaN([ValueSource(nameof(Streamed))] IMetric metric)
    {
        Predictions whole = MadeUp(IsForClasses(metric), masked: false, weighted: false, counted: false);
        whole.Values[Width * 200] = float.NaN;
        IMetricAccumulator accumulator = ((IStreamedMetric)metric).Begin();
        foreach (Predictions piece in Pieces(whole, 7)) accumulator.Add(piece);
        Assert.That(accumulator.Result(), Is.NaN);
    }

    [Test]
    public void RowsThatDoNotCount_MayFillAPiece_ButNotAll()
    {
        Dataset data = Data(new TargetBlock { Width = 2, Classes = [0, 1, 1], Mask = [false, false, true] }, 3);
        Predictions[] pieces = [.. Pieces(new(data, data.Target, [1, 0, 1, 0, 0, 1]), 1)];
        IMetricAccumulator accumulator = ((IStreamedMetric)Metric.Accuracy).Begin();
        accumulator.Add(pieces[0]);
        accumulator.Add(pieces[1]);
        Assert.That(accumulator.Result, Throws.TypeOf<ResearchException>().With.Message.EqualTo(
            "Metric 'accuracy': expected at least one row that counts, got none of 2; the mask of 'made' leaves nothing."));
        accumulator.Add(pieces[2]);
        Assert.That(accumulator.Result(), Is.EqualTo(1));
    }

    [Test]
    public void WhatNeedsAllAtOnce_IsNotStreamed()
    {
        Assert.That(Metric.All.Where(metric => metric is not IStreamedMetric), Is.EqualTo(new[] { Metric.R2 }));
        Assert.That(Metric.R2.For("answer"), Is.Not.InstanceOf<IStreamedMetric>());
        Assert.That(Metric.Of("own", _ => 0), Is.Not.InstanceOf<IStreamedMetric>());
    }

    [Test]
    public void Mean_IsOfTheRowsThatCount_ByName()
    {
        Dataset data = Data(new TargetBlock { Width = 2, Classes = [0, 1, 1], Mask = [true, false, true] }, 3);
        Assert.That(Largest.Evaluate(new(data, data.Target, [0.5f, 0.25f, 9, 9, 0.25f, 1])), Is.EqualTo(0.75));
        Assert.That((Largest.Name, Largest.LargerIsBetter, Largest.ToString()), Is.EqualTo(("largest", false, "largest")));
        Assert.That(Metric.Mean("largest", (_, _) => 0, largerIsBetter: true).LargerIsBetter);
        Assert.That(() => Metric.Mean(" ", (_, _) => 0), Throws.TypeOf<ResearchException>());
    }

    // State is carried from batch to batch, the last batch is ragged, and a layer masks.
    [Test]
    public void Evaluation_BatchByBatch_HasTheBitsOfTheWhole([Values(1, 4, 7, 10)] int batchSize)
    {
        Dataset data = Sequences();
        using ICompiledModel model = Compiled(data);
        Predictions whole = Evaluation.Predict(model, data, StatePolicy.Never, batchSize)[0];
        Predictions[] pieces = [.. Evaluation.PredictInPieces(model, data, StatePolicy.Never, batchSize).Select(outputs => outputs.Single())];
        Assert.That(pieces.Select(piece => piece.Data.Samples).Sum(), Is.EqualTo(data.Samples));
        Assert.That(pieces.SelectMany(piece => piece.Values).Select(value => BitConverter.SingleToInt32Bits(value)), Is.EqualTo(whole.Values.Select(value => BitConverter.SingleToInt32Bits(value))));
        Assert.That(pieces.SelectMany(piece => Enumerable.Range(0, piece.Count).Select(piece.Counts)), Is.EqualTo(Enumerable.Range(0, whole.Count).Select(whole.Counts)).And.Some.False);
        Assert.That(pieces.SelectMany(piece => piece.Target.Classes!), Is.EqualTo(data.Target.Classes));

        IMetric all = Metric.Of("rows", predictions => predictions.Count);
        IReadOnlyList<MetricValue> streamed = Evaluation.Evaluate(model, data, StatePolicy.Never, batchSize, [Metric.CrossEntropy, Largest]);
        IReadOnlyList<MetricValue> kept = Evaluation.Evaluate(model, data, StatePolicy.Never, batchSize, [Metric.CrossEntropy, Largest, all]);
        Assert.That(kept.Select(figure => figure.Name), Is.EqualTo(["loss", "cross_entropy", "largest", "rows"]));
        Assert.That(streamed, Is.EqualTo(kept.SkipLast(1)));
        Assert.That(streamed[1].Value, Is.EqualTo(Metric.CrossEntropy.Evaluate(whole)));
        Assert.That(kept[3].Value, Is.EqualTo(whole.Count));
    }

    // Of data that are made as they are read no prediction is held on to: the memory is that of a batch.
    [Test]
    public void Evaluation_LetsGoOfPieces()
    {
        Dataset data = Sequences();
        using ICompiledModel model = Compiled(data);
        Watch watch = new();
        Evaluation.Evaluate(model, data, StatePolicy.Stateless, 1, [Metric.CrossEntropy, watch]);
        Assert.That(watch.Pieces, Has.Count.EqualTo(data.Samples));
        Assert.That(watch.MostAlive, Is.LessThanOrEqualTo(2));
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static bool IsForClasses(IMetric metric) =>
        metric.Name is "accuracy" or "answer/accuracy" or "top_5_accuracy" or "cross_entropy" or "perplexity" or "bits_per_character";

    private static IEnumerable<Predictions> Pieces(Predictions whole, int size)
    {
        int rows = whole.Target.TimeSteps, values = rows * whole.Target.Width;
        for (int first = 0; first < whole.Data.Samples; first += size)
        {
            int count = Math.Min(size, whole.Data.Samples - first);
            Dataset piece = whole.Data.Piece(first, count);
            yield return new(piece, piece.Target, whole.Values[(first * values)..((first + count) * values)], [.. Enumerable.Range(first * rows, count * rows).Select(whole.Counts)]);
        }
    }

    private static Predictions MadeUp(bool classes, bool masked, bool weighted, bool counted)
    {
        const int Rows = Samples * Steps;
        Random random = Seeds.Stream("made");
        TargetBlock target = new()
        {
            TimeSteps = Steps,
            Width = Width,
            Classes = classes ? [.. Enumerable.Range(0, Rows).Select(_ => random.Next(Width))] : null,
            Values = classes ? null : [.. Enumerable.Range(0, Rows * Width).Select(_ => random.NextSingle())],
            Mask = masked ? [.. Enumerable.Range(0, Rows).Select(row => row % 3 != 1 && row / Steps is < 10 or > 20)] : null,
            Weights = weighted ? [.. Enumerable.Range(0, Rows).Select(row => row % 4 / 2f)] : null,
        };
        float[] values = [.. Enumerable.Range(0, Rows * Width).Select(_ => random.NextSingle())];
        Dataset data = Data(target, Samples);
        return new(data, target, values, counted ? [.. Enumerable.Range(0, Rows).Select(row => row % 5 != 0)] : null);
    }

    private static Dataset Data(TargetBlock target, int samples) =>
        new() { Description = "made", Samples = samples, Input = new() { TimeSteps = 1, Features = 1, Values = new float[samples] }, Target = target };

    private static Dataset Sequences()
    {
        const int Count = 10;
        Random random = Seeds.Stream("sequences");
        return new()
        {
            Description = "sequences",
            Samples = Count,
            Input = new() { TimeSteps = Steps, Features = 1, Values = [.. Enumerable.Range(0, Count * Steps).Select(i => i % 4 == 0 ? 0 : random.NextSingle() + 0.1f)] },
            Target = new() { TimeSteps = Steps, Width = Width, ClassSource = new Made([.. Enumerable.Range(0, Count * Steps).Select(_ => random.Next(Width))]) },
        };
    }

    private static ICompiledModel Compiled(Dataset data)
    {
        FunctionCell cell = new("plain", [new("hidden", 4)], (scope, input, state) =>
        {
            Expr next = Functions.Tanh(input.Dot(scope.Kernel("kernel", 4)) + state["hidden"] * 0.5);
            return new CellStep(output: next, state: [next]);
        });
        Model model = Model.Of(new MaskingLayer(0), new RecurrentLayer(cell) { ReturnSequences = true }, Layers.Dense(Width, Activation.Softmax));
        return new ManagedEngine().Compile(model.Graph(data), new TrainingOptions().Objective, Seeds);
    }

    private sealed class Made(int[] classes) : SampleSource<int>
    {
        public override int Samples => classes.Length / Steps;

        public override string Identity => "made";

        public override void CopyTo(int sample, Span<int> target) => classes.AsSpan(sample * Steps, Steps).CopyTo(target);
    }

    /// <summary>Counts how many of the pieces it was given are still there.</summary>
    private sealed class Watch : IStreamedMetric, IMetricAccumulator
    {
        public List<WeakReference> Pieces { get; } = [];

        public int MostAlive { get; private set; }

        public string Name => "watch";

        public IMetricAccumulator Begin() => this;

        public void Add(Predictions piece)
        {
            Pieces.Add(new WeakReference(piece.Values));
            GC.Collect();
            MostAlive = Math.Max(MostAlive, Pieces.Count(one => one.IsAlive));
        }

        public double Result() => 0;
    }
}
