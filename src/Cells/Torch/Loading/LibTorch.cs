using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Research.Framework;
using TorchSharp;

namespace Research.Cells.Torch.Loading;

/// <summary>
/// Loads libtorch, once for the process, before anything of TorchSharp is touched: its own way, where a file is missing, copies half a
/// gigabyte about, prints forty lines and leaves a type behind that can never be used again.
/// </summary>
internal static class LibTorch
{
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<string, nint> s_loaded = [];
    private static string? s_folder;

    /// <summary>Why libtorch cannot be loaded, in one line; null where it is.</summary>
    public static string? Finding(string? folder, bool? compatibility, Action start)
    {
        try
        {
            Require(folder, compatibility, start);
            return null;
        }
        catch (ResearchException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Loads it, unless it is loaded.</summary>
    /// <param name="given">The folder with its libraries; null to look for it.</param>
    /// <param name="compatibility">Whether a copy may take the place of TorchSharp's library; null for what the environment says.</param>
    /// <param name="start">What is done once it is loaded, before anything else.</param>
    /// <exception cref="ResearchException">It cannot be; a later attempt may find it.</exception>
    public static void Require(string? given, bool? compatibility, Action start)
    {
        lock (s_gate)
        {
            if (s_folder is not null) return;
            LibraryFolder folder = LibraryFolder.Find(given);
            foreach (string name in folder.Names) Load(name, Path.Combine(folder.Path, LibraryFolder.FileOf(name)), folder.Path);
            string bindings = LibraryFolder.FindBindings(folder.Path);
            Load("LibTorchSharp", CompatibleLibrary.Of(bindings, compatibility ?? Environment.GetEnvironmentVariable("RESEARCH_TORCH_COMPAT") == "1"), folder.Path);
            AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
            context.ResolvingUnmanagedDll += Resolve;
            start();
            s_folder = folder.Path;
        }
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        string bare = Path.GetFileNameWithoutExtension(name);
        return s_loaded.GetValueOrDefault(bare.StartsWith("lib", StringComparison.Ordinal) ? bare[3..] : bare);
    }

    private static void Load(string name, string path, string folder)
    {
        if (s_loaded.ContainsKey(name)) return;
        try
        {
            s_loaded[name] = NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            string reason = exception.Message.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? exception.GetType().Name;
            throw new ResearchException(CompatibleLibrary.Explain(exception.Message) ?? $"Torch: '{path}' cannot be loaded, with the libraries of '{folder}': {reason}");
        }
    }
}
