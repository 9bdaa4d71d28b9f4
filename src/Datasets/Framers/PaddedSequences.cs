using System.Globalization;
using Research.Framework;

namespace Research.Datasets.Framers;

/// <summary>Sequences of different lengths brought to one length, as Keras' <c>pad_sequences</c> does, with the mask that it lacks. Immutable.</summary>
public sealed class PaddedSequences
{
    private PaddedSequences(int samples, int timeSteps, float[] values, bool[] mask)
    {
        Samples = samples;
        TimeSteps = timeSteps;
        Values = values;
        Mask = mask;
    }

    /// <summary>How many sequences there are.</summary>
    public int Samples { get; }

    /// <summary>Their common length.</summary>
    public int TimeSteps { get; }

    /// <summary>The numbers, <c>[samples, time steps]</c>.</summary>
    public float[] Values { get; }

    /// <summary>Which steps are real (true) and which padding (false), <c>[samples, time steps]</c>: told by length, so that padding may equal a value that occurs.</summary>
    public bool[] Mask { get; }

    /// <summary>Pads and cuts sequences.</summary>
    /// <param name="sequences">One feature at each time step; a sequence may be empty.</param>
    /// <param name="timeSteps">The common length, at least 1; null for the longest sequence's.</param>
    /// <param name="padding">Where short sequences are padded.</param>
    /// <param name="truncating">Where long sequences are cut.</param>
    /// <param name="value">What padded steps hold.</param>
    /// <exception cref="ResearchException">There is no sequence, or no step; a number is not finite.</exception>
    public static PaddedSequences Of(
        IReadOnlyList<float[]> sequences,
        int? timeSteps = null,
        PaddingSide padding = PaddingSide.Before,
        PaddingSide truncating = PaddingSide.Before,
        float value = 0)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.Count == 0) throw new ResearchException("Padding: expected at least one sequence, got none.");
        if (!Enum.IsDefined(padding) || !Enum.IsDefined(truncating))
            throw new ResearchException($"Padding: expected sides before or after, got {padding} and {truncating}.");
        if (!float.IsFinite(value)) throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Padding: expected a finite value, got {value}."));
        int length = timeSteps ?? sequences.Max(sequence => sequence.Length);
        if (length < 1) throw new ResearchException($"Padding: expected at least 1 time step, got {length}.");
        if ((long)sequences.Count * length > Array.MaxLength)
            throw new ResearchException($"Padding: {sequences.Count} sequences of {length} time steps are more than an array holds ({Array.MaxLength}).");
        float[] values = new float[sequences.Count * length];
        bool[] mask = new bool[values.Length];
        Array.Fill(values, value);
        for (int row = 0; row < sequences.Count; row++)
        {
            float[] sequence = sequences[row];
            int kept = Math.Min(sequence.Length, length);
            int source = truncating == PaddingSide.Before ? sequence.Length - kept : 0;
            int target = row * length + (padding == PaddingSide.Before ? length - kept : 0);
            for (int i = 0; i < kept; i++)
            {
                if (!float.IsFinite(sequence[source + i]))
                    throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Padding: expected finite numbers, got {sequence[source + i]} in sequence {row}, step {source + i}."));
                values[target + i] = sequence[source + i];
                mask[target + i] = true;
            }
        }

        return new PaddedSequences(sequences.Count, length, values, mask);
    }
}
