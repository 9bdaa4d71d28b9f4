using System.Runtime.ExceptionServices;

namespace Research.Framework.Managed.Execution;

/// <summary>
/// Several threads at one piece of work. They divide its rows or its columns, never its sums, so that their number never
/// shows in a result. Helpers come from the thread pool and stay for a while after each piece, because the next one is
/// near; the caller works too and never waits for a helper that has not begun.
/// </summary>
internal sealed class Team
{
    private const int Patience = 300;

    private readonly Helper[] _helpers;
    private Action<int, int> _work = (_, _) => { };
    private int _count;
    private ExceptionDispatchInfo? _failure;

    // Round (32 bits), parts (16), next part (16): one word, so that a part is claimed for the round it belongs to.
    private long _ticket;
    private int _finished;

    /// <summary>A team.</summary>
    /// <param name="threads">Threads, the caller's included; at least 1.</param>
    public Team(int threads)
    {
        Threads = threads;
        _helpers = new Helper[threads - 1];
        for (int i = 0; i < _helpers.Length; i++) _helpers[i] = new Helper(this);
    }

    public int Threads { get; }

    /// <summary>Does work on <paramref name="count"/> rows (or columns) in parts, and returns when all is done.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="parts">Parts, at most <paramref name="count"/> of them; a single one is done here.</param>
    /// <param name="work">Works on a part: its first row and the number of its rows. It must not share work itself.</param>
    public void Share(int count, int parts, Action<int, int> work)
    {
        if (parts < 2)
        {
            work(0, count);
            return;
        }

        _work = work;
        _count = count;
        Volatile.Write(ref _finished, 0);
        long round = (_ticket >> 32) + 1;
        Volatile.Write(ref _ticket, (round << 32) | ((long)parts << 16));
        for (int i = 0; i < _helpers.Length && i < parts - 1; i++) _helpers[i].Wake();
        while (TryWork())
        {
        }

        SpinWait wait = default;
        while (Volatile.Read(ref _finished) < parts) wait.SpinOnce(sleep1Threshold: -1);
        if (_failure is { } failure)
        {
            _failure = null;
            failure.Throw();
        }
    }

    private bool TryWork()
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            int parts = (int)((ticket >> 16) & 0xFFFF), part = (int)(ticket & 0xFFFF);
            if (part >= parts) return false;
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket) continue;

            // Whoever has claimed a part is waited for: the work cannot change meanwhile.
            try
            {
                int first = (int)((long)_count * part / parts), end = (int)((long)_count * (part + 1) / parts);
                _work(first, end - first);
            }
            catch (Exception exception)
            {
                // A cell's own kernel may throw: on the caller's thread, once nobody is at work.
                Volatile.Write(ref _failure, ExceptionDispatchInfo.Capture(exception));
            }

            Interlocked.Increment(ref _finished);
            return true;
        }
    }

    private sealed class Helper(Team team) : IThreadPoolWorkItem
    {
        private int _awake;

        public void Wake()
        {
            if (Volatile.Read(ref _awake) == 0 && Interlocked.Exchange(ref _awake, 1) == 0)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Execute()
        {
            for (int idle = 0; idle < Patience; idle++)
            {
                if (team.TryWork()) idle = 0;
                else Thread.SpinWait(30);
            }

            Volatile.Write(ref _awake, 0);
        }
    }
}
