using System.Globalization;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Framework.Weights;

namespace Research.Cells.Tests.Training;

/// <summary>
/// A checkpoint means what it says: a flipped bit is found by its checksums; a file whose checksums were made anew, but that says what no
/// training leaves, or was left by another training, is refused by name, and the model stays as it was.
/// </summary>
public sealed class CheckpointMeaningTests
{
    private static readonly Seeds s_seeds = new(11);

    // A figure without any trend.
    private static readonly IMetric s_restless = Metric.Of("restless", predictions => Math.Sin(1e6 * predictions.Values.Sum(value => (double)value)));

    private static readonly Dataset s_data = Data(10), s_validation = Data(4);

    private static readonly TrainingOptions s_options = new() { Epochs = 8, BatchSize = 3, Loss = Loss.MeanSquaredError };

    /// <summary>A training.</summary>
    /// <param name="Name">The case.</param>
    /// <param name="Model">Its layers.</param>
    /// <param name="State">Its state policy.</param>
    /// <param name="Options">Its options.</param>
    public sealed record Case(string Name, Model Model, IStatePolicy State, TrainingOptions Options)
    {
        /// <summary>Batches after which it is interrupted.</summary>
        public int Batches { get; init; } = int.MaxValue;

        public Dataset Learnt { get; init; } = s_data;

        public Dataset? Validation { get; init; }

        public override string ToString() => Name;
    }

    private static readonly Case s_stateful = new(
        "stateful through earlier batches, with dropout, watched, in the middle of an epoch",
        Model.Of(Layers.Recurrent(new LstmCell(3)) with { Dropout = 0.3, RecurrentDropout = 0.2 }, Layers.Dense(2)),
        StatePolicy.Never,
        s_options with
        {
            Shuffle = false,
            EarlierBatches = 2,
            Optimizer = new Adam { AmsGrad = true, Schedule = LearningRateSchedule.Cosine(200) },
            EarlyStopping = new() { Metric = "restless", Patience = 20, RestoreBest = true },
            ReduceOnPlateau = new() { Metric = "restless", Patience = 1, Factor = 0.5, Cooldown = 2 },
        })
    {
        Batches = 22,
        Validation = s_validation,
    };

    private static readonly Case s_ended = new(
        "ended early, the best weights restored",
        Model.Of(Layers.Recurrent(new GruCell(3)), Layers.Dense(2)),
        StatePolicy.Stateless,
        s_options with { Epochs = 40, Optimizer = new Sgd { Momentum = 0.9 }, EarlyStopping = new() { Metric = "restless", Patience = 3, RestoreBest = true } })
    {
        Validation = s_validation,
    };

    private static readonly Case s_severalOutputs = new(
        "two outputs, in the middle of an epoch",
        Model.Build(model =>
        {
            Flow read = model.Add(Layers.Recurrent(new SimpleRnnCell(3)), model.Input("input"));
            model.Output("first", model.Add(Layers.Dense(2), read));
            model.Output("second", model.Add(Layers.Dense(2), read));
        }),
        StatePolicy.Stateless,
        s_options with { Optimizer = new RmsProp { Centered = true, Momentum = 0.5 }, WeightRules = [new() { Pattern = "*/kernel", L2 = 0.01 }] })
    {
        Batches = 10,
        Learnt = Data(10, outputs: ["first", "second"]),
    };

    private static Case[] Cases() => [s_stateful, s_ended, s_severalOutputs];

