using System.Text;

namespace Research.Framework.Equations;

/// <summary>Names made from type names.</summary>
internal static class CellNames
{
    public static string Of(Type type)
    {
        string name = type.Name;
        // What follows is the number of type parameters, or (F#'s object expressions) of the line in the source, which must
        // not be part of a weight's name and so of its seed stream.
        int suffix = name.AsSpan().IndexOfAny('`', '@');
        if (suffix > 0) name = name[..suffix];
        if (name.EndsWith("Cell", StringComparison.Ordinal) && name.Length > 4) name = name[..^4];
        StringBuilder snake = new();
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && !char.IsUpper(name[i - 1])) snake.Append('_');
            if (char.IsLetterOrDigit(name[i])) snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.Length == 0 ? "cell" : snake.ToString();
    }
}
