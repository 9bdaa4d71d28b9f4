using Research.Framework.Engine;
using Research.Framework.Hosting.Files;
using Research.Framework.Hosting.Output;
using Research.Framework.Hosting.Sweeps;

namespace Research.Framework.Hosting.Reports;

/// <summary>
/// Where <c>--json</c> puts results. Every run that ends is a line of <c>FILE.journal</c> before its thread begins another. At the end
/// there is <c>FILE</c>; where the sweep was interrupted, or no run went well, <c>FILE.partial</c> of the same shape instead, so that a
/// complete file is replaced by a complete one alone. Then the journal goes. What is stored in it is not kept in memory; where results go
/// to standard output or a pipe, a file without a name stands in for it.
/// </summary>
internal sealed class ResultsFile : IDisposable
{
    private const string StandardOutput = "-", PartialEnd = ".partial", JournalEnd = ".journal";
    private static readonly TimeSpan s_syncInterval = TimeSpan.FromSeconds(1);

    private readonly HostConsole _console;
    private readonly IFileLayer _layer;
    private readonly AtomicFile? _file;
    private readonly JournalFile? _journal;
    private readonly JournalFile? _nameless;
    private readonly ITimer? _syncing;
    private readonly bool _quiet;
    private int _journalFailed;

    private ResultsFile(HostConsole console, IFileLayer layer, TimeProvider time, AtomicFile? file, JournalFile? journal, bool quiet)
    {
        _console = console;
        _layer = layer;
        _file = file;
        _journal = journal;
        _quiet = quiet;
        if (journal is null) _nameless = Nameless(layer);
        else _syncing = time.CreateTimer(_ => TryJournal(journal.Sync), null, s_syncInterval, s_syncInterval);
    }

    /// <summary>Whether results go to standard output, where nothing else may go then.</summary>
    public static bool IsStandardOutput(string? path) => path == StandardOutput;

    /// <summary>Checks, before anything runs, that results can be written, and begins the journal.</summary>
    /// <exception cref="ResearchException">They cannot.</exception>
    public static ResultsFile Prepare(HostConsole console, IFileLayer layer, TimeProvider time, string path, bool quiet)
    {
        if (IsStandardOutput(path)) return new ResultsFile(console, layer, time, null, null, quiet);
        AtomicFile file = AtomicFile.Prepare("--json", path, layer);
        try
        {
            JournalFile? journal = file.IsPipe ? null : JournalFile.Begin(file.Path + JournalEnd, layer);
            if (journal?.Earlier is { } earlier) console.Error.WriteLine(OneLine.Of($"'{earlier}' has the finished runs of a sweep that was ended before it could write its results."));
            return new ResultsFile(console, layer, time, file, journal, quiet);
        }
        catch (Exception exception) when (AtomicFile.IsOfFiles(exception))
        {
            throw new ResearchException($"--json: '{path}{JournalEnd}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Keeps a run that ended. Called by the thread that ran it.</summary>
    public void Keep(ExperimentOutcome outcome, int index, IEngine engine)
    {
        if ((_journal ?? _nameless) is not { } store) return;
        TryJournal(() =>
        {
            StoredRun? inLine = null;
            if (store.Append(line => inLine = JsonReport.WriteLine(line, outcome, index, engine)) is { } begin && inLine is { } run)
                outcome.Store(index, run with { Begin = begin + run.Begin });
        });
    }

    /// <summary>Has the disk hold what was kept so far, without making anybody wait.</summary>
    public void SyncSoon() => _syncing?.Change(TimeSpan.Zero, s_syncInterval);

    /// <summary>Writes the results. A pipe that nobody has opened is not waited for any more once the user has asked to stop.</summary>
    /// <returns>Whether it could be done; if not, it has been said.</returns>
    public async Task<bool> WriteAsync(Sweep sweep, TimeProvider time, CancellationToken cancellation)
    {
        Stream? opened = null;
        try
        {
            if (_file is { IsPipe: true } pipe) opened = await Patience.RunAsync(pipe.OpenPipe, time, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _console.Error.WriteLine(OneLine.Of($"'{_file!.Path}' could not be written: nobody reads it."));
            return false;
        }
        catch (ResearchException exception)
        {
            _console.Error.WriteLine(OneLine.Of(exception.Message.TrimEnd('.') + '.'));
            return false;
        }

        return Write(sweep, opened);
    }

    private bool Write(Sweep sweep, Stream? pipe)
    {
        try
        {
            if (_file is null)
            {
                using TextStream output = new(_console.Output);
                Write(output, sweep);
                return true;
            }

            bool complete = _file.IsPipe || (sweep.IsOver && sweep.Outcomes.Any(outcome => outcome.Finished.Count > 0));
            AtomicFile file = complete ? _file : Partial(_file);
            file.Write(stream => Write(stream, sweep), pipe);
            if (!_quiet) _console.Error.WriteLine(OneLine.Of(complete ? $"Results written to {file.Path}" : $"What there is was written to {file.Path}"));
        }
        catch (Exception exception) when (exception is ResearchException || AtomicFile.IsOfFiles(exception))
        {
            if (_journal is not null) TryJournal(_journal.Sync);
            string kept = _journal is not null && _journalFailed == 0 ? $" The finished runs are in '{_journal.Path}'." : "";
            _console.Error.WriteLine(OneLine.Of(exception.Message.TrimEnd('.') + '.' + kept));
            return false;
        }

        try
        {
            _journal?.Delete();
        }
        catch (Exception exception) when (AtomicFile.IsOfFiles(exception))
        {
            _console.Error.WriteLine(OneLine.Of($"'{_journal!.Path}' is no longer needed, but cannot be deleted: {exception.Message}"));
        }

        return true;
    }

    public void Dispose()
    {
        _syncing?.Dispose();
        _journal?.Dispose();
        _nameless?.Dispose();
    }

    private void Write(Stream stream, Sweep sweep) => JsonReport.Write(stream, sweep.Outcomes, sweep.Engine, _journal ?? _nameless);

    // Without one, results stay in memory.
    private static JournalFile? Nameless(IFileLayer layer)
    {
        try
        {
            return JournalFile.BeginNameless(layer);
        }
        catch (Exception exception) when (AtomicFile.IsOfFiles(exception))
        {
            return null;
        }
    }

    // What an earlier sweep left under that name may be more than this one has.
    private AtomicFile Partial(AtomicFile whole)
    {
        AtomicFile file = AtomicFile.Prepare("--json", whole.Path + PartialEnd, _layer);
        try
        {
            if (File.Exists(file.Path)) FileNames.SetAside(_layer, file.Path, file.Path);
        }
        catch (Exception exception) when (AtomicFile.IsOfFiles(exception))
        {
            throw new ResearchException($"'{file.Path}' is in the way and cannot be renamed: {exception.Message}", exception);
        }

        return file;
    }

    // Runs go on without a journal; that is said once.
    private void TryJournal(Action act)
    {
        try
        {
            act();
        }
        catch (Exception exception) when (AtomicFile.IsOfFiles(exception))
        {
            if (Interlocked.Exchange(ref _journalFailed, 1) == 0 && _journal is not null)
                _console.Error.WriteLine(OneLine.Of($"Warning: '{_journal.Path}' cannot be written, so that finished runs are not safe until the end: {exception.Message}"));
        }
    }
}
