namespace Research.Framework.Numerics;

/// <summary>
/// Vectors of one width. Numeric code is written once, over this interface, and runs at every width with the same bits:
/// every operation here works lane by lane, and none works along the lanes. Write generic code as
/// <c>Method&lt;TSimd, TVector&gt;() where TSimd : struct, ISimd&lt;TVector&gt; where TVector : struct</c>; the compiler
/// then sees plain vectors.
/// </summary>
/// <remarks>A mask has all bits of a lane set, or none.</remarks>
/// <typeparam name="TVector">The vector: one of the platform's vector types over <see cref="float"/>, or <see cref="float"/>.</typeparam>
public unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Numbers in a vector: 16, 8, 4 or 1.</summary>
    static abstract int Lanes { get; }

    /// <summary>All lanes +0.</summary>
    static abstract TVector Zero { get; }

    /// <summary>Reads a vector; any alignment.</summary>
    /// <param name="source">The first number.</param>
    static abstract TVector Load(float* source);

    /// <summary>Writes a vector; any alignment.</summary>
    /// <param name="destination">Where the first number goes.</param>
    /// <param name="value">The vector.</param>
    static abstract void Store(float* destination, TVector value);

    /// <summary>The same number in all lanes.</summary>
    /// <param name="value">The number.</param>
    static abstract TVector Broadcast(float value);

    /// <summary>The same bits in all lanes.</summary>
    /// <param name="bits">A float's bits.</param>
    static abstract TVector BroadcastBits(int bits);

    /// <summary>a + b.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a - b.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary>a · b.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a / b, correctly rounded.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>a · b + c, rounded once.</summary>
    /// <param name="a">First factor.</param>
    /// <param name="b">Second factor.</param>
    /// <param name="c">Summand.</param>
    static abstract TVector FusedMultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>c - a · b, rounded once.</summary>
    /// <param name="a">First factor.</param>
    /// <param name="b">Second factor.</param>
    /// <param name="c">What the product is taken from.</param>
    static abstract TVector NegatedFusedMultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>√a, correctly rounded.</summary>
    /// <param name="a">The operand.</param>
    static abstract TVector Sqrt(TVector a);

    /// <summary>The mask of a &lt; b; false where either is NaN.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    static abstract TVector LessThan(TVector a, TVector b);

    /// <summary>The mask of a = b; false where either is NaN.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    static abstract TVector Equal(TVector a, TVector b);

    /// <summary>Where the mask is set a, elsewhere b.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="a">Taken where the mask is set.</param>
    /// <param name="b">Taken elsewhere.</param>
    static abstract TVector Select(TVector mask, TVector a, TVector b);

    /// <summary>The bits set in both.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    static abstract TVector And(TVector a, TVector b);

    /// <summary>The bits set in a and not in b.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    static abstract TVector AndNot(TVector a, TVector b);

    /// <summary>The bits set in either.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    static abstract TVector Or(TVector a, TVector b);

    /// <summary>The bits set in exactly one.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    static abstract TVector Xor(TVector a, TVector b);

    /// <summary>The sum of the bits as integers.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    static abstract TVector AddBits(TVector a, TVector b);

    /// <summary>The difference of the bits as integers.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    static abstract TVector SubtractBits(TVector a, TVector b);

    /// <summary>The bits moved towards the sign.</summary>
    /// <param name="a">The operand.</param>
    /// <param name="count">Places, 0 to 31.</param>
    static abstract TVector ShiftBitsLeft(TVector a, int count);

    /// <summary>The bits moved away from the sign; the sign fills up.</summary>
    /// <param name="a">The operand.</param>
    /// <param name="count">Places, 0 to 31.</param>
    static abstract TVector ShiftBitsRight(TVector a, int count);
}
