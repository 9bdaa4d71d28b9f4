using Research.Framework.Numerics;
using Research.Framework.Weights;

namespace Research.Framework.Tests.Weights;

public class CheckpointTests
{
    private static readonly Checkpoint Sample = new()
    {
        Model =
        [
            NamedTensor.OfFloats("lstm_1/kernel", [1, 4], [1, 2, 3, 4]),
            NamedTensor.OfFloats("optimizer/first_moment/lstm_1/kernel", [1, 4], [5, 6, 7, 8]),
            NamedTensor.OfLongs("stream/dropout/lstm_1", [1], [long.MaxValue]),
        ],
        State = [NamedTensor.OfFloats("state/lstm_1/cell", [2, 1], [9, 10])],
        Training = [NamedTensor.OfDoubles("training/epoch_loss", [1], [0.5])],
        Seed = -7,
        Epoch = 3,
        Step = 1L << 40,
        Conditions = new Dictionary<string, string> { ["loss"] = "huber" },
        Notes = new Dictionary<string, string> { ["experiment"] = "stateful-one-char" },
    };

    [Test]
    public void FromFile_WhatWentIn()
    {
        Checkpoint read = Checkpoint.FromFile(ThroughBytes(Sample.ToFile()));
        Assert.That(Text(read.Model), Is.EquivalentTo(Text(Sample.Model)), "a file is in the order of names");
        Assert.That(Text(read.Training), Is.EqualTo(Text(Sample.Training)));
        Assert.That(Text(read.State), Is.EqualTo(Text(Sample.State)));
        Assert.That(read.State[0].ToFloats(), Is.EqualTo((float[])[9, 10]));
        Assert.That(read.Model.Single(tensor => tensor.Name == "stream/dropout/lstm_1").ToLongs(), Is.EqualTo((long[])[long.MaxValue]));
        Assert.That((read.Seed, read.Epoch, read.Step), Is.EqualTo((-7, 3, 1L << 40)));
        Assert.That(read.Notes, Is.EqualTo(Sample.Notes));
        Assert.That(read.Conditions, Is.EqualTo(Sample.Conditions));
    }

    [Test]
    public void ToFile_WeightsKeepTheirNames() =>
        Assert.That(Sample.ToFile()["lstm_1/kernel"].ToFloats(), Is.EqualTo((float[])[1, 2, 3, 4]));

    [TestCase("seed")]
    [TestCase("format")]
    [TestCase("condition/loss")]
    public void ToFile_NoteNamedLikeTheCheckpointsOwn_IsRefused(string key) =>
        Assert.That(() => (Sample with { Notes = new Dictionary<string, string> { [key] = "1" } }).ToFile(), Refused($"cannot be called '{key}'"));

    [Test]
    public void FromFile_OtherFiles_AreRefused()
    {
        TensorFile file = Sample.ToFile();
        TensorFile With(string key, string value) => new(file.Tensors, new Dictionary<string, string>(file.Metadata) { [key] = value });
        Assert.That(() => Checkpoint.FromFile(new TensorFile(file.Tensors)), Refused("Expected a checkpoint"));
        Assert.That(() => Checkpoint.FromFile(With("version", "1")), Refused("version 1"));
        Assert.That(() => Checkpoint.FromFile(With("epoch", "-1")), Refused("'epoch'"));
        Assert.That(() => Checkpoint.FromFile(With("step", "many")), Refused("'step'"));
        Assert.That(() => Checkpoint.FromFile(With("seed", "99999999999")), Refused("'seed'"));
        Assert.That(() => (Sample with { Model = [Sample.Model[0].WithName("state/x")] }).ToFile(), Refused("cannot hold 'state/x' among a model's tensors"));
        Assert.That(() => (Sample with { State = [Sample.State[0].WithName("lstm_1/cell")] }).ToFile(), Refused("cannot hold 'lstm_1/cell' among a state's tensors"));
    }

    private static NUnit.Framework.Constraints.Constraint Refused(string message) => Throws.TypeOf<ResearchException>().With.Message.Contains(message);

    private static IEnumerable<string> Text(IEnumerable<NamedTensor> tensors) => tensors.Select(tensor => tensor.ToString());

    private static TensorFile ThroughBytes(TensorFile file)
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, file);
        return SafetensorsFile.Read(stream.ToArray(), "checkpoint");
    }
}
