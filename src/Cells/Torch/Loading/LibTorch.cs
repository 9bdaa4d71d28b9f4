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
    private static string? s_folder, s_settings;

    /// <summary>Loads it, unless it is loaded.</summary>
    /// <param name="given">The folder with its libraries; null to look for it.</param>
    /// <param name="compatibility">Whether a copy may take the place of TorchSharp's library; null for what the environment says.</param>
    /// <param name="settings">What is set for the process when it is loaded, as text; the same for whoever comes later.</param>
    /// <param name="start">Sets that, before anything else is done.</param>
    /// <exception cref="ResearchException">It cannot be, and a later attempt may find it; or it is loaded from elsewhere, or with other settings.</exception>
    public static void Require(string? given, bool? compatibility, string settings, Action start)
    {
        lock (s_gate)
        {
            if (s_folder is not null)
            {
                if (given is not null && Path.GetFullPath(given) != s_folder) throw new ResearchException($"Torch: it is loaded from '{s_folder}' already, and a process has it once; expected no other folder, got '{given}'.");
                if (settings != s_settings) throw new ResearchException($"Torch: it is loaded already, with {s_settings}, which hold for the process; expected the same, got {settings}.");
                return;
            }

            LibraryFolder folder = LibraryFolder.Find(given);
            try
            {
                foreach (string name in folder.Names) Load(name, Path.Combine(folder.Path, LibraryFolder.FileOf(name)), folder.Path);
                string bindings = LibraryFolder.FindBindings(folder.Path);
                Load("LibTorchSharp", CompatibleLibrary.Of(bindings, compatibility ?? Environment.GetEnvironmentVariable("RESEARCH_TORCH_COMPAT") == "1"), folder.Path);
                AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
                context.ResolvingUnmanagedDll -= Resolve; // of an attempt that failed
                context.ResolvingUnmanagedDll += Resolve;
                start();
            }
            catch (Exception exception) when (exception is not ResearchException)
            {
                throw new ResearchException($"Torch: libtorch of '{folder.Path}' cannot be started: {FirstLine(exception)}", exception);
            }

            (s_folder, s_settings) = (folder.Path, settings);
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
            throw new ResearchException((name == "LibTorchSharp" ? CompatibleLibrary.Explain(exception.Message) : null) ?? $"Torch: '{path}' cannot be loaded, with the libraries of '{folder}': {FirstLine(exception)}");
        }
    }

    private static string FirstLine(Exception exception) =>
        exception.Message.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? exception.GetType().Name;
}
