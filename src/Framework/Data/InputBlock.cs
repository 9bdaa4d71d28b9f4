namespace Research.Framework.Data;

/// <summary>
/// What goes into a model at one input, for every sample of a dataset. Arrays are row-major and never copied; they must not
/// be changed after construction, but for generation, which writes each prediction where the input before it was: an engine reads a
/// batch's samples whenever it runs one. <see cref="Dataset.Validate()"/> checks sizes and values.
/// </summary>
public sealed class InputBlock
{
    // Read by two threads at once, it is made twice.
    private float[] _values = [];

    /// <summary>Numbers of masked steps are fed below this size: larger ones, which may stand for what is missing, could become infinite on their way.</summary>
    public const float MostMasked = 1e15f;

    /// <summary>The input's name.</summary>
    /// <value>Default <c>input</c>; with several inputs each needs a name of its own.</value>
    public string Name { get; init => field = Required.Value(value); } = "input";

    /// <summary>Time steps of each sample (padded length); at least 1.</summary>
    public required int TimeSteps { get; init; }

    /// <summary>Features at each time step; at least 1.</summary>
    public required int Features { get; init; }

    /// <summary>The numbers, <c>[samples, time steps, features]</c>; finite but where masked. Of a <see cref="Source"/> they are read, and kept, when they are first asked for.</summary>
    /// <value>Set this, or <see cref="Source"/>.</value>
    public float[] Values
    {
        get => Source is not null && _values.Length == 0 ? _values = Source.ToArray((long)TimeSteps * Features) : _values;
        init => _values = Required.Value(value);
    }

    /// <summary>Makes the numbers as they are read, where they are more than memory holds; then without a mask.</summary>
    /// <value>Default null: they are <see cref="Values"/>.</value>
    public SampleSource<float>? Source { get; init; }

    /// <summary>
    /// Which steps are real (true) and which are padding (false), <c>[samples, time steps]</c>. A masked step holds the
    /// state, and where each step has a target, it counts neither in the loss nor in metrics. It may hold anything: what is no number, or has
    /// <see cref="MostMasked"/> in size or more, is fed as 0.
    /// </summary>
    /// <value>Default null: every step is real.</value>
    public bool[]? Mask { get; init; }

    /// <summary>Copies a sample's numbers, wherever they are, as they are: what a masked step holds, too.</summary>
    /// <param name="sample">From 0.</param>
    /// <param name="target"><c>[time steps, features]</c>.</param>
    public void CopyTo(int sample, Span<float> target)
    {
        int length = TimeSteps * Features;
        if (Source is null) _values.AsSpan(sample * length, length).CopyTo(target);
        else Source.CopyTo(sample, target[..length]);
    }
}
