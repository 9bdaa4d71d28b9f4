using System.Reflection;
using System.Runtime.InteropServices;
using Research.Framework;

namespace Research.Cells.Torch.Loading;

/// <summary>A folder with libtorch's libraries.</summary>
internal sealed class LibraryFolder
{
    /// <summary>An assembly's metadata that names the folder of libtorch's package, whose files are too large to be copied.</summary>
    public const string MetadataKey = "LibTorchFolder";

    private static readonly string[] s_needed = ["c10", "torch_cpu", "torch"];

    // In the order in which one needs the other.
    private static readonly string[] s_order = ["c10", "c10_cuda", "torch_cpu", "torch_cuda", "torch"];

    private LibraryFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>The libraries that are there, those that others need first.</summary>
    public IEnumerable<string> Names => s_order.Where(name => File.Exists(System.IO.Path.Combine(Path, FileOf(name))));

    /// <summary>Finds the folder.</summary>
    /// <param name="given">The one that was asked for; null to look for it.</param>
    /// <exception cref="ResearchException">There is none, or something is missing in it.</exception>
    public static LibraryFolder Find(string? given)
    {
        if (given is not null) return Checked(given, "the option LibraryFolder");
        if (Environment.GetEnvironmentVariable("RESEARCH_LIBTORCH") is { Length: > 0 } variable) return Checked(variable, "RESEARCH_LIBTORCH");
        return Brought().FirstOrDefault(folder => Missing(folder) is null) is { } found
            ? new LibraryFolder(found)
            : throw new ResearchException($"Torch: there is no libtorch here. Build with -p:Torch=cpu, refer to the package libtorch-cpu-{Platform}, or set RESEARCH_LIBTORCH to a folder with {Name("torch_cpu")}, e.g. that of Python's torch: …/site-packages/torch/lib.");
    }

    /// <summary>Where TorchSharp's own library is: beside libtorch, or where the application has it.</summary>
    /// <exception cref="ResearchException">Nowhere.</exception>
    public static string FindBindings(string folder) =>
        Natives().Prepend(folder).Select(place => System.IO.Path.Combine(place, Name("LibTorchSharp"))).FirstOrDefault(File.Exists)
        ?? throw new ResearchException($"Torch: {Name("LibTorchSharp")} is missing: neither in '{folder}' nor beside the application. It comes with the package TorchSharp, for {Platform}.");

    /// <summary>A library's file name.</summary>
    public static string FileOf(string name) => Name(name);

    private static LibraryFolder Checked(string folder, string source) => !Directory.Exists(folder)
        ? throw new ResearchException($"Torch: {source} names '{folder}', which is no folder; it is to name the one with {Name("torch_cpu")}, e.g. …/site-packages/torch/lib.")
        : Missing(folder) is { } missing
            ? throw new ResearchException($"Torch: {source} names '{folder}', in which there is no {missing}; it is to name the folder with {string.Join(", ", s_needed.Select(Name))}.")
            : new LibraryFolder(System.IO.Path.GetFullPath(folder));

    private static string? Missing(string folder) => s_needed.Select(Name).FirstOrDefault(file => !File.Exists(System.IO.Path.Combine(folder, file)));

    private static IEnumerable<string> Brought() =>
        Natives().Concat(AppDomain.CurrentDomain.GetAssemblies()
            .SelectMany(assembly => assembly.GetCustomAttributes<AssemblyMetadataAttribute>())
            .Where(metadata => metadata.Key == MetadataKey && metadata.Value is { Length: > 0 })
            .Select(metadata => metadata.Value!));

    private static IEnumerable<string> Natives()
    {
        string baseFolder = AppContext.BaseDirectory;
        string[] known = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string)?.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return [baseFolder, System.IO.Path.Combine(baseFolder, "runtimes", Platform, "native"), .. known];
    }

    private static string Name(string library) =>
        OperatingSystem.IsWindows() ? library + ".dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    private static string Platform => $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64")}";
}
