using System.Text;

namespace Research.Framework.Hosting.Output;

/// <summary>
/// Writes to where somebody may have stopped reading: a full disk, a closed terminal. The first failure is kept, and what comes
/// after it is dropped, so that nothing that was computed is lost because it cannot be shown.
/// </summary>
internal sealed class EnduringWriter(TextWriter writer) : TextWriter
{
    /// <summary>Why writing failed; null while it has not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>A writer to a stream that is closed.</summary>
    public static EnduringWriter Closed() => new(Null) { Failure = new IOException("the stream is closed.") };

    public override Encoding Encoding => writer.Encoding;

    public override IFormatProvider FormatProvider => writer.FormatProvider;

    public override void Write(char value) => Try(() => writer.Write(value));

    public override void Write(string? value) => Try(() => writer.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => writer.Write(buffer, index, count));

    public override void WriteLine() => Try(writer.WriteLine);

    public override void WriteLine(string? value) => Try(() => writer.WriteLine(value));

    public override void Flush() => Try(writer.Flush);

    private void Try(Action write)
    {
        if (Failure is not null) return;
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Failure = exception.InnerException as IOException ?? exception; // "Bad file descriptor", not "Access denied"
        }
    }
}
