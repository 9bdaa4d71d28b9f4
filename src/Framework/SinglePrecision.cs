using System.Globalization;

namespace Research.Framework;

/// <summary>What becomes of numbers that are set in double precision where weights are computed in single: a rate of 1e-60 is 0 there.</summary>
internal static class SinglePrecision
{
    /// <summary>Whether a number is above 0, and finite, in single precision, too.</summary>
    public static bool IsPositive(double value) => (float)value > 0 && float.IsFinite((float)value);

    /// <summary>Whether a number is 0, or as <see cref="IsPositive"/>.</summary>
    public static bool IsZeroOrPositive(double value) => value == 0 || IsPositive(value);

    /// <summary>Whether a number is a limit that leaves something: as <see cref="IsPositive"/>, or larger than any float, which limits nothing.</summary>
    public static bool IsLimit(double value) => (float)value > 0;

    /// <summary>Whether a number is finite, and 0 only where it was set to 0.</summary>
    public static bool Holds(double value) => float.IsFinite((float)value) && (value == 0 || (float)value != 0);

    /// <summary>A number for a message, which says what becomes of it where it does not look like it.</summary>
    public static string Said(double value) => value.ToString(CultureInfo.InvariantCulture) + (
        !double.IsFinite(value) ? ""
        : float.IsInfinity((float)value) ? ", which is infinite in single precision"
        : value != 0 && (float)value == 0 ? ", which is 0 in single precision"
        : value < 1 && (float)value >= 1 ? ", which is 1 in single precision"
        : "");
}
