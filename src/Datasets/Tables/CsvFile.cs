using System.Text;
using nietras.SeparatedValues;
using Research.Datasets.Series;
using Research.Framework;

namespace Research.Datasets.Tables;

/// <summary>
/// Reads series from CSV with a header: UTF-8, numbers with a decimal point in the invariant culture, quotes where a cell holds a separator.
/// Nothing is guessed: a missing or odd value is refused with its row and column. Rows are streamed; what is kept are the numbers.
/// </summary>
public static class CsvFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Columns, key and time; null for all columns as one series.</param>
    /// <returns>A series for each key, in the order in which the keys come; one without a key column.</returns>
    /// <exception cref="ResearchException">The file cannot be read, or has no header, a missing value or the like.</exception>
    public static IReadOnlyList<TimeSeries> Read(string path, CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Guarded(path, () =>
        {
            using StreamReader text = new(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return Read(text, path, Path.GetFileNameWithoutExtension(path), options ?? new());
        });
    }

    /// <summary>Reads a text, as if it were a file.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="text">The text, with a header.</param>
    /// <param name="options">As for a file.</param>
    /// <exception cref="ResearchException">As for a file.</exception>
    public static IReadOnlyList<TimeSeries> Parse(string name, string text, CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(text);
        return Guarded(name, () =>
        {
            using StringReader reader = new(text);
            return Read(reader, name, name, options ?? new());
        });
    }

    private static IReadOnlyList<TimeSeries> Read(TextReader text, string file, string name, CsvOptions options)
    {
        if (text.Peek() < 0) throw new ResearchException($"CSV '{file}': expected a header with names of columns, got an empty file.");
        if (options.Separator is '"' or '\r' or '\n' or ' ') throw new ResearchException($"CSV '{file}': expected a separator such as ',', ';' or a tab, got '{options.Separator}'.");
        // Quotes are undone and columns counted by CsvRows, which says in which row.
        using SepReader reader = Sep.New(options.Separator).Reader(o => o with { HasHeader = false, DisableColCountCheck = true }).From(text);
        return new CsvRows(file, name, options).Read(reader);
    }

    private static IReadOnlyList<TimeSeries> Guarded(string file, Func<IReadOnlyList<TimeSeries>> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException failure)
        {
            throw new ResearchException($"CSV '{file}': expected UTF-8, got other bytes: {failure.Message} Save it as UTF-8.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or InvalidDataException)
        {
            throw new ResearchException($"CSV '{file}': expected a readable file, got: {failure.Message}", failure);
        }
    }
}
