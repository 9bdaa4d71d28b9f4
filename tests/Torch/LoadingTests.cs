using Research.Cells.Torch;
using Research.Cells.Torch.Loading;
using Research.Framework;
using Research.Framework.Engine;

namespace Research.Torch.Tests;

/// <summary>Where libraries come from, and what is said where they do not.</summary>
public sealed class LoadingTests
{
    [Test]
    public void Folder_ThatIsNone_IsNamed() =>
        Assert.That(() => LibraryFolder.Find("/no/such/folder"), Throws.TypeOf<ResearchException>().With.Message.StartsWith("Torch: the option LibraryFolder names '/no/such/folder', which is no folder; it is to name the one with "));

    [Test]
    public void Folder_WithoutLibraries_NamesTheFirstThatIsMissing()
    {
        string folder = Directory.CreateTempSubdirectory("no-torch").FullName;
        Assert.That(() => LibraryFolder.Find(folder), Throws.TypeOf<ResearchException>().With.Message.StartsWith($"Torch: the option LibraryFolder names '{folder}', in which there is no {LibraryFolder.FileOf("c10")}; it is to name the folder with "));
        Directory.Delete(folder);
    }

    [TestCase("gpu", "Unknown torch device 'gpu'; did you mean 'cpu'?")]
    [TestCase("cuda:x", "Unknown torch device 'cuda:x'; did you mean 'cuda'?")]
    public void Device_ThatTorchHasNot_IsRefused(string device, string message) =>
        Assert.That(() => new TorchEngine(new TorchOptions()).On(device), Throws.TypeOf<ResearchException>().With.Message.StartsWith(message));

    [Test]
    public void Engine_SaysItsDevice() => Assert.Multiple(() =>
    {
        Assert.That(((IDeviceEngine)new TorchEngine(new TorchOptions()).On("cuda:1")).Device, Is.EqualTo("cuda:1"));
        Assert.That(new TorchEngine(new TorchOptions()).Device, Is.EqualTo("cpu"));
        Assert.That(new TorchEngine(new TorchOptions { Device = "auto" }).Device, Is.AnyOf("cpu", "cuda", "mps"));
    });

    [TestCase("libX: /lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by libLibTorchSharp.so)", "RESEARCH_TORCH_COMPAT=1")]
    [TestCase("libX: /lib/libstdc++.so.6: version `GLIBCXX_3.4.29' not found (required by libLibTorchSharp.so)", "has no GLIBCXX_3.4.29, which TorchSharp's library needs; take a newer system")]
    public void OldLibrary_IsExplained(string loader, string part) => Assert.That(CompatibleLibrary.Explain(loader), Does.Contain(part));

    [Test]
    public void OtherFailure_IsNotExplained() => Assert.That(CompatibleLibrary.Explain("libX: cannot open shared object file"), Is.Null);

    // readelf is an independent reader.
    [Test]
    [Platform("Linux")]
    public void Versions_AreThoseThatReadElfSees()
    {
        string library = LibraryFolder.FindBindings(AppContext.BaseDirectory);
        ElfVersions versions = ElfVersions.Read(File.ReadAllBytes(library), library);
        Assert.Multiple(() =>
        {
            Assert.That(versions.Needed.Select(need => $"{need.Library} {need.Version}"), Does.Contain("libstdc++.so.6 GLIBCXX_3.4.32").And.Contain("libc.so.6 GLIBC_2.34").And.Contain("libm.so.6 GLIBC_2.2.5"));
            Assert.That(versions.Needed, Has.Count.EqualTo(28));
            Assert.That(versions.FlagsOf("GLIBCXX_3.4.32").Count(), Is.EqualTo(1));
        });
    }

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(64)]
    [TestCase(5000)]
    public void TornLibrary_IsRefused(int length)
    {
        byte[] bytes = File.ReadAllBytes(LibraryFolder.FindBindings(AppContext.BaseDirectory))[..length];
        Assert.That(() => ElfVersions.Read(bytes, "torn.so"), Throws.TypeOf<ResearchException>().With.Message.EqualTo("Torch: 'torn.so' is no 64-bit ELF library that can be read."));
    }

    // Two processes at once write the same copy; here many threads do.
    [Test]
    [Platform("Linux")]
    public void Copy_IsMadeOnceAndAlike()
    {
        string library = LibraryFolder.FindBindings(AppContext.BaseDirectory);
        string[] copies = new string[8];
        Parallel.For(0, 8, i => copies[i] = CompatibleLibrary.Of(library, isAllowed: true));
        Assert.That(copies.Distinct().Count(), Is.EqualTo(1));
        if (copies[0] == library) return; // this system needs none
        byte[] original = File.ReadAllBytes(library), copy = File.ReadAllBytes(copies[0]);
        int[] changed = [.. Enumerable.Range(0, original.Length).Where(i => original[i] != copy[i])];
        Assert.That(changed, Is.EqualTo(ElfVersions.Read(original, library).FlagsOf("GLIBCXX_3.4.32")));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(copies[0])!), Has.Length.EqualTo(1), "no temporary file stays");
    }

    [Test]
    public void Copy_IsNotMadeUnlessAllowed()
    {
        string library = LibraryFolder.FindBindings(AppContext.BaseDirectory);
        Assert.That(CompatibleLibrary.Of(library, isAllowed: false), Is.EqualTo(library));
    }
}
