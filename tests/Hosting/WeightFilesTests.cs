using System.Diagnostics;
using Research.Datasets.Sources;
using Research.Framework.Numerics;
using Research.Framework.Weights;

namespace Research.Framework.Hosting.Tests;

public class WeightFilesTests
{
    private static readonly TensorFile Sample = new([NamedTensor.OfFloats("lstm_1/kernel", [2], [1, 2])]);

    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("weights").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Load_WhatWasSaved()
    {
        string path = Path.Combine(_folder, "model.safetensors");
        WeightFiles.Save(path, Sample);
        WeightFiles.Save(path, Sample);
        Assert.That(WeightFiles.Load(path)["lstm_1/kernel"].ToFloats(), Is.EqualTo((float[])[1, 2]));
        Assert.That(Directory.GetFileSystemEntries(_folder), Is.EqualTo((string[])[path]), "nothing else is left behind");
    }

    [Test]
    public void Save_FailsHalfway_OldFileStays()
    {
        string path = Path.Combine(_folder, "model.safetensors");
        WeightFiles.Save(path, Sample);
        TensorFile refused = new([NamedTensor.OfFloats("__metadata__", [1], [1])]);
        Assert.That(() => WeightFiles.Save(path, refused), Throws.TypeOf<ResearchException>());
        Assert.That(WeightFiles.Load(path)["lstm_1/kernel"].ToFloats(), Is.EqualTo((float[])[1, 2]));
        Assert.That(Directory.GetFileSystemEntries(_folder), Has.Length.EqualTo(1));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "links take a privilege there")]
    public void Save_ThroughALink_LeavesTheLink()
    {
        string path = Path.Combine(_folder, "model.safetensors"), link = Path.Combine(_folder, "latest.safetensors");
        File.CreateSymbolicLink(link, path);
        WeightFiles.Save(link, Sample);
        Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo(path));
        Assert.That(WeightFiles.Load(path)["lstm_1/kernel"].ToFloats(), Is.EqualTo((float[])[1, 2]));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "pipes and /dev are Unix's")]
    public void PipesAndDevices_WhichNeverEnd_AreNotRead()
    {
        string pipe = Path.Combine(_folder, "pipe");
        using (Process make = Process.Start("mkfifo", [pipe])!) make.WaitForExit();
        foreach (string path in (string[])["/dev/zero", "/dev/null", pipe])
        {
            Assert.That(() => WeightFiles.Load(path), Throws.TypeOf<ResearchException>().With.Message.Contains(path).And.Message.Contains("a pipe or a device"));
            Assert.That(() => TextSource.FromFile(path), Throws.TypeOf<ResearchException>().With.Message.Contains(path).And.Message.Contains("a pipe or a device"));
        }
    }

    [Test]
    public void MissingOrDamagedFiles_AreRefusedByName()
    {
        string missing = Path.Combine(_folder, "missing.safetensors"), damaged = Path.Combine(_folder, "damaged.safetensors");
        File.WriteAllText(damaged, "not at all");
        Assert.That(() => WeightFiles.Load(missing), Throws.TypeOf<ResearchException>().With.Message.Contains(missing));
        Assert.That(() => WeightFiles.Load(_folder), Throws.TypeOf<ResearchException>().With.Message.Contains(_folder));
        Assert.That(() => WeightFiles.Load(damaged), Throws.TypeOf<ResearchException>().With.Message.Contains(damaged));
        Assert.That(() => WeightFiles.Save(Path.Combine(_folder, "none", "model.safetensors"), Sample), Throws.TypeOf<ResearchException>());
    }
}
