using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Research.Framework;

/// <summary>
/// xoshiro256**, Blackman and Vigna, <em>Scrambled linear pseudorandom number generators</em>, ACM TOMS 47(4), 2021, with all
/// of its 256 bits of state given. Every way of drawing is its own, so that no version of the runtime decides a number, and
/// every range is drawn without bias.
/// </summary>
internal sealed class Xoshiro256 : Random
{
    private ulong _a, _b, _c, _d;

    /// <param name="state">32 bytes; not all zero.</param>
    public Xoshiro256(ReadOnlySpan<byte> state)
    {
        _a = BinaryPrimitives.ReadUInt64LittleEndian(state);
        _b = BinaryPrimitives.ReadUInt64LittleEndian(state[8..]);
        _c = BinaryPrimitives.ReadUInt64LittleEndian(state[16..]);
        _d = BinaryPrimitives.ReadUInt64LittleEndian(state[24..]);
    }

    public override int Next() => (int)Below(int.MaxValue);

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (int)Below((ulong)maxValue);
    }

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    public override long NextInt64() => (long)Below(long.MaxValue);

    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Below((ulong)maxValue);
    }

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return minValue + (long)Below((ulong)maxValue - (ulong)minValue);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a large weight is drawn before a runtime would think of it
    public override double NextDouble() => (Bits() >> 11) * (1.0 / (1UL << 53));

    public override float NextSingle() => (Bits() >> 40) * (1f / (1U << 24));

    public override void NextBytes(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        NextBytes(buffer.AsSpan());
    }

    public override void NextBytes(Span<byte> buffer)
    {
        Span<byte> bits = stackalloc byte[sizeof(ulong)];
        while (!buffer.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bits, Bits());
            int count = Math.Min(buffer.Length, bits.Length);
            bits[..count].CopyTo(buffer);
            buffer = buffer[count..];
        }
    }

    protected override double Sample() => NextDouble();

    // Lemire, Fast random integer generation in an interval, ACM TOMACS 29(1), 2019: the high half of a product falls
    // into [0, count), evenly but for the first few low halves, which are drawn again. Nothing is below 0 or 1 but 0, as System.Random has it.
    private ulong Below(ulong count)
    {
        if (count <= 1) return 0;
        ulong high = Math.BigMul(Bits(), count, out ulong low);
        if (low >= count) return high;
        ulong uneven = (0 - count) % count;
        while (low < uneven) high = Math.BigMul(Bits(), count, out low);
        return high;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Bits()
    {
        ulong result = ulong.RotateLeft(_b * 5, 7) * 9, shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }
}
