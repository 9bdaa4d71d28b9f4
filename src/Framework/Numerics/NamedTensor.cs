using System.Buffers.Binary;
using System.Globalization;

namespace Research.Framework.Numerics;

/// <summary>Numbers with a name and a shape. Immutable.</summary>
public sealed class NamedTensor
{
    private readonly byte[] _bytes;

    /// <summary>Takes over <paramref name="bytes"/>, little-endian, whose length must fit the shape.</summary>
    internal NamedTensor(string name, TensorType type, int[] shape, byte[] bytes)
    {
        Name = name;
        Type = type;
        Shape = Array.AsReadOnly(shape);
        _bytes = bytes;
    }

    /// <summary>The name, e.g. <c>lstm_1/kernel</c>.</summary>
    public string Name { get; }

    /// <summary>What the numbers are.</summary>
    public TensorType Type { get; }

    /// <summary>The size of each axis; empty for a single number.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>How many numbers there are.</summary>
    public int Count => _bytes.Length / SizeOf(Type);

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A tensor of 32-bit floating point numbers.</summary>
    /// <param name="name">Not empty.</param>
    /// <param name="shape">The size of each axis, 0 or more; empty for a single number.</param>
    /// <param name="values">Row-major, as many as the shape says; copied.</param>
    /// <exception cref="ResearchException">Name, shape and values do not agree.</exception>
    public static NamedTensor OfFloats(string name, IReadOnlyList<int> shape, IReadOnlyList<float> values) =>
        Of(name, TensorType.Float32, shape, values, BinaryPrimitives.WriteSingleLittleEndian);

    /// <summary>A tensor of 64-bit floating point numbers.</summary>
    /// <param name="name">Not empty.</param>
    /// <param name="shape">The size of each axis, 0 or more; empty for a single number.</param>
    /// <param name="values">Row-major, as many as the shape says; copied.</param>
    /// <exception cref="ResearchException">Name, shape and values do not agree.</exception>
    public static NamedTensor OfDoubles(string name, IReadOnlyList<int> shape, IReadOnlyList<double> values) =>
        Of(name, TensorType.Float64, shape, values, BinaryPrimitives.WriteDoubleLittleEndian);

    /// <summary>A tensor of 64-bit whole numbers.</summary>
    /// <param name="name">Not empty.</param>
    /// <param name="shape">The size of each axis, 0 or more; empty for a single number.</param>
    /// <param name="values">Row-major, as many as the shape says; copied.</param>
    /// <exception cref="ResearchException">Name, shape and values do not agree.</exception>
    public static NamedTensor OfLongs(string name, IReadOnlyList<int> shape, IReadOnlyList<long> values) =>
        Of(name, TensorType.Int64, shape, values, BinaryPrimitives.WriteInt64LittleEndian);

    /// <summary>A tensor of bytes.</summary>
    /// <param name="name">Not empty.</param>
    /// <param name="shape">The size of each axis, 0 or more; empty for a single number.</param>
    /// <param name="values">Row-major, as many as the shape says; copied.</param>
    /// <exception cref="ResearchException">Name, shape and values do not agree.</exception>
    public static NamedTensor OfBytes(string name, IReadOnlyList<int> shape, IReadOnlyList<byte> values) =>
        Of(name, TensorType.UInt8, shape, values, (destination, value) => destination[0] = value);

    /// <summary>A copy of the numbers, row-major.</summary>
    /// <exception cref="ResearchException">They are of another type than <see cref="TensorType.Float32"/>.</exception>
    public float[] ToFloats() => To(TensorType.Float32, BinaryPrimitives.ReadSingleLittleEndian);

    /// <summary>A copy of the numbers, row-major.</summary>
    /// <exception cref="ResearchException">They are of another type than <see cref="TensorType.Float64"/>.</exception>
    public double[] ToDoubles() => To(TensorType.Float64, BinaryPrimitives.ReadDoubleLittleEndian);

    /// <summary>A copy of the numbers, row-major.</summary>
    /// <exception cref="ResearchException">They are of another type than <see cref="TensorType.Int64"/>.</exception>
    public long[] ToLongs() => To(TensorType.Int64, BinaryPrimitives.ReadInt64LittleEndian);

    /// <summary>A copy of the bytes, row-major.</summary>
    /// <exception cref="ResearchException">They are of another type than <see cref="TensorType.UInt8"/>.</exception>
    public byte[] ToBytes() => To(TensorType.UInt8, source => source[0]);

    /// <summary>The same numbers under another name.</summary>
    /// <param name="name">Not empty.</param>
    public NamedTensor WithName(string name)
    {
        RequireName(name);
        return new NamedTensor(name, Type, [.. Shape], _bytes);
    }

    /// <summary>Name, type and shape, e.g. <c>lstm_1/kernel: Float32 [1, 128]</c>.</summary>
    public override string ToString() => $"{Name}: {Type} {Text(Shape)}";

    internal static int SizeOf(TensorType type) => type switch
    {
        TensorType.Float32 => 4,
        TensorType.UInt8 => 1,
        _ => 8,
    };

    internal static string Text(IReadOnlyList<int> shape) =>
        $"[{string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";

    private static NamedTensor Of<T>(string name, TensorType type, IReadOnlyList<int> shape, IReadOnlyList<T> values, Writer<T> write)
    {
        RequireName(name);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        int size = SizeOf(type);
        long count = 1;
        foreach (int axis in shape)
        {
            if (axis < 0) throw new ResearchException($"Tensor '{name}': expected sizes of 0 or more, got {Text(shape)}.");
            count = Math.Min(count * axis, int.MaxValue);
        }

        if (count != values.Count || count * size > Array.MaxLength)
            throw new ResearchException($"Tensor '{name}': expected as many numbers as {Text(shape)} says, and at most {Array.MaxLength} bytes; got {values.Count} numbers.");
        byte[] bytes = new byte[count * size];
        for (int i = 0; i < values.Count; i++) write(bytes.AsSpan(i * size, size), values[i]);
        return new NamedTensor(name, type, [.. shape], bytes);
    }

    private static void RequireName(string name)
    {
        if (string.IsNullOrEmpty(name)) throw new ResearchException("A tensor needs a name, e.g. 'lstm_1/kernel'; got an empty one.");
    }

    private T[] To<T>(TensorType type, Reader<T> read)
    {
        if (Type != type) throw new ResearchException($"Tensor '{Name}': expected {type}, got {Type}; read it as that, or convert the file.");
        int size = SizeOf(type);
        T[] values = new T[Count];
        for (int i = 0; i < values.Length; i++) values[i] = read(_bytes.AsSpan(i * size, size));
        return values;
    }

    private delegate void Writer<T>(Span<byte> destination, T value);

    private delegate T Reader<T>(ReadOnlySpan<byte> source);
}
