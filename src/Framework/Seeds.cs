using MathNet.Numerics.Random;

namespace Research.Framework;

/// <summary>
/// The random streams of one run. Every component draws from a stream of its own, derived from the root seed
/// and the component's <em>name</em>, so that adding a component shifts no other component's numbers.
/// </summary>
/// <param name="root">The root seed; any value.</param>
public sealed class Seeds(int root)
{
    /// <summary>The root seed.</summary>
    public int Root { get; } = root;

    /// <summary>
    /// A generator (xoshiro256**, from MathNet.Numerics) for the component called <paramref name="name"/>. The same
    /// root and name give the same numbers on every machine; each call starts the stream anew.
    /// </summary>
    /// <param name="name">The component's name, e.g. <c>weights/recurrent_1/kernel</c>, <c>shuffle</c>, <c>framer</c>.</param>
    public Random Stream(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);

        // FNV-1a over the root's bytes and the name's UTF-16 units, then SplitMix64's finalizer: neighbouring roots
        // and names must land far apart.
        ulong hash = 14695981039346656037UL;
        for (int shift = 0; shift < 32; shift += 8)
            hash = (hash ^ (byte)(Root >> shift)) * 1099511628211UL;
        foreach (char unit in name)
        {
            hash = (hash ^ (byte)unit) * 1099511628211UL;
            hash = (hash ^ (byte)(unit >> 8)) * 1099511628211UL;
        }

        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        hash ^= hash >> 31;
        return new Xoshiro256StarStar((int)(uint)hash, threadSafe: false);
    }
}
