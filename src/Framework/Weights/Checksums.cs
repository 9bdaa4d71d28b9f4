using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Research.Framework.Numerics;

namespace Research.Framework.Weights;

/// <summary>
/// Checksums in a file's metadata, one for each tensor and one for the metadata, by which a flipped bit is found. They are of what the
/// file says, not of how it says it: a program that keeps the metadata may put the tensors into another order.
/// </summary>
internal static class Checksums
{
    private const string Metadata = "research-sha256", TensorPrefix = Metadata + "/";

    /// <summary>Whether a key of the metadata belongs to the checksums.</summary>
    public static bool IsOwn(string key) => key == Metadata || key.StartsWith(TensorPrefix, StringComparison.Ordinal);

    /// <summary>Metadata with the checksums of them and of the tensors.</summary>
    public static IReadOnlyDictionary<string, string> AddTo(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<NamedTensor> tensors)
    {
        SortedDictionary<string, string> all = new(StringComparer.Ordinal);
        foreach ((string key, string value) in metadata) all.Add(key, value);
        all.Add(Metadata, Of(metadata));
        foreach (NamedTensor tensor in tensors) all.Add(TensorPrefix + tensor.Name, Of(tensor));
        return all;
    }

    /// <summary>What differs from its checksum, or lacks one; null where all is as it was written.</summary>
    /// <param name="metadata">The metadata with the checksums.</param>
    /// <param name="tensors">The tensors.</param>
    /// <param name="passedOver">Names of tensors that were not read.</param>
    public static string? Finding(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<NamedTensor> tensors, IReadOnlyList<string> passedOver)
    {
        foreach (NamedTensor tensor in tensors)
        {
            if (Differs(TensorPrefix + tensor.Name, Of(tensor))) return $"tensor '{Excerpt.Of(tensor.Name)}' has not the checksum that it was written with";
        }

        HashSet<string> names = [.. tensors.Select(tensor => tensor.Name).Concat(passedOver).Select(name => TensorPrefix + name)];
        if (metadata.Keys.FirstOrDefault(key => key != Metadata && IsOwn(key) && !names.Contains(key)) is { } orphan)
            return $"there is a checksum of tensor '{Excerpt.Of(orphan[TensorPrefix.Length..])}', but no such tensor";
        return Differs(Metadata, Of(metadata)) ? "its metadata have not the checksum that they were written with" : null;

        bool Differs(string key, string expected) => metadata.GetValueOrDefault(key) != expected;
    }

    private static string Of(NamedTensor tensor)
    {
        using SHA256 hash = SHA256.Create();
        using (CryptoStream stream = new(Stream.Null, hash, CryptoStreamMode.Write))
        {
            Add(stream, tensor.Name);
            Add(stream, string.Create(CultureInfo.InvariantCulture, $"{tensor.Type} {NamedTensor.Text(tensor.Shape)}"));
            tensor.WriteTo(stream);
        }

        return Text(hash);
    }

    private static string Of(IReadOnlyDictionary<string, string> metadata)
    {
        using SHA256 hash = SHA256.Create();
        using (CryptoStream stream = new(Stream.Null, hash, CryptoStreamMode.Write))
        {
            foreach ((string key, string value) in metadata.Where(entry => !IsOwn(entry.Key)).OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                Add(stream, key);
                Add(stream, value);
            }
        }

        return Text(hash);
    }

    // With its length before it, so that no two texts can change their border.
    private static void Add(Stream stream, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        stream.Write(length);
        stream.Write(bytes);
    }

    // A quarter of the digest: it stands against accidents, not against forgers.
    private static string Text(SHA256 hash) => Convert.ToHexStringLower(hash.Hash.AsSpan(0, 8));
}
