using System.Text;

namespace Research.Framework.Equations;

/// <summary>Names made from type names.</summary>
internal static class CellNames
{
    /// <summary>The name in snake case, without an ending that all of its kind have.</summary>
    /// <param name="type">The type, e.g. <c>LstmCell</c>.</param>
    /// <param name="ending">What it ends in, e.g. <c>Cell</c>.</param>
    public static string Of(Type type, string ending = "Cell")
    {
        string name = type.Name;
        // What follows is the number of type parameters, or (F#'s object expressions) of the line in the source, which must
        // not be part of a weight's name and so of its seed stream.
        int suffix = name.AsSpan().IndexOfAny('`', '@');
        if (suffix > 0) name = name[..suffix];
        if (name.EndsWith(ending, StringComparison.Ordinal) && name.Length > ending.Length) name = name[..^ending.Length];
        StringBuilder snake = new();
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && !char.IsUpper(name[i - 1])) snake.Append('_');
            if (char.IsLetterOrDigit(name[i])) snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.Length == 0 ? ending.ToLowerInvariant() : snake.ToString();
    }
}
