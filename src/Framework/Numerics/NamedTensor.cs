using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Research.Framework.Numerics;

/// <summary>Numbers with a name and a shape. Immutable.</summary>
public sealed class NamedTensor
{
    // Numbers that are read or written at once.
    private const int Piece = 1 << 20;

    private readonly Array _values;

    private NamedTensor(string name, TensorType type, int[] shape, Array values)
    {
        Name = name;
        Type = type;
        Shape = Array.AsReadOnly(shape);
        _values = values;
    }

    /// <summary>The name, e.g. <c>lstm_1/kernel</c>.</summary>
    public string Name { get; }

    /// <summary>What the numbers are.</summary>
    public TensorType Type { get; }

    /// <summary>The size of each axis; empty for a single number.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>How many numbers there are.</summary>
    public int Count => _values.Length;

    /// <summary>How many bytes they take in a file.</summary>
    internal long ByteCount => (long)Count * SizeOf(Type);

    /// <summary>The numbers as this machine has them; of at most 2 GB.</summary>
    internal ReadOnlySpan<byte> Bytes => Type switch
    {
        TensorType.Float32 => MemoryMarshal.AsBytes(((float[])_values).AsSpan()),
        TensorType.Float64 => MemoryMarshal.AsBytes(((double[])_values).AsSpan()),
        TensorType.Int64 => MemoryMarshal.AsBytes(((long[])_values).AsSpan()),
        _ => (byte[])_values,
    };

    /// <summary>A tensor of 32-bit floating point numbers.</summary>
    /// <param name="name">Not empty.</param>
    /// <param name="shape">The size of each axis, 0 or more; empty for a single number.</param>
    /// <param name="values">Row-major, as many as the shape says; copied.</param>
    /// <exception cref="ResearchException">Name, shape and values do not agree.</exception>
    public static NamedTensor OfFloats(string name, IReadOnlyList<int> shape, IReadOnlyList<float> values) =>
        Of(name, TensorType.Float32, shape, values);

    /// <summary>A tensor of 64-bit floating point numbers.</summary>
    /// <param name="name">Not empty.</param>
    /// <param name="shape">The size of each axis, 0 or more; empty for a single number.</param>
    /// <param name="values">Row-major, as many as the shape says; copied.</param>
    /// <exception cref="ResearchException">Name, shape and values do not agree.</exception>
    public static NamedTensor OfDoubles(string name, IReadOnlyList<int> shape, IReadOnlyList<double> values) =>
        Of(name, TensorType.Float64, shape, values);

    /// <summary>A tensor of 64-bit whole numbers.</summary>
    /// <param name="name">Not empty.</param>
    /// <param name="shape">The size of each axis, 0 or more; empty for a single number.</param>
    /// <param name="values">Row-major, as many as the shape says; copied.</param>
    /// <exception cref="ResearchException">Name, shape and values do not agree.</exception>
    public static NamedTensor OfLongs(string name, IReadOnlyList<int> shape, IReadOnlyList<long> values) =>
        Of(name, TensorType.Int64, shape, values);

    /// <summary>A tensor of bytes.</summary>
    /// <param name="name">Not empty.</param>
    /// <param name="shape">The size of each axis, 0 or more; empty for a single number.</param>
    /// <param name="values">Row-major, as many as the shape says; copied.</param>
    /// <exception cref="ResearchException">Name, shape and values do not agree.</exception>
    public static NamedTensor OfBytes(string name, IReadOnlyList<int> shape, IReadOnlyList<byte> values) =>
        Of(name, TensorType.UInt8, shape, values);

    /// <summary>A copy of the numbers, row-major.</summary>
    /// <exception cref="ResearchException">They are of another type than <see cref="TensorType.Float32"/>.</exception>
    public float[] ToFloats() => To<float>(TensorType.Float32);

    /// <summary>A copy of the numbers, row-major.</summary>
    /// <exception cref="ResearchException">They are of another type than <see cref="TensorType.Float64"/>.</exception>
    public double[] ToDoubles() => To<double>(TensorType.Float64);

    /// <summary>A copy of the numbers, row-major.</summary>
    /// <exception cref="ResearchException">They are of another type than <see cref="TensorType.Int64"/>.</exception>
    public long[] ToLongs() => To<long>(TensorType.Int64);

