namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>Something that may be run or be refused, made of changes that can be left out one by one.</summary>
/// <typeparam name="TChange">A change.</typeparam>
/// <param name="changes">What was drawn, in order.</param>
internal abstract class FuzzCase<TChange>(IReadOnlyList<TChange> changes) : IFuzzCase
{
    /// <summary>What was drawn, in order.</summary>
    protected IReadOnlyList<TChange> Changes { get; } = changes;

    public abstract void Run();

    public IEnumerable<IFuzzCase> Smaller()
    {
        // Halves first, then single ones.
        for (int count = Changes.Count / 2; count >= 1; count /= 2)
        {
            for (int first = 0; first < Changes.Count; first += count) yield return With([.. Changes.Take(first), .. Changes.Skip(first + count)]);
        }
    }

    public abstract override string ToString();

    /// <summary>The same with other changes.</summary>
    protected abstract FuzzCase<TChange> With(IReadOnlyList<TChange> changes);
}
