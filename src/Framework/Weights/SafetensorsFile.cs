using System.Buffers.Binary;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Research.Framework.Numerics;

namespace Research.Framework.Weights;

/// <summary>
/// The safetensors format: the header's length (8 bytes, little-endian), a JSON header with each tensor's dtype, shape and
/// place, then the numbers. A file is data only: reading one runs nothing, and a damaged one is refused with one message.
/// See <see href="https://github.com/huggingface/safetensors"/>.
/// </summary>
/// <remarks>
/// Stricter than JSON asks for, as the format demands: names are unique, the tensors fill the data without gap or overlap,
/// and the header has at most 100 million bytes. Of the format's dtypes F32, F64, I64 and U8 are known. Where there are checksums
/// (<see cref="TensorFile.HasChecksums"/>), every bit is checked by them.
/// </remarks>
public static class SafetensorsFile
{
    private const int MaximumHeader = 100_000_000;
    private const string MetadataKey = "__metadata__";

    // Text as it is, without the escapes that web pages need: a flipped bit in one of those may mean the same, and so not be found.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Writes a file. The same tensors and metadata give the same bytes on every machine.</summary>
    /// <param name="stream">Receives the file.</param>
    /// <param name="file">What is written; wider numbers come first, so that all are aligned.</param>
    /// <exception cref="ResearchException">A tensor or an entry of the metadata bears a name that the format or the checksums keep for themselves.</exception>
    public static void Write(Stream stream, TensorFile file)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(file);
        if (file.Contains(MetadataKey)) throw new ResearchException($"A tensor cannot be called '{MetadataKey}': the format keeps that name for itself.");
        if (file.Metadata.Keys.FirstOrDefault(Checksums.IsOwn) is { } taken) throw new ResearchException($"The metadata cannot have '{Excerpt.Of(taken)}': that name is the checksums'. Set the file's HasChecksums instead.");
        NamedTensor[] tensors = [.. file.Tensors.OrderByDescending(tensor => NamedTensor.SizeOf(tensor.Type))]; // stable
        byte[] header = Header(file, tensors);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (NamedTensor tensor in tensors) tensor.WriteTo(stream);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="source">What messages call it, e.g. its path.</param>
    /// <exception cref="ResearchException">It is no safetensors file, damaged (by its checksums, too), or holds a dtype other than F32, F64, I64 and U8.</exception>
    public static TensorFile Read(byte[] bytes, string source)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        using MemoryStream stream = new(bytes);
        return Read(stream, source);
    }

    /// <summary>Reads a file of any size: a tensor at a time, each of as many numbers as an array holds.</summary>
    /// <param name="stream">The file, from where the stream stands to its end; it knows its length.</param>
    /// <param name="source">What messages call it, e.g. its path.</param>
    /// <exception cref="ResearchException">It is no safetensors file, damaged (by its checksums, too), or holds a dtype other than F32, F64, I64 and U8.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TensorFile Read(Stream stream, string source) => Read(stream, source, _ => true);

    /// <summary>As <see cref="Read(Stream, string)"/>; tensors that are not wanted are passed over.</summary>
    internal static TensorFile Read(Stream stream, string source, Func<string, bool> isWanted)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        long size = stream.Length - stream.Position;
        if (size < 8) throw Damaged(source, Invariant($"expected at least 8 bytes, got {size}"));
        Span<byte> first = stackalloc byte[8];
        stream.ReadExactly(first);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(first);
        if (length > MaximumHeader) throw Damaged(source, Invariant($"its header claims {length} bytes, more than the {MaximumHeader} allowed"));
        if (length > (ulong)(size - 8)) throw Damaged(source, Invariant($"its header claims {length} bytes, but only {size - 8} follow"));
        byte[] text = new byte[(int)length];
        stream.ReadExactly(text);
        if (length > 0 && text[0] != '{') throw Damaged(source, "expected its header to be a JSON object, beginning with '{'");
        Dictionary<string, string> metadata = [];
        IReadOnlyList<Entry> entries;
        try
        {
            // Header text is checked as it is read, names included: GetString refuses what is no text.
            using JsonDocument header = JsonDocument.Parse(text, Strict);
            entries = ReadHeader(header.RootElement, metadata, size - 8 - (long)length, source);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ResearchException(Message(source, $"its header is no valid JSON: {Excerpt.Of(exception.Message)}"), exception);
        }

        List<NamedTensor> tensors = [];
        foreach (Entry entry in entries)
        {
            if (isWanted(entry.Name)) tensors.Add(NamedTensor.Read(entry.Name, entry.Type, entry.Shape, stream));
            else stream.Seek(entry.End - entry.Begin, SeekOrigin.Current);
        }

        if (!metadata.Keys.Any(Checksums.IsOwn)) return new TensorFile(tensors, metadata);
        string[] passedOver = [.. entries.Select(entry => entry.Name).Where(name => !isWanted(name))];
        if (Checksums.Finding(metadata, tensors, passedOver) is { } finding) throw Damaged(source, finding);
        return new TensorFile(tensors, metadata.Where(entry => !Checksums.IsOwn(entry.Key)).ToDictionary()) { HasChecksums = true };
    }

    /// <summary>Reads the header, and checks all of it against the size of the data before any of them is read.</summary>
    private static IReadOnlyList<Entry> ReadHeader(JsonElement header, Dictionary<string, string> metadata, long size, string source)
    {
        List<Entry> entries = [];
        foreach (JsonProperty property in header.EnumerateObject())
        {
            if (property.NameEquals(MetadataKey)) ReadMetadata(property.Value, metadata, source);
            else entries.Add(ReadEntry(property.Name, property.Value, source));
        }

        // In the order of their data, which must be complete: no gap, no overlap, nothing left over. The sort is stable, for
        // tensors without numbers begin where others do.
        long end = 0;
        Entry[] ordered = [.. entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        foreach (Entry entry in ordered)
        {
            if (entry.Begin != end) throw Damaged(source, Invariant($"tensor '{Excerpt.Of(entry.Name)}' begins at {entry.Begin} where {end} was expected: tensors must follow each other without gap or overlap"));
            if (entry.End > size) throw Damaged(source, Invariant($"tensor '{Excerpt.Of(entry.Name)}' ends at {entry.End}, but there are only {size} bytes of data; the file may be cut short"));
            end = entry.End;
        }

        return end == size ? ordered : throw Damaged(source, Invariant($"its tensors fill {end} bytes, but there are {size} bytes of data"));
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata, string source)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Damaged(source, $"expected '{MetadataKey}' to be a JSON object, got {element.ValueKind}");
        foreach (JsonProperty entry in element.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String) throw Damaged(source, $"expected the metadata '{Excerpt.Of(entry.Name)}' to be text, got {entry.Value.ValueKind}");
            if (!metadata.TryAdd(entry.Name, entry.Value.GetString()!)) throw Damaged(source, $"the metadata '{Excerpt.Of(entry.Name)}' occurs twice");
        }
    }

    private static Entry ReadEntry(string name, JsonElement element, string source)
    {
        if (name.Length == 0) throw Damaged(source, "a tensor has an empty name");
        if (element.ValueKind != JsonValueKind.Object) throw Damaged(source, $"expected tensor '{Excerpt.Of(name)}' to be a JSON object, got {element.ValueKind}");
        string? dtype = null;
        long[]? shape = null, offsets = null;
        foreach (JsonProperty property in element.EnumerateObject())
        {
            switch (property.Name)
            {
                case "dtype" when property.Value.ValueKind == JsonValueKind.String: dtype = property.Value.GetString(); break;
                case "shape": shape = Numbers(property.Value); break;
                case "data_offsets": offsets = Numbers(property.Value); break;
                default: throw Damaged(source, $"tensor '{Excerpt.Of(name)}' has an unexpected entry '{Excerpt.Of(property.Name)}'");
            }
        }

        if (dtype is null || shape is null || offsets is not { Length: 2 })
            throw Damaged(source, $"tensor '{Excerpt.Of(name)}' needs a dtype, a shape of whole numbers and two data_offsets");
        TensorType type = dtype switch
        {
            "F32" => TensorType.Float32,
            "F64" => TensorType.Float64,
            "I64" => TensorType.Int64,
            "U8" => TensorType.UInt8,
            _ => throw new ResearchException($"'{source}': tensor '{Excerpt.Of(name)}' has the dtype '{Excerpt.Of(dtype)}'; expected F32, F64, I64 or U8. Convert it before saving."),
        };
        Int128 count = 1;
        foreach (long axis in shape)
        {
            if (axis is < 0 or > int.MaxValue) throw Damaged(source, Invariant($"tensor '{Excerpt.Of(name)}' has an axis of {axis}"));
            count = Int128.Min(count * axis, long.MaxValue);
        }

        if (offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] - offsets[0] != count * NamedTensor.SizeOf(type))
            throw Damaged(source, Invariant($"tensor '{Excerpt.Of(name)}', {dtype} [{Excerpt.Of(string.Join(", ", shape))}], has the data_offsets [{offsets[0]}, {offsets[1]}]"));
        if (count > Array.MaxLength)
            throw new ResearchException(Invariant($"'{source}': tensor '{Excerpt.Of(name)}' has {count} numbers, more than an array holds ({Array.MaxLength}). Divide it before saving."));
        return new Entry(name, type, [.. shape.Select(axis => (int)axis)], offsets[0], offsets[1]);
    }

    private static long[]? Numbers(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array) return null;
        List<long> numbers = [];
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long number)) return null;
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static byte[] Header(TensorFile file, NamedTensor[] tensors)
    {
        using MemoryStream memory = new();
        IReadOnlyDictionary<string, string> metadata = file.HasChecksums ? Checksums.AddTo(file.Metadata, tensors) : file.Metadata;
        using (Utf8JsonWriter json = new(memory, Plain))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }

            long offset = 0;
            foreach (NamedTensor tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type switch
                {
                    TensorType.Float32 => "F32",
                    TensorType.Float64 => "F64",
                    TensorType.Int64 => "I64",
                    _ => "U8",
                });
                json.WriteStartArray("shape");
                foreach (int axis in tensor.Shape) json.WriteNumberValue(axis);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.ByteCount);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces at the end of the header align the data.
        while (memory.Length % 8 != 0) memory.WriteByte((byte)' ');
        return memory.ToArray();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static ResearchException Damaged(string source, string finding) => new(Message(source, finding));

    private static string Message(string source, string finding) => $"'{source}' is no safetensors file, or damaged: {finding}.";

    private sealed record Entry(string Name, TensorType Type, int[] Shape, long Begin, long End);
}
