using System.Buffers.Binary;
using System.Text;
using Research.Framework;

namespace Research.Cells.Torch.Loading;

/// <summary>
/// The versions of symbols that a shared library defines and needs: sections <c>.gnu.version_d</c> and <c>.gnu.version_r</c> of a 64-bit
/// little-endian ELF file. System V ABI, and the Linux Standard Base's <em>Symbol Versioning</em>.
/// </summary>
internal sealed class ElfVersions
{
    /// <summary>VER_FLG_WEAK, in a requirement's flags.</summary>
    public const byte Weak = 2;

    private const uint DefinitionsSection = 0x6ffffffd, NeedsSection = 0x6ffffffe;

    private readonly List<Need> _needed = [];
    private readonly List<string> _defined = [];

    private ElfVersions()
    {
    }

    /// <summary>Names of the versions it defines.</summary>
    public IReadOnlyList<string> Defined => _defined;

    /// <summary>The versions it needs.</summary>
    public IReadOnlyList<Need> Needed => _needed;

    /// <summary>Where in the file the flags of a needed version are.</summary>
    public IEnumerable<int> FlagsOf(string version) => _needed.Where(need => need.Version == version).Select(need => need.FlagsAt);

    /// <summary>Reads a file.</summary>
    /// <param name="file">All of it.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="ResearchException">It is no such file.</exception>
    public static ElfVersions Read(byte[] file, string name)
    {
        try
        {
            return Read(file);
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or OverflowException or InvalidDataException)
        {
            throw new ResearchException($"Torch: '{name}' is no 64-bit ELF library that can be read.");
        }
    }

    private static ElfVersions Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 64 || !file[..4].SequenceEqual("\u007fELF"u8) || file[4] != 2 || file[5] != 1) throw new InvalidDataException();
        ElfVersions versions = new();
        int sections = checked((int)Long(file, 0x28)), size = Short(file, 0x3a), count = Short(file, 0x3c);
        for (int i = 0; i < count; i++)
        {
            int header = sections + i * size;
            uint type = Int(file, header + 4);
            if (type is not (DefinitionsSection or NeedsSection)) continue;
            int names = checked((int)Long(file, sections + checked((int)Int(file, header + 0x28)) * size + 0x18));
            int at = checked((int)Long(file, header + 0x18)), entries = checked((int)Int(file, header + 0x2c));
            for (int entry = 0; entry < entries; entry++)
            {
                if (type == DefinitionsSection) versions.ReadDefinition(file, at, names);
                else versions.ReadNeeds(file, at, names);
                at += checked((int)Int(file, at + (type == DefinitionsSection ? 16 : 12)));
            }
        }

        return versions;
    }

    private void ReadDefinition(ReadOnlySpan<byte> file, int at, int names)
    {
        int first = at + checked((int)Int(file, at + 12));
        _defined.Add(Text(file, names + checked((int)Int(file, first))));
    }

    private void ReadNeeds(ReadOnlySpan<byte> file, int at, int names)
    {
        string library = Text(file, names + checked((int)Int(file, at + 4)));
        int need = at + checked((int)Int(file, at + 8));
        for (int i = Short(file, at + 2); i > 0; i--)
        {
            _needed.Add(new Need(library, Text(file, names + checked((int)Int(file, need + 8))), need + 4));
            need += checked((int)Int(file, need + 12));
        }
    }

    private static ushort Short(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);

    private static uint Int(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);

    private static ulong Long(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt64LittleEndian(file[at..]);

    private static string Text(ReadOnlySpan<byte> file, int at)
    {
        ReadOnlySpan<byte> rest = file[at..];
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    /// <summary>A version that is needed of another library.</summary>
    /// <param name="Library">The library.</param>
    /// <param name="Version">The version's name.</param>
    /// <param name="FlagsAt">Where in the file its flags are.</param>
    public sealed record Need(string Library, string Version, int FlagsAt);
}
