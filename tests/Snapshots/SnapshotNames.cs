using System.Globalization;
using System.Text;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Research.Snapshots;

/// <summary>Verify's names: <c>Class.Method</c>, <c>Class.Method_parameter=value</c>, <c>Outer.Inner.Method</c>.</summary>
internal static class SnapshotNames
{
    /// <summary>The name of a test's snapshot, without folder and ending.</summary>
    /// <param name="test">The test; its arguments are numbers, booleans, characters, enums or strings.</param>
    public static string Of(Test test)
    {
        if (test is not { TypeInfo.Type: Type type, Method: IMethodInfo method })
            throw new InvalidOperationException($"Snapshot: expected to be called from a test method, got '{test.FullName}'.");
        StringBuilder name = new();
        for (Type? outer = type.DeclaringType; outer is not null; outer = outer.DeclaringType) name.Insert(0, outer.Name + ".");
        name.Append(type.Name).Append('.').Append(method.Name);
        IParameterInfo[] parameters = method.GetParameters();
        for (int i = 0; i < Math.Min(parameters.Length, test.Arguments.Length); i++)
            name.Append('_').Append(parameters[i].ParameterInfo.Name).Append('=').Append(Value(test.Arguments[i]));
        return name.ToString();
    }

    private static string Value(object? argument)
    {
        string text = argument switch
        {
            null => "null",
            // Verify names only these the same way in every version.
            string or char or Enum => argument.ToString()!,
            bool or int or long or float or double => ((IConvertible)argument).ToString(CultureInfo.InvariantCulture),
            _ => throw new NotSupportedException($"Snapshot names: a parameter of type {argument.GetType()} has no name; use a number, a boolean, an enum or a string."),
        };
        return string.Concat(text.Select(c => char.IsControl(c) || "\"\\<>|:*?/".Contains(c, StringComparison.Ordinal) ? '-' : c));
    }
}
