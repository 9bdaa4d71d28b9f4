using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Research.Datasets.Encoders;
using Research.Framework;

namespace Research.Datasets.Sources;

/// <summary>
/// A UTF-8 text that stays in its file: symbols are read where they are asked for, and none is kept, so that it may be larger
/// than memory. Read once as it is opened, in pieces; the file must stay as it is. Safe for use by several threads at once.
/// </summary>
/// <remarks>Where every 1,024th symbol begins is remembered: 8 bytes each.</remarks>
public sealed class TextFile : IDisposable
{
    private const int Stride = 1024, Piece = 1 << 20, Window = 4096;

    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    private readonly SafeFileHandle _file;
    private readonly CodeTable _codes;
    private readonly int[] _classes;
    private readonly long[] _places;

    private TextFile(string path, SafeFileHandle file, Vocabulary vocabulary, IEncoder encoder, Reading reading)
    {
        Path = path;
        Vocabulary = vocabulary;
        Encoder = encoder;
        Count = reading.Count;
        Hash = reading.Hash;
        _file = file;
        _places = [.. reading.Places];
        _classes = ClassesOf(vocabulary);
        _codes = new CodeTable(vocabulary, encoder);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The symbols that may occur.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>How a symbol becomes numbers.</summary>
    public IEncoder Encoder { get; }

    /// <summary>How many symbols the text has; at least 1.</summary>
    public long Count { get; }

    /// <summary>How many numbers encode one symbol; at least 1.</summary>
    public int Features => _codes.Features;

    /// <summary>A hash of the file's bytes.</summary>
    public string Hash { get; }

    /// <summary>Opens a file, line ends included.</summary>
    /// <param name="path">The file; of a pipe or a device nobody knows where it ends, and it is refused.</param>
    /// <param name="encoder">How a symbol becomes numbers.</param>
    /// <param name="vocabulary">The symbols that may occur; null for the text's own, sorted by code point.</param>
    /// <exception cref="ResearchException">The file cannot be read, is not UTF-8 or is empty, or has a symbol that the vocabulary lacks.</exception>
    public static TextFile Open(string path, IEncoder encoder, Vocabulary? vocabulary = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(encoder);
        if (vocabulary is { IsOfWords: true }) throw new ResearchException($"Text file '{path}': expected a vocabulary of characters, got one of words; read its words with TextSource.FromFile.");
        SafeFileHandle? file = null;
        try
        {
            if (new FileInfo(path).Length == 0) throw new ResearchException($"Text file '{path}': expected at least one symbol, got an empty file, a pipe or a device.");
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
            Reading reading = Reading.Of(path, file, vocabulary);
            return new TextFile(path, file, vocabulary ?? reading.Vocabulary(), encoder, reading);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            file?.Dispose();
            throw new ResearchException($"Text file '{path}': expected a readable UTF-8 file, got: {failure.Message}", failure);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Reads symbols.</summary>
    /// <param name="first">The first one's place, from 0.</param>
    /// <param name="symbols">Receives their indices in the vocabulary.</param>
    /// <exception cref="ResearchException">There are not as many, or the file is no longer as it was opened.</exception>
    public void CopyTo(long first, Span<int> symbols)
    {
        if (first < 0 || symbols.Length > Count - first) throw new ResearchException($"Text file '{Path}': it has {Count} symbols; expected some of them, got {symbols.Length} from {first}.");
        if (symbols.IsEmpty) return;
        Span<byte> window = stackalloc byte[Window];
        long place = _places[first / Stride];
        int skipped = (int)(first % Stride), held = 0;
        while (true)
        {
            int read = RandomAccess.Read(_file, window[held..], place);
            if (read == 0) throw Changed();
            place += read;
            Span<byte> bytes = window[..(held + read)];
            while (!bytes.IsEmpty)
            {
                OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int used);
                if (status == OperationStatus.NeedMoreData) break;
                if (status != OperationStatus.Done || rune.Value >= _classes.Length || _classes[rune.Value] < 0) throw Changed();
                bytes = bytes[used..];
                if (skipped-- > 0) continue;
                symbols[0] = _classes[rune.Value];
                symbols = symbols[1..];
                if (symbols.IsEmpty) return;
            }

            bytes.CopyTo(window);
            held = bytes.Length;
        }
    }

    /// <summary>For people: name and size.</summary>
    public override string ToString() => FormattableString.Invariant($"'{System.IO.Path.GetFileName(Path)}' of {Count} symbols");

    /// <summary>Closes the file: datasets that read it can be used no more.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>The numbers that encode a symbol.</summary>
    internal ReadOnlySpan<float> Code(int symbol) => _codes[symbol];

    private ResearchException Changed() => new($"Text file '{Path}': it has changed since it was opened; open it again.");

    // From a code point to its class, -1 for none.
    private static int[] ClassesOf(Vocabulary vocabulary)
    {
        int[] points = [.. vocabulary.Symbols.Select(symbol => Rune.GetRuneAt(symbol, 0).Value)];
        int[] classes = new int[points.Max() + 1];
        Array.Fill(classes, -1);
        for (int i = 0; i < points.Length; i++) classes[points[i]] = i;
        return classes;
    }

    /// <summary>What is found out in reading a file once.</summary>
    private sealed class Reading
    {
        private readonly bool[] _occurs = new bool[0x110000];

        public List<long> Places { get; } = [];

        public long Count { get; private set; }

        public string Hash { get; private set; } = "";

        public static Reading Of(string path, SafeFileHandle file, Vocabulary? vocabulary)
        {
            Reading reading = new();
            int[]? known = vocabulary is null ? null : ClassesOf(vocabulary);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] piece = new byte[Piece];
            long place = 0;
            int held = 0;
            while (true)
            {
                int read = RandomAccess.Read(file, piece.AsSpan(held), place + held);
                hash.AppendData(piece.AsSpan(held, read));
                int done = reading.Take(path, piece.AsSpan(0, held + read), place, known, vocabulary);
                place += done;
                held += read - done;
                if (read == 0) break;
                piece.AsSpan(done, held).CopyTo(piece);
            }

            if (held > 0) throw NotUtf8(path, place);
            if (reading.Count == 0) throw new ResearchException($"Text file '{path}': expected at least one symbol, got a byte order mark alone.");
            reading.Hash = Convert.ToHexStringLower(hash.GetHashAndReset());
            return reading;
        }

        public Vocabulary Vocabulary() => Encoders.Vocabulary.Of(string.Concat(Enumerable.Range(0, _occurs.Length).Where(point => _occurs[point]).Select(point => new Rune(point))));

        // How many bytes are whole symbols.
        private int Take(string path, ReadOnlySpan<byte> bytes, long place, int[]? known, Vocabulary? vocabulary)
        {
            int at = place == 0 && bytes.StartsWith(Mark) ? Mark.Length : 0;
            while (at < bytes.Length)
            {
                OperationStatus status = Rune.DecodeFromUtf8(bytes[at..], out Rune rune, out int used);
                if (status == OperationStatus.NeedMoreData) break;
                if (status != OperationStatus.Done) throw NotUtf8(path, place + at);
                if (known is not null && (rune.Value >= known.Length || known[rune.Value] < 0))
                    throw new ResearchException($"Text file '{path}': unknown symbol {Encoders.Vocabulary.Quote(rune.ToString())} at position {Count}; the vocabulary has {Encoders.Vocabulary.Quote(vocabulary!.ToString())}.");
                _occurs[rune.Value] = true;
                if (Count++ % Stride == 0) Places.Add(place + at);
                at += used;
            }

            return at;
        }

        private static ResearchException NotUtf8(string path, long place) => new($"Text file '{path}': expected a readable UTF-8 file, got other bytes at {place}.");
    }
}
