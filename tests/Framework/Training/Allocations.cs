namespace Research.Framework.Tests.Training;

internal static class Allocations
{
    /// <summary>The fewest bytes that any of several rounds allocated: the runtime allocates at times of its own.</summary>
    public static long Of(Action action)
    {
        for (int i = 0; i < 3; i++) action();
        long fewest = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return fewest;
    }
}
