using System.Globalization;
using System.Text;

namespace Research.Framework.Hosting.Files;

/// <summary>Names of the files that stand beside one while it is written, or after it could not be.</summary>
internal static class FileNames
{
    /// <summary>The bytes that file systems take for a name.</summary>
    public const int MostBytes = 255;

    // Less what is put before and after.
    private const int MostBytesOfTemporary = 230;

    /// <summary>What every temporary name for a file begins with: its own name, as far as there is room for it, in its own folder.</summary>
    public static string TemporaryPrefix(string path)
    {
        string name = Path.GetFileName(path);
        while (Encoding.UTF8.GetByteCount(name) > MostBytesOfTemporary) name = name[..^(char.IsLowSurrogate(name[^1]) && name.Length > 1 ? 2 : 1)];
        return Path.Combine(Path.GetDirectoryName(path)!, $".{name}.");
    }

    /// <summary>What every temporary name ends with.</summary>
    public const string TemporaryEnd = ".tmp";

    /// <summary>A temporary name for a file that nobody else has: it never comes again.</summary>
    public static string Temporary(string path) => TemporaryPrefix(path) + Path.GetRandomFileName()[..8] + TemporaryEnd;

    /// <summary>Renames a file to the first free one of <c>name</c>, <c>name.1</c>, <c>name.2</c> and so on; or, with its own name, from <c>.1</c>.</summary>
    /// <returns>The name it has now.</returns>
    public static string SetAside(IFileLayer layer, string from, string name)
    {
        for (int number = from == name ? 1 : 0; ; number++)
        {
            string free = number == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}.{number}");
            if (Path.Exists(free)) continue;
            try
            {
                layer.Rename(from, free);
                return free;
            }
            catch (IOException) when (Path.Exists(free))
            {
                // Somebody else took the name just now.
            }
        }
    }
}
