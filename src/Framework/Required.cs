using System.Runtime.CompilerServices;

namespace Research.Framework;

/// <summary>What a property that cannot be without a value is given.</summary>
internal static class Required
{
    /// <summary>The value.</summary>
    /// <exception cref="ResearchException">It is null: with the property's name.</exception>
    public static T Value<T>(T? value, [CallerMemberName] string property = "")
        where T : class
        => value ?? throw new ResearchException($"{property}: expected a value, got null.");

    /// <summary>A list, each of whose elements is a value.</summary>
    /// <exception cref="ResearchException">It or one of them is null: with the property's name.</exception>
    public static IReadOnlyList<T> Each<T>(IReadOnlyList<T>? values, [CallerMemberName] string property = "")
        where T : class
    {
        int count = Value(values, property).Count;
        for (int i = 0; i < count; i++)
        {
            if (values![i] is null) throw new ResearchException(FormattableString.Invariant($"{property}: expected a value at {i}, got null."));
        }

        return values!;
    }
}
