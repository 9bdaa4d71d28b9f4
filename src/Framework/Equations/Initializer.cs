namespace Research.Framework.Equations;

/// <summary>How a weight starts. Ready-made ones are in <see cref="Initializers"/>.</summary>
public abstract class Initializer
{
    /// <summary>The name in plans, e.g. <c>glorot_uniform</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What is wrong with a shape, for a message; null where it can be filled.</summary>
    /// <param name="rows">Rows; 1 for a row vector.</param>
    /// <param name="columns">Columns.</param>
    public virtual string? Finding(int rows, int columns) => null;

    /// <summary>Fills a weight.</summary>
    /// <param name="weights">The weight, row-major <c>[rows, columns]</c>.</param>
    /// <param name="rows">Rows; 1 for a row vector.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="random">The weight's own stream.</param>
    /// <param name="cancellation">Looked at now and then by what takes long.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public abstract void Fill(Span<float> weights, int rows, int columns, Random random, CancellationToken cancellation = default);

    /// <summary>The name.</summary>
    public sealed override string ToString() => Name;
}
