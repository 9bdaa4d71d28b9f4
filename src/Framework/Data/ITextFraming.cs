namespace Research.Framework.Data;

/// <summary>How a framer turns text into one model input and a predicted class back into text; used to generate.</summary>
/// <remarks>A symbol of a text is one Unicode code point.</remarks>
public interface ITextFraming
{
    /// <summary>The fewest symbols of history that make an input, e.g. 3 for a window of three.</summary>
    int MinimumHistory { get; }

    /// <summary>The input, <c>[time steps, features]</c>, for the step that follows <paramref name="history"/>.</summary>
    /// <param name="history">The text so far, oldest first; at least <see cref="MinimumHistory"/> symbols of the vocabulary.</param>
    float[] Encode(string history);

    /// <summary>The symbol of a class.</summary>
    /// <param name="targetClass">A class index, from 0.</param>
    string Decode(int targetClass);
}
