using System.Text;
using Spectre.Console;

namespace Research.Framework.Hosting.Output;

/// <summary>
/// Where output goes: results to <see cref="Output"/>, progress and messages to <see cref="Error"/>. Spectre's consoles
/// are made when first used, because they cost more than all that <c>list</c> does.
/// </summary>
internal sealed class HostConsole
{
    private const int RedirectedWidth = 160;
    private readonly Lazy<IAnsiConsole> _tables;
    private readonly Lazy<IAnsiConsole> _progress;
    private readonly bool _errorIsTerminal;

    /// <param name="output">Results.</param>
    /// <param name="error">Progress and messages.</param>
    /// <param name="outputWidth">Columns of the terminal that shows <paramref name="output"/>; null where it is redirected.</param>
    /// <param name="errorWidth">Columns of the terminal that shows <paramref name="error"/>; null where it is redirected.</param>
    public HostConsole(TextWriter output, TextWriter error, int? outputWidth = null, int? errorWidth = null)
    {
        Output = output;
        Error = error;
        Width = outputWidth ?? RedirectedWidth;
        _errorIsTerminal = errorWidth is not null;
        _tables = new(() => Create(output, outputWidth));
        _progress = new(() => Create(error, errorWidth));
    }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    /// <summary>Columns to fill with results.</summary>
    public int Width { get; }

    /// <summary>Tables and colours on <see cref="Output"/>.</summary>
    public IAnsiConsole Tables => _tables.Value;

    /// <summary>A live display on <see cref="Error"/>; null where it cannot be redrawn, so that lines must do.</summary>
    public IAnsiConsole? Live => _errorIsTerminal && _progress.Value.Profile.Capabilities is { Ansi: true, Interactive: true } ? _progress.Value : null;

    public static HostConsole OfProcess() => new(
        Console.Out,
        Console.Error,
        Console.IsOutputRedirected ? null : TerminalWidth(),
        Console.IsErrorRedirected ? null : TerminalWidth());

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : 80;
        }
        catch (IOException) // no terminal after all
        {
            return 80;
        }
    }

    private static IAnsiConsole Create(TextWriter writer, int? width) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new Target(writer, width),
        Ansi = width is null ? AnsiSupport.No : AnsiSupport.Detect,
        ColorSystem = width is null ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        Interactive = width is null ? InteractionSupport.No : InteractionSupport.Detect,
    });

    private sealed class Target(TextWriter writer, int? width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => width is not null;

        public int Width => width ?? RedirectedWidth;

        public int Height => 50;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
