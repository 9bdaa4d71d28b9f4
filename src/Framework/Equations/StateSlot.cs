namespace Research.Framework.Equations;

/// <summary>One named part of a cell's recurrent state, <c>[rows, width]</c>.</summary>
public sealed class StateSlot
{
    /// <summary>The most numbers per row: far beyond any use, and so few that a multiple of them, the columns of packed gates, is still an <see cref="int"/>.</summary>
    public const int MostWidth = 1 << 24;

    /// <summary>Declares the part.</summary>
    /// <param name="name">The name, e.g. <c>hidden</c> or <c>cell</c>.</param>
    /// <param name="width">Numbers per row; 1 to <see cref="MostWidth"/>.</param>
    /// <exception cref="ResearchException">The name is empty or the width out of range.</exception>
    public StateSlot(string name, int width)
    {
        if (string.IsNullOrWhiteSpace(name)) throw new ResearchException("A state slot needs a name, e.g. 'hidden'.");
        if (width < 1) throw new ResearchException($"State '{name}': expected a width (units) of at least 1, got {width}.");
        if (width > MostWidth) throw new ResearchException($"State '{name}': expected a width (units) of at most {MostWidth}, got {width}.");
        Name = name;
        Width = width;
    }

    /// <summary>The name, e.g. <c>hidden</c>.</summary>
    public string Name { get; }

    /// <summary>Numbers per row.</summary>
    public int Width { get; }
}
