using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

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
    /// A generator (xoshiro256**) for the component called <paramref name="name"/>. Its 256 bits of state are a hash of root and
    /// name, so that no two streams are ever the same one. The same root and name give the same numbers on every machine;
    /// each call starts the stream anew.
    /// </summary>
    /// <param name="name">The component's name, e.g. <c>weights/recurrent_1/kernel</c>, <c>shuffle</c>, <c>framer</c>.</param>
    public Random Stream(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        byte[] key = new byte[sizeof(int) + Encoding.UTF8.GetByteCount(name)];
        BinaryPrimitives.WriteInt32LittleEndian(key, Root);
        Encoding.UTF8.GetBytes(name, key.AsSpan(sizeof(int)));
        return new Xoshiro256(SHA256.HashData(key));
    }
}