    /// <summary>A copy of the bytes, row-major.</summary>
    /// <exception cref="ResearchException">They are of another type than <see cref="TensorType.UInt8"/>.</exception>
    public byte[] ToBytes() => To<byte>(TensorType.UInt8);

    /// <summary>The same numbers under another name.</summary>
    /// <param name="name">Not empty.</param>
    public NamedTensor WithName(string name)
    {
        RequireName(name);
        return new NamedTensor(name, Type, [.. Shape], _values);
    }

    /// <summary>Name, type and shape, e.g. <c>lstm_1/kernel: Float32 [1, 128]</c>.</summary>
    public override string ToString() => $"{Name}: {Type} {Text(Shape)}";

    /// <summary>Writes the numbers, little-endian.</summary>
    internal void WriteTo(Stream stream)
    {
        switch (Type)
        {
            case TensorType.Float32: WriteAll<float>(stream); break;
            case TensorType.Float64: WriteAll<double>(stream); break;
            case TensorType.Int64: WriteAll<long>(stream); break;
            default: WriteAll<byte>(stream); break;
        }
    }

    /// <summary>Reads a tensor as <see cref="WriteTo"/> wrote it.</summary>
    /// <param name="name">Not empty.</param>
    /// <param name="type">What the numbers are.</param>
    /// <param name="shape">The size of each axis; an array holds as many numbers.</param>
    /// <param name="stream">Where they begin.</param>
    /// <exception cref="EndOfStreamException">There are too few.</exception>
    internal static NamedTensor Read(string name, TensorType type, int[] shape, Stream stream)
    {
        int count = (int)shape.Aggregate(1L, (product, axis) => product * axis);
        return new NamedTensor(name, type, shape, type switch
        {
            TensorType.Float32 => ReadAll<float>(stream, count),
            TensorType.Float64 => ReadAll<double>(stream, count),
            TensorType.Int64 => ReadAll<long>(stream, count),
            _ => ReadAll<byte>(stream, count),
        });
    }

    internal static int SizeOf(TensorType type) => type switch
    {
        TensorType.Float32 => 4,
        TensorType.UInt8 => 1,
        _ => 8,
    };

    internal static string Text(IReadOnlyList<int> shape) =>
        $"[{string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";

    private static NamedTensor Of<T>(string name, TensorType type, IReadOnlyList<int> shape, IReadOnlyList<T> values)
    {
        RequireName(name);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        long count = 1;
        foreach (int axis in shape)
        {
            if (axis < 0) throw new ResearchException($"Tensor '{name}': expected sizes of 0 or more, got {Text(shape)}.");
            count = Math.Min(count * axis, int.MaxValue);
        }

        return count == values.Count
            ? new NamedTensor(name, type, [.. shape], values is T[] array ? (T[])array.Clone() : values.ToArray())
            : throw new ResearchException($"Tensor '{name}': expected as many numbers as {Text(shape)} says; got {values.Count} numbers.");
    }

    private static void RequireName(string name)
    {
        if (string.IsNullOrEmpty(name)) throw new ResearchException("A tensor needs a name, e.g. 'lstm_1/kernel'; got an empty one.");
    }

    private T[] To<T>(TensorType type) => Type == type
        ? (T[])_values.Clone()
        : throw new ResearchException($"Tensor '{Name}': expected {type}, got {Type}; read it as that, or convert the file.");

    // A span counts bytes to 2 GB, an array numbers.
    private void WriteAll<T>(Stream stream) where T : unmanaged
    {
        T[] values = (T[])_values;
        for (long i = 0; i < values.Length; i += Piece)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan((int)i, (int)Math.Min(Piece, values.Length - i)));
            stream.Write(BitConverter.IsLittleEndian ? bytes : Turned(bytes.ToArray(), Unsafe.SizeOf<T>()));
        }
    }

    private static T[] ReadAll<T>(Stream stream, int count) where T : unmanaged
    {
        T[] values = GC.AllocateUninitializedArray<T>(count);
        for (long i = 0; i < count; i += Piece)
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan((int)i, (int)Math.Min(Piece, count - i)));
            stream.ReadExactly(bytes);
            if (!BitConverter.IsLittleEndian) Turned(bytes, Unsafe.SizeOf<T>());
        }

        return values;
    }

    private static Span<byte> Turned(Span<byte> bytes, int size)
    {
        for (int i = 0; i < bytes.Length; i += size) bytes.Slice(i, size).Reverse();
        return bytes;
    }
}
