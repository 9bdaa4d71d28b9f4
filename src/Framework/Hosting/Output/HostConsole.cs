using System.Text;
using Research.Framework.Hosting.Files;
using Spectre.Console;

namespace Research.Framework.Hosting.Output;

/// <summary>
/// Where output goes: results to <see cref="Output"/>, progress and messages to <see cref="Error"/>. Spectre's consoles
/// are made when first used, because they cost more than all that <c>list</c> does.
/// </summary>
internal sealed class HostConsole
{
    private const int RedirectedWidth = 160;
    private readonly EnduringWriter _output;
    private readonly EnduringWriter _error;
    private readonly Lazy<IAnsiConsole> _tables;
    private readonly Lazy<IAnsiConsole> _progress;
    private readonly int? _errorWidth;

    /// <param name="output">Results.</param>
    /// <param name="error">Progress and messages.</param>
    /// <param name="outputWidth">Columns of the terminal that shows <paramref name="output"/>; null where it is redirected.</param>
    /// <param name="errorWidth">Columns of the terminal that shows <paramref name="error"/>; null where it is redirected.</param>
    public HostConsole(TextWriter output, TextWriter error, int? outputWidth = null, int? errorWidth = null)
    {
        _output = output as EnduringWriter ?? new EnduringWriter(output);
        _error = error as EnduringWriter ?? new EnduringWriter(error);
        Width = outputWidth ?? RedirectedWidth;
        _errorWidth = errorWidth;
        _tables = new(() => Create(_output, outputWidth));
        _progress = new(() => Create(_error, errorWidth));
    }

    /// <summary>Never throws because of what it writes to.</summary>
    public TextWriter Output => _output;

    /// <summary>Never throws because of what it writes to.</summary>
    public TextWriter Error => _error;

    /// <summary>Why <see cref="Output"/> has not taken all that was written; null where it has.</summary>
    public Exception? OutputFailure => _output.Failure;

    /// <summary>Columns to fill with results.</summary>
    public int Width { get; }

    /// <summary>Tables and colours on <see cref="Output"/>.</summary>
    public IAnsiConsole Tables => _tables.Value;

    /// <summary>A live display on <see cref="Error"/>; null where it cannot be redrawn, so that lines must do.</summary>
    public IAnsiConsole? Live => _errorWidth is not null && _progress.Value.Profile.Capabilities is { Ansi: true, Interactive: true } ? _progress.Value : null;

    public static HostConsole OfProcess() => new(
        IsOpen(1) ? Console.Out : EnduringWriter.Closed(),
        IsOpen(2) ? Console.Error : EnduringWriter.Closed(),
        Console.IsOutputRedirected ? null : TerminalWidth(),
        Console.IsErrorRedirected ? null : TerminalWidth());

    /// <summary>A console that shows everything on <see cref="Error"/>, where results as data take the other.</summary>
    public HostConsole OnErrorAlone() => new(_error, _error, _errorWidth, _errorWidth);

    private static bool IsOpen(int descriptor) => OperatingSystem.IsWindows() || Libc.IsInherited(descriptor);

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
