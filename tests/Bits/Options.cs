using System.Globalization;
using Research.Framework;

namespace Research.Bits;

/// <summary>Options of the form <c>--name value</c>.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> _values = [];

    public Options(string[] arguments, params string[] known)
    {
        string names = string.Join(", ", known.Select(name => "--" + name));
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string name = arguments[i].StartsWith("--", StringComparison.Ordinal) ? arguments[i][2..] : "";
            if (!known.Contains(name)) throw new ResearchException($"Unknown option '{arguments[i]}'; known are {names}.");
            if (i + 1 == arguments.Length) throw new ResearchException($"Option --{name}: expected a value after it.");
            _values[name] = arguments[i + 1];
        }
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public string[]? List(string name) => Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public int PositiveNumber(string name, int whenMissing)
    {
        if (Text(name) is not { } text) return whenMissing;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1
            ? number
            : throw new ResearchException($"Option --{name}: expected a whole number of at least 1, got '{text}'.");
    }
}
