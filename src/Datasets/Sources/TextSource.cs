using Research.Datasets.Encoders;
using Research.Framework;

namespace Research.Datasets.Sources;

/// <summary>Any text as a sequence of its symbols, encoded by <see cref="Encoder.IntegerOverCount"/> until another encoder is asked for.</summary>
public static class TextSource
{
    /// <summary>A text as a sequence.</summary>
    /// <param name="text">At least one symbol.</param>
    /// <param name="vocabulary">The symbols that may occur, e.g. those of a larger text; null for the text's own, sorted by code point.</param>
    /// <exception cref="ResearchException">The text is empty, or has a symbol that the vocabulary lacks.</exception>
    public static Sequence From(string text, Vocabulary? vocabulary = null) =>
        new(text, vocabulary ?? Vocabulary.FromText(text), Encoder.IntegerOverCount);

    /// <summary>A UTF-8 file's text as a sequence, line ends included.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabulary">The symbols that may occur; null for the text's own, sorted by code point.</param>
    /// <exception cref="ResearchException">The file cannot be read, is not UTF-8 or is empty, or has a symbol that the vocabulary lacks.</exception>
    public static Sequence FromFile(string path, Vocabulary? vocabulary = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        string text;
        try
        {
            // Of a pipe or a device nobody knows where it ends.
            if (new FileInfo(path).Length == 0) throw new ResearchException($"Text file '{path}': expected at least one symbol, got an empty file, a pipe or a device.");
            text = File.ReadAllText(path, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // DecoderFallbackException, for bytes that are not UTF-8, is an ArgumentException.
            throw new ResearchException($"Text file '{path}': expected a readable UTF-8 file, got: {failure.Message}", failure);
        }

        return text.Length > 0
            ? From(text, vocabulary)
            : throw new ResearchException($"Text file '{path}': expected at least one symbol, got a byte order mark alone.");
    }
}
