namespace Research.Framework.Managed.Execution;

/// <summary>
/// Dropout's masks: a number for each position, hashed from a key and a counter (SplitMix64's finalizer, Steele, Lea and
/// Flood, OOPSLA 2014), so that where the stream stands is one number, which a checkpoint can hold.
/// </summary>
/// <param name="rate">The share that is dropped.</param>
/// <param name="name">The stream's name.</param>
/// <param name="stream">Where the key is drawn from.</param>
internal sealed unsafe class NoiseSource(double rate, string name, Random stream)
{
    public string Name { get; } = name;

    private readonly ulong _key = ((ulong)(uint)stream.Next() << 32) ^ (uint)stream.Next();
    private readonly float _kept = (float)(1 / (1 - rate));
    private readonly ulong _threshold = (ulong)(rate * (1UL << 53));

    /// <summary>Numbers drawn so far.</summary>
    public ulong Position { get; set; }

    /// <summary>Fills with 0 (dropped) or 1 / (1 - rate).</summary>
    public void Fill(float* target, nint count)
    {
        for (nint i = 0; i < count; i++)
        {
            ulong hash = _key + ++Position * 0x9E3779B97F4A7C15UL;
            hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
            hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
            hash ^= hash >> 31;
            target[i] = hash >> 11 < _threshold ? 0f : _kept;
        }
    }
}
