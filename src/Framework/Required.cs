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
}
