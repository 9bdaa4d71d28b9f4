using System.Globalization;
using Research.Datasets.Encoders;
using Research.Framework;

namespace Research.Datasets.Framers;

/// <summary>How samples of different lengths are padded to one length. Immutable.</summary>
public sealed record PaddingOptions
{
    /// <summary>Where padding goes.</summary>
    /// <value>Default <see cref="PaddingSide.Before"/>.</value>
    public PaddingSide Side { get; init; } = PaddingSide.Before;

    /// <summary>Every feature of a padded time step.</summary>
    /// <value>A finite number. Default 0.</value>
    public float Value { get; init; }

    /// <summary>
    /// Whether the dataset tells real steps from padded ones; a padded step then holds the state. Generation carries no
    /// mask, so that it then needs a history that fills every time step.
    /// </summary>
    /// <value>Default false: padded steps are fed like any other.</value>
    public bool Mask { get; init; }

    /// <summary>
    /// Whether a padded step may look like a symbol. Refused otherwise, since the model cannot tell them apart; with
    /// <see cref="Mask"/> it can, and this is ignored.
    /// </summary>
    /// <value>Default false.</value>
    public bool AllowCollision { get; init; }

    /// <summary>Throws unless padding can be told from every symbol of the sequence's vocabulary.</summary>
    internal void Check(string framer, Sequence sequence)
    {
        string value = Value.ToString(CultureInfo.InvariantCulture);
        if (!Enum.IsDefined(Side))
            throw new ResearchException($"{framer}: expected padding before or after, got {(int)Side}.");
        if (!float.IsFinite(Value))
            throw new ResearchException($"{framer}: expected a finite padding value, got {value}.");
        if (Mask || AllowCollision) return;

        for (int symbol = 0; symbol < sequence.Vocabulary.Count; symbol++)
        {
            if (!sequence.Code(symbol).ContainsAnyExcept(Value))
            {
                throw new ResearchException(
                    $"{framer}: padding with {value} looks like the symbol {Vocabulary.Quote(sequence.Vocabulary[symbol])}, which the encoder '{sequence.Encoder.Name}' turns into {value} too. " +
                    "Choose another padding Value (e.g. -1), another encoder (e.g. one-hot), or Mask = true; or set AllowCollision = true if this is what you study.");
            }
        }
    }
}