    [TestCaseSource(nameof(Cases))]
    public void FlippedBits_AreRefused_ByFileAndTensor(Case training)
    {
        TensorFile file = CheckpointOf(training).ToFile();
        byte[] bytes = Bytes(file);
        int data = 8 + (int)BitConverter.ToInt64(bytes);
        Assert.That(Read(bytes).HasChecksums);

        // One bit of each byte of the header, which the metadata stand in; in each tensor the first, the last and some between.
        Random random = s_seeds.Stream("flips");
        List<int> flips = [.. Enumerable.Range(0, data).Select(place => 8 * place + random.Next(8))];
        int offset = data;
        foreach (NamedTensor tensor in Read(bytes).Tensors)
        {
            int size = tensor.Bytes.Length;
            if (size > 0) flips.AddRange([8 * offset, 8 * (offset + size) - 1, .. Enumerable.Range(0, 40).Select(_ => 8 * offset + random.Next(8 * size))]);
            for (int bit = flips.Count - 42; size > 0 && bit < flips.Count; bit++)
                Assert.That(() => Flipped(flips[bit]), Refused($"'file'").With.Message.Contains($"tensor '{tensor.Name}' has not the checksum"));
            offset += size;
        }

        Assert.That(offset, Is.EqualTo(bytes.Length));
        int[] accepted = [.. flips.Where(bit => !IsRefused(() => Flipped(bit), "'file'"))];
        Assert.That(accepted, Is.Empty);
        TestContext.Out.WriteLine($"{flips.Count} flipped bits, each refused");

        TensorFile Flipped(int bit)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            return Read(flipped);
        }
    }

    [Test]
    public void Checksums_AreOptional()
    {
        TensorFile file = CheckpointOf(s_ended).ToFile(), without = new(file.Tensors, file.Metadata);
        Assert.That(Read(Bytes(without)).HasChecksums, Is.False);
        Assert.That(Read(Bytes(without)).Metadata, Is.EqualTo(Read(Bytes(file)).Metadata), "they are not shown among the metadata");
        Assert.That(Bytes(Read(Bytes(file))), Is.EqualTo(Bytes(file)));
        Assert.That(
            () => Bytes(new TensorFile(file.Tensors, new Dictionary<string, string> { ["research-sha256/lstm_1/kernel"] = "0" })),
            Refused("'research-sha256/lstm_1/kernel'"));

        // Another program has put the tensors into another order.
        Assert.That(Read(Bytes(new TensorFile([.. file.Tensors.Reverse()], file.Metadata) { HasChecksums = true })).HasChecksums);
    }

    [TestCaseSource(nameof(Cases))]
    public void Mutations_OfMeaning_AreRefusedByName(Case training)
    {
        TensorFile file = CheckpointOf(training).ToFile();
        ICompiledModel model = Compile(training);
        byte[] before = Bytes(new TensorFile([.. model.Tensors.Select(model.GetTensor)]));
        List<string> accepted = [], counted = [];
        foreach (Mutation mutation in OfTensors(file).Concat(OfMetadata(file)))
        {
            counted.Add(mutation.Name);
            byte[] bytes = Bytes(new TensorFile(mutation.File.Tensors, mutation.File.Metadata) { HasChecksums = true });
            if (!IsRefused(() => New(training, model).Resume(training.Learnt, Checkpoint.FromFile(Read(bytes))), mutation.Said)) accepted.Add(mutation.Name);
        }

        Assert.That(accepted, Is.Empty, $"of {counted.Count} mutations");
        Assert.That(counted, Has.Count.GreaterThan(150).And.Unique);
        Assert.That(Bytes(new TensorFile([.. model.Tensors.Select(model.GetTensor)])), Is.EqualTo(before), "a refused checkpoint changes nothing");
        TestContext.Out.WriteLine($"{counted.Count} mutations, each refused by name");

        // What the mutations were made of is accepted.
        Assert.That(() => New(training, model).Resume(training.Learnt, Checkpoint.FromFile(Read(Bytes(file)))), Throws.Nothing);
    }

    private static IEnumerable<TestCaseData> OtherTrainings()
    {
        Case training = s_stateful;
        TrainingOptions options = training.Options;
        Adam adam = (Adam)options.Optimizer;
        yield return Other("loss", training with { Options = options with { Loss = Loss.MeanAbsoluteError } });
        yield return Other("loss", training with { Options = options with { Losses = [new("output", Loss.MeanSquaredError) { Weight = 2 }] } }, "its weight");
        foreach ((string name, Optimizer optimizer) in new (string, Optimizer)[]
        {
            ("rate", adam with { LearningRate = 0.002 }),
            ("epsilon", adam with { Epsilon = 1e-6 }),
            ("schedule", adam with { Schedule = LearningRateSchedule.Cosine(100) }),
            ("no schedule", adam with { Schedule = LearningRateSchedule.Constant }),
            ("clip norm", adam with { ClipNorm = 1 }),
            ("clip value", adam with { ClipValue = 1 }),
            ("global clip norm", adam with { GlobalClipNorm = 1 }),
        })
        {
            yield return Other("optimizer", training with { Options = options with { Optimizer = optimizer } }, name);
        }

        yield return Other("weight_rules", training with { Options = options with { WeightRules = [new() { Pattern = "*/kernel", L2 = 0.1 }] } });
        foreach (int earlier in (int[])[0, 1, 3]) yield return Other("earlier_batches", training with { Options = options with { EarlierBatches = earlier } }, $"{earlier}");
        yield return Other("early_stopping", training with { Options = options with { EarlyStopping = options.EarlyStopping! with { MinimumDelta = 1e-9 } } });
        yield return Other("reduce_on_plateau", training with { Options = options with { ReduceOnPlateau = options.ReduceOnPlateau! with { Factor = 0.25 } } }, "factor");
        yield return Other("reduce_on_plateau", training with { Options = options with { ReduceOnPlateau = options.ReduceOnPlateau! with { Patience = 2 } } }, "patience");
        yield return Other("state", training with { State = StatePolicy.ResetEachEpoch });
        yield return Other("model", training with { Model = Model.Of(Layers.Recurrent(new LstmCell(3)) with { Dropout = 0.4, RecurrentDropout = 0.2 }, Layers.Dense(2)) }, "dropout");
        yield return Other("model", training with { Model = Model.Of(Layers.Recurrent(new LstmCell(3)) with { Dropout = 0.3, RecurrentDropout = 0.2 }, Layers.Dense(2, Activation.Tanh)) }, "activation");
        yield return Other("data", training with { Learnt = Data(10, change: 1e-3f) }, "one number");
        yield return Other("data", training with { Learnt = Data(10, targetChange: 1e-3f) }, "one target");
        yield return Other("data", training with { Learnt = Data(10, mask: [.. Enumerable.Range(0, 10).Select(sample => sample != 3)]) }, "a mask");
        yield return Other("data", training with { Learnt = Data(10, weights: [.. Enumerable.Range(0, 10).Select(sample => sample == 3 ? 2f : 1f)]) }, "a weight");
        yield return Other("validation_data", training with { Validation = Data(5) });
        yield return Other("shuffle", s_severalOutputs with { Options = s_severalOutputs.Options with { Shuffle = false } }, of: s_severalOutputs);

        static TestCaseData Other(string condition, Case other, string detail = "", Case? of = null) =>
            new TestCaseData(of ?? s_stateful, other, condition).SetArgDisplayNames(condition, detail);
    }

    [TestCaseSource(nameof(OtherTrainings))]
    public void OtherConditions_AreRefusedByName_OrAllowedByAWord(Case training, Case other, string condition)
    {
        Checkpoint checkpoint = CheckpointOf(training);
        Assert.That(() => New(other, Compile(other)).Resume(other.Learnt, checkpoint), Refused($"was trained with {condition} '"));
        TrainingRun allowed = New(other, Compile(other), [condition]);
        Assert.That(allowed.Resume(other.Learnt, checkpoint).Steps, Is.GreaterThan(checkpoint.Step));
        Assert.That(() => New(other, Compile(other), [condition + "x"]).Resume(other.Learnt, checkpoint), Refused($"'{condition}x'"));
    }

    [Test]
    public void OtherTrainings_ThatNoWordAllows_AreRefused()
    {
        Checkpoint checkpoint = CheckpointOf(s_stateful);
        TrainingOptions options = s_stateful.Options;
        void Refuses(Case other, string message, int seed = 11) =>
            Assert.That(
                () => New(other, Compile(other), [.. checkpoint.Conditions.Keys], seed).Resume(other.Learnt, checkpoint),
                Refused(message));
        Refuses(s_stateful, "seed 11", seed: 12);
        Refuses(s_stateful with { Options = options with { BatchSize = 4 } }, "batch size");
        Refuses(s_stateful with { Options = options with { Epochs = 4 } }, "has trained 5 epochs; this training has 4");
        Refuses(s_stateful with { Options = options with { EarlyStopping = null } }, "'training/early_stopping/best'");
        Refuses(s_stateful with { Options = options with { ReduceOnPlateau = null } }, "'training/curves/training/learning_rate_factor'");
        Refuses(s_stateful with { Options = options with { Optimizer = new Adam() } }, "'optimizer/largest_second_moment/lstm_1/kernel'");
        Refuses(s_stateful with { Options = options with { Optimizer = new Adam { AmsGrad = true, Beta1 = 0.8 } } }, "'optimizer/beta1_power'");
        Refuses(s_stateful with { Options = options with { Optimizer = new Sgd() } }, "'optimizer/beta1_power'");
        Refuses(s_stateful with { Model = Model.Of(Layers.Recurrent(new LstmCell(3)), Layers.Dense(2)) }, "'stream/dropout/lstm_1'");
        Refuses(s_stateful with { Model = Model.Of(Layers.Recurrent(new LstmCell(4)) with { Dropout = 0.3, RecurrentDropout = 0.2 }, Layers.Dense(2)) }, "'training/best/…' do not fit the model: 'lstm_1/kernel' is Float32 [2, 12], expected Float32 [2, 16]");
        Refuses(s_stateful with { Learnt = Data(40) }, "does not fit 14 batches an epoch");
    }

    [Test]
    public void Resume_OfAModelThatHadBeenTrainedBefore_EqualsGoingOn()
    {
        ICompiledModel whole = Compile(s_ended), first = Compile(s_ended);
        Case half = s_ended with { Options = s_ended.Options with { Epochs = 2 } };
        New(s_ended, whole).Train(s_data);
        New(s_ended, first).Train(s_data);
        TrainingRun expected = New(s_ended, whole), begun = New(half, first), resumed = New(s_ended, Compile(s_ended));
        expected.Train(s_data);
        begun.Train(s_data);
        resumed.Resume(s_data, begun.CreateCheckpoint());
        Assert.That(Bytes(resumed.CreateCheckpoint().ToFile()), Is.EqualTo(Bytes(expected.CreateCheckpoint().ToFile())));
    }

    /// <summary>A changed file.</summary>
    /// <param name="Name">What was changed.</param>
    /// <param name="File">What it became.</param>
    /// <param name="Said">What a refusal names.</param>
    private sealed record Mutation(string Name, TensorFile File, string Said);

    private static IEnumerable<Mutation> OfTensors(TensorFile file)
    {
        foreach (NamedTensor tensor in file.Tensors)
        {
            string name = tensor.Name, said = Said(name);
            yield return new($"{name} removed", With(file, tensor), said);
            yield return new($"{name} renamed", With(file, tensor, tensor.WithName(name + "x")), said);
            yield return new($"{name} once more under another name", With(file, tensor, tensor, tensor.WithName(name + "x")), said);
            yield return new($"{name} of another type", With(file, tensor, OfAnotherType(tensor)), said);
            yield return new($"{name} with an axis more", With(file, tensor, Reshaped(tensor, [1, .. tensor.Shape])), said);
            yield return new($"{name} without its last axis", With(file, tensor, Reshaped(tensor, [.. tensor.Shape.SkipLast(1)])), said);
            if (tensor.Shape[0] > 0) yield return new($"{name} without its last row", With(file, tensor, Reshaped(tensor, [tensor.Shape[0] - 1, .. tensor.Shape.Skip(1)])), said);
            if (tensor.Shape is [var rows, var columns] && rows != columns) yield return new($"{name} transposed", With(file, tensor, Reshaped(tensor, [columns, rows])), said);
            foreach (NamedTensor wrong in Numbers(tensor)) yield return new($"{name} with {Text(wrong)}", With(file, tensor, wrong), said);
        }

        // Two of different shapes in each other's place, and all of a kind at once.
        for (int i = 1; i < file.Tensors.Count; i++)
        {
            NamedTensor one = file.Tensors[i - 1], other = file.Tensors[i];
            if (one.Type == other.Type && one.Shape.SequenceEqual(other.Shape)) continue;
            yield return new($"{one.Name} and {other.Name} swapped", new TensorFile([.. file.Tensors.Select(tensor => tensor == one ? other.WithName(one.Name) : tensor == other ? one.WithName(other.Name) : tensor)], file.Metadata), "'");
        }

        foreach (string part in (string[])["optimizer/", "state/", "training/", "training/best/", "training/last/", "training/curves/", "stream/", "optimizer/velocity/", "optimizer/second_moment/", "state/@earlier/0/", "state/@earlier/1/"])
        {
            NamedTensor[] others = [.. file.Tensors.Where(tensor => !tensor.Name.StartsWith(part, StringComparison.Ordinal))];
            if (others.Length < file.Tensors.Count) yield return new($"all of {part} removed", new TensorFile(others, file.Metadata), part[..^1]);
        }
    }

    private static IEnumerable<Mutation> OfMetadata(TensorFile file)
    {
        foreach ((string key, string value) in file.Metadata)
        {
            string said = key.Split('/')[^1];
            Mutation Changed(string how, params KeyValuePair<string, string>[] entries) =>
                new($"metadata {key} {how}", new TensorFile(file.Tensors, file.Metadata.Where(entry => entry.Key != key).Concat(entries).ToDictionary()), said);
            yield return Changed("removed");
            yield return Changed("renamed", KeyValuePair.Create(key + "x", value));
            yield return Changed("once more under another name", KeyValuePair.Create(key, value), KeyValuePair.Create("condition/" + key + "x", value)) with { Said = "unknown" };
            foreach (string other in (string[])["", value + "x", " " + value, value + value, "NaN", "-1.5", "1e3", "99999999999999999999"])
                yield return Changed($"'{other}'", KeyValuePair.Create(key, other));
            if (long.TryParse(value, out long number) && key != "version")
            {
                foreach (long other in ((long[])[-number, 2 * number, number + 1, number - 1, number + 1000, int.MaxValue, int.MinValue, long.MaxValue]).Distinct().Where(other => other != number))
                    yield return Changed($"{other}", KeyValuePair.Create(key, other.ToString(CultureInfo.InvariantCulture)));
            }
        }
    }

    // Numbers that no training leaves there.
    private static IEnumerable<NamedTensor> Numbers(NamedTensor tensor)
    {
        string name = tensor.Name;
        if (tensor.Count == 0) yield break;
        switch (tensor.Type)
        {
            case TensorType.Float32:
                float[] floats = tensor.ToFloats();
                foreach (float wrong in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity]) yield return NamedTensor.OfFloats(name, tensor.Shape, [.. floats.SkipLast(1), wrong]);
                if (name.Contains("second_moment", StringComparison.Ordinal) || name.Contains("mean_square", StringComparison.Ordinal)) yield return NamedTensor.OfFloats(name, tensor.Shape, [-1e-6f, .. floats.Skip(1)]);
                break;
            case TensorType.Float64:
                double[] doubles = tensor.ToDoubles();
                bool mayBeNaN = name.Contains("/curves/validation/", StringComparison.Ordinal);
                if (!mayBeNaN) yield return NamedTensor.OfDoubles(name, tensor.Shape, [.. doubles.SkipLast(1), double.NaN]);
                if (!mayBeNaN) yield return NamedTensor.OfDoubles(name, tensor.Shape, [double.NegativeInfinity, .. doubles.Skip(1)]);
                if (name.Contains("_power", StringComparison.Ordinal) || name.EndsWith("/best", StringComparison.Ordinal))
                {
                    foreach (double factor in (double[])[2, 0.5, -1, 0, 1.001]) yield return NamedTensor.OfDoubles(name, tensor.Shape, [factor * doubles[0]]);
                }

                if (name == TensorNames.LearningRateFactor) yield return NamedTensor.OfDoubles(name, tensor.Shape, [-doubles[0]]);
                break;
            case TensorType.Int64:
                long[] longs = tensor.ToLongs();
                yield return NamedTensor.OfLongs(name, tensor.Shape, [-1, .. longs.Skip(1)]);
                yield return NamedTensor.OfLongs(name, tensor.Shape, [.. longs.SkipLast(1), long.MinValue]);
                if (name.StartsWith("stream/", StringComparison.Ordinal)) break; // any position can be
                yield return NamedTensor.OfLongs(name, tensor.Shape, [long.MaxValue, .. longs.Skip(1)]);
                if (name.Contains("@earlier", StringComparison.Ordinal)) yield return NamedTensor.OfLongs(name, tensor.Shape, [.. longs.SkipLast(1), s_data.Samples]);
                else if (!name.EndsWith("epoch/samples", StringComparison.Ordinal) && !name.EndsWith("counted_rows", StringComparison.Ordinal) && !name.StartsWith("training/reduce_on_plateau", StringComparison.Ordinal)) yield return NamedTensor.OfLongs(name, tensor.Shape, [longs[0] + 1]);
                break;
            default:
                yield return NamedTensor.OfBytes(name, tensor.Shape, [2, .. tensor.ToBytes().Skip(1)]);
                yield return NamedTensor.OfBytes(name, tensor.Shape, [.. tensor.ToBytes().SkipLast(1), 255]);
                break;
        }
    }

    // What is named in the end: all weights of the best epoch at once; of an earlier batch's samples or states those that the others do not fit.
    private static string Said(string name) =>
        name.StartsWith("training/best/", StringComparison.Ordinal) || name.StartsWith("training/last/", StringComparison.Ordinal) ? name[..14]
        : name.StartsWith("state/@earlier/", StringComparison.Ordinal) ? "state/@earlier/"
        : name == "training/batch_size" ? "batch"
        : name;

    private static string Text(NamedTensor tensor) => string.Join(' ', tensor.Type switch
    {
        TensorType.Float32 => tensor.ToFloats().Select(value => value.ToString(CultureInfo.InvariantCulture)),
        TensorType.Float64 => tensor.ToDoubles().Select(value => value.ToString(CultureInfo.InvariantCulture)),
        TensorType.Int64 => tensor.ToLongs().Select(value => value.ToString(CultureInfo.InvariantCulture)),
        _ => tensor.ToBytes().Select(value => value.ToString(CultureInfo.InvariantCulture)),
    });

    private static NamedTensor OfAnotherType(NamedTensor tensor) => tensor.Type switch
    {
        TensorType.Float32 => NamedTensor.OfDoubles(tensor.Name, tensor.Shape, [.. tensor.ToFloats().Select(value => (double)value)]),
        TensorType.Float64 => NamedTensor.OfFloats(tensor.Name, tensor.Shape, [.. tensor.ToDoubles().Select(value => (float)value)]),
        TensorType.Int64 => NamedTensor.OfDoubles(tensor.Name, tensor.Shape, [.. tensor.ToLongs().Select(value => (double)value)]),
        _ => NamedTensor.OfLongs(tensor.Name, tensor.Shape, [.. tensor.ToBytes().Select(value => (long)value)]),
    };

    // The first numbers of a tensor, with a zero more where they are not enough.
    private static NamedTensor Reshaped(NamedTensor tensor, int[] shape)
    {
        int count = shape.Aggregate(1, (product, axis) => product * axis);
        return tensor.Type switch
        {
            TensorType.Float32 => NamedTensor.OfFloats(tensor.Name, shape, [.. tensor.ToFloats().Concat(new float[1]).Take(count)]),
            TensorType.Float64 => NamedTensor.OfDoubles(tensor.Name, shape, [.. tensor.ToDoubles().Concat(new double[1]).Take(count)]),
            TensorType.Int64 => NamedTensor.OfLongs(tensor.Name, shape, [.. tensor.ToLongs().Concat(new long[1]).Take(count)]),
            _ => NamedTensor.OfBytes(tensor.Name, shape, [.. tensor.ToBytes().Concat(new byte[1]).Take(count)]),
        };
    }

    private static TensorFile With(TensorFile file, NamedTensor tensor, params NamedTensor[] instead) =>
        new([.. file.Tensors.SelectMany(known => known == tensor ? instead : [known])], file.Metadata);

    private static NUnit.Framework.Constraints.Constraint Refused(string message) => Throws.TypeOf<ResearchException>().With.Message.Contains(message);

    private static bool IsRefused(Action action, string said)
    {
        try
        {
            action();
            return false;
        }
        catch (ResearchException exception) when (exception.Message.Contains(said, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
        catch (ResearchException exception)
        {
            TestContext.Out.WriteLine($"expected '{said}' in: {exception.Message}");
            return false;
        }
    }

    private static Checkpoint CheckpointOf(Case training)
    {
        using CancellationTokenSource source = new();
        TrainingRun run = new(Compile(training), training.Options, new Interrupting(training.State, training.Batches, source), s_seeds) { Validation = training.Validation, Metrics = training.Validation is null ? [] : [s_restless] };
        try
        {
            run.Train(training.Learnt, source.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.That(run.CreateCheckpoint().Step, Is.EqualTo(training.Batches));
        }

        return run.CreateCheckpoint();
    }

    private static TrainingRun New(Case training, ICompiledModel model, string[]? mayDiffer = null, int seed = 11) =>
        new(model, training.Options, training.State, new Seeds(seed)) { Validation = training.Validation, Metrics = training.Validation is null ? [] : [s_restless], MayDiffer = mayDiffer ?? [] };

    private static ICompiledModel Compile(Case training) => new ManagedEngine().Compile(training.Model.Graph(training.Learnt), training.Options.Objective, s_seeds, 1);

    private static byte[] Bytes(TensorFile file)
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, file);
        return stream.ToArray();
    }

    private static TensorFile Read(byte[] bytes) => SafetensorsFile.Read(bytes, "file");

    private static Dataset Data(int samples, float change = 0, float targetChange = 0, bool[]? mask = null, float[]? weights = null, string[]? outputs = null)
    {
        Random random = s_seeds.Stream(FormattableString.Invariant($"data of {samples}"));
        float[] Numbers(int count, float added) => [random.NextSingle() + added, .. Enumerable.Range(1, count - 1).Select(_ => random.NextSingle() - 0.5f)];
        float[] inputs = Numbers(6 * samples, change), targets = Numbers(2 * samples, targetChange);
        return new Dataset
        {
            Description = "noise",
            Samples = samples,
            Input = new() { TimeSteps = 3, Features = 2, Values = inputs },
            Targets = [.. (outputs ?? ["output"]).Select(name => new TargetBlock { Name = name, Width = 2, Values = targets, Mask = mask, Weights = weights })],
        };
    }

    /// <summary>Cancels the training when it comes to a batch.</summary>
    private sealed class Interrupting(IStatePolicy inner, int batch, CancellationTokenSource source) : IStatePolicy
    {
        private int _batches;

        public string Name => inner.Name;

        public bool CarriesBetweenBatches => inner.CarriesBetweenBatches;

        public RowState Before(BatchContext context, int row)
        {
            if (context.Phase == Phase.Train && row == 0 && _batches++ == batch) source.Cancel();
            return inner.Before(context, row);
        }
    }
}
