namespace Research.Framework.Equations;

/// <summary>
/// Reads the equations of a step: computes, one after the other, what <see cref="StepEquations.Evaluate"/> asks for. An
/// engine, a reference and a check are each one of these, over values of a kind of its own.
/// </summary>
/// <remarks>
/// Every value has two axes: a block <c>[batch, n]</c>, one row per sample, or where weights alone are involved one row for
/// all samples, <c>[1, n]</c>. Where a row meets a block element by element, it counts for every row of the block.
/// </remarks>
/// <typeparam name="T">A value, e.g. <c>double[,]</c> or a tensor.</typeparam>
public interface IStepOperations<T>
{
    /// <summary>A weight, or some rows and columns of it: a matrix <c>[rows, columns]</c>; a row vector is <c>[1, columns]</c>.</summary>
    /// <param name="view">Which part of which weight.</param>
    T Weight(WeightView view);

    /// <summary>One row for all samples, <c>[1, n]</c>, as a block <c>[batch, n]</c>. Asked for where weights alone yield what must be a block.</summary>
    /// <param name="row">The row.</param>
    T Repeat(T row);

    /// <summary>The matrix product <c>[batch, k]</c> · <c>[k, n]</c>.</summary>
    /// <param name="block">The block.</param>
    /// <param name="matrix">A weight, always as <see cref="Weight"/> yielded it.</param>
    T Dot(T block, T matrix);

    /// <summary>An operation element by element.</summary>
    /// <param name="operation">The entry of the table <see cref="Operations"/>, or an operation of a user's own.</param>
    /// <param name="operands">As many as the entry says, each <c>[batch, n]</c> or <c>[1, n]</c>.</param>
    /// <param name="scalar">The number of an entry that takes one, else 0.</param>
    T Elementwise(ElementwiseOperation operation, IReadOnlyList<T> operands, float scalar);

    /// <summary>e^x over its sum within each row.</summary>
    /// <param name="block"><c>[batch, n]</c>.</param>
    T Softmax(T block);

    /// <summary>Each row's sum: <c>[batch, n]</c> to <c>[batch, 1]</c>.</summary>
    /// <param name="block"><c>[batch, n]</c>.</param>
    T Sum(T block);

    /// <summary>A column in every column: <c>[batch, 1]</c> to <c>[batch, columns]</c>.</summary>
    /// <param name="column"><c>[batch, 1]</c>.</param>
    /// <param name="columns">How many columns.</param>
    T Broadcast(T column, int columns);

    /// <summary>Some columns of a block.</summary>
    /// <param name="block"><c>[batch, n]</c>.</param>
    /// <param name="start">The first column, from 0.</param>
    /// <param name="columns">How many.</param>
    T Slice(T block, int start, int columns);

    /// <summary>Blocks side by side.</summary>
    /// <param name="blocks">At least two blocks of equally many rows.</param>
    T Concat(IReadOnlyList<T> blocks);
}
