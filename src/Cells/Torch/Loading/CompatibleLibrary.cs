using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Research.Framework;

namespace Research.Cells.Torch.Loading;

/// <summary>
/// TorchSharp's library for systems whose C++ library is a little older than it was built with: it asks for
/// <c>GLIBCXX_3.4.32</c> by one marker that nothing in it refers to. In a private copy that requirement is weak, which the loader lets pass.
/// </summary>
internal static partial class CompatibleLibrary
{
    private const string Marker = "GLIBCXX_3.4.32";

    /// <summary>The library to load.</summary>
    /// <param name="library">The library as it came.</param>
    /// <param name="isAllowed">Whether a copy may take its place.</param>
    /// <exception cref="ResearchException">A copy is needed, and cannot be made or would not do.</exception>
    public static string Of(string library, bool isAllowed)
    {
        if (!OperatingSystem.IsLinux() || !isAllowed) return library;
        byte[] bytes = File.ReadAllBytes(library);
        ElfVersions versions = ElfVersions.Read(bytes, library);
        HashSet<string>? offered = StandardLibrary() is { } standard ? [.. ElfVersions.Read(File.ReadAllBytes(standard), standard).Defined] : null;
        string[] missing = offered is null ? [] : [.. versions.Needed.Where(need => need.Library.StartsWith("libstdc++", StringComparison.Ordinal) && !offered.Contains(need.Version)).Select(need => need.Version)];
        if (missing.Length == 0) return library;
        if (missing is not [Marker])
            throw new ResearchException($"Torch: this system's C++ library lacks {string.Join(", ", missing)}, which '{library}' needs; RESEARCH_TORCH_COMPAT helps where {Marker} alone is missing. Take a newer system.");
        foreach (int place in versions.FlagsOf(Marker)) bytes[place] |= ElfVersions.Weak;
        return Copy(bytes, library);
    }

    /// <summary>What a loader's message means where that is known; null elsewhere.</summary>
    public static string? Explain(string reason) => Missing().Match(reason) is { Success: true } match
        ? match.Value == Marker
            ? $"Torch: this system's C++ library has no {Marker}, which TorchSharp's library asks for by a marker alone (Debian 12, Ubuntu 22.04). Set RESEARCH_TORCH_COMPAT=1 to load a private copy of it that does not ask, or take a newer system."
            : $"Torch: this system's C++ library has no {match.Value}, which TorchSharp's library needs; take a newer system."
        : null;

    // Whole or not at all, and under the name of what is in it, so that two processes may do it at once.
    private static string Copy(byte[] bytes, string library)
    {
        string? home = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } user ? Path.Combine(user, ".cache") : null;
        if (home is null) throw new ResearchException("Torch: RESEARCH_TORCH_COMPAT=1 needs a place for a copy of TorchSharp's library; set HOME or XDG_CACHE_HOME.");
        string folder = Path.Combine(home, "research", "torch", Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
        string copy = Path.Combine(folder, Path.GetFileName(library));
        try
        {
            if (File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(bytes)) return copy;
            Directory.CreateDirectory(folder);
            string temporary = Path.Combine(folder, Path.GetRandomFileName());
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, copy, overwrite: true);
            return copy;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ResearchException($"Torch: the copy of TorchSharp's library that RESEARCH_TORCH_COMPAT=1 asks for cannot be written to '{folder}': {exception.Message}");
        }
    }

    private static string? StandardLibrary()
    {
        // It is loaded: libtorch needs it.
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            int start = line.IndexOf('/', StringComparison.Ordinal);
            if (start >= 0 && Path.GetFileName(line[start..]).StartsWith("libstdc++.so", StringComparison.Ordinal)) return line[start..];
        }

        return null;
    }

    [GeneratedRegex("GLIBCXX_[0-9.]*[0-9]")]
    private static partial Regex Missing();
}
