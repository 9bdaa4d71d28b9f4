using System.Text;

namespace Research.Framework;

/// <summary>Names of settings made from names in code.</summary>
internal static class SnakeCase
{
    /// <summary>A name in snake case: <c>TimeSteps</c> gives <c>time_steps</c>, <c>MaxURLCount</c> <c>max_url_count</c>.</summary>
    public static string Of(string name)
    {
        StringBuilder snake = new();
        for (int i = 0; i < name.Length; i++)
        {
            bool begins = i > 0 && char.IsUpper(name[i]) && name[i - 1] != '_'
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (begins) snake.Append('_');
            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }
}
