namespace Research.Framework.Hosting.Sweeps;

/// <summary>Waits for code of a user's, but not for ever once the user has asked to stop: it may hang, or take minutes.</summary>
internal static class Patience
{
    /// <summary>How long such code may go on after that, to come to an end by itself.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Runs code on a thread of its own, which is left behind where it does not stop when asked to.</summary>
    /// <exception cref="OperationCanceledException">It did not.</exception>
    public static async Task<T> RunAsync<T>(Func<T> code, TimeProvider time, CancellationToken cancellation)
    {
        Task<T> work = Task.Factory.StartNew(code, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await WaitAsync(work, time, cancellation).ConfigureAwait(false);
        if (!work.IsCompleted) throw new OperationCanceledException(cancellation);
        return await work.ConfigureAwait(false);
    }

    /// <summary>Waits until work is done, or until <see cref="Grace"/> has passed after it was asked to stop.</summary>
    public static async Task WaitAsync(Task work, TimeProvider time, CancellationToken cancellation)
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellation.Register(asked.SetResult).ConfigureAwait(false))
        {
            await Task.WhenAny(work, asked.Task).ConfigureAwait(false);
        }

        if (!work.IsCompleted) await Task.WhenAny(work, Task.Delay(Grace, time, CancellationToken.None)).ConfigureAwait(false);
    }
}
