using Research.Framework.Equations;
using static Research.Framework.Equations.Functions;

namespace Research.Experiments.Wirings;

/// <summary>
/// A decoder's step, which writes one symbol and is fed it in the next step: <c>r = told·truth + (1 - told)·y</c>, <c>h' = inner(r, h)</c>,
/// <c>y' = softmax(h'·W + b)</c>.
/// </summary>
/// <remarks>
/// y what was written before, as probabilities, and so with a gradient; zeros before the first step. truth and told are the input: what
/// should have been written before, one-hot, and 1 or 0. Told everywhere it is teacher forcing (Williams and Zipser, <em>A learning
/// algorithm for continually running fully recurrent neural networks</em>, Neural Computation 1(2), 1989), nowhere it runs free.
/// W <c>written_kernel [units, symbols]</c>, b <c>written_bias [symbols]</c>.
/// </remarks>
/// <param name="inner">The recurrent cell.</param>
/// <param name="units">Width of its output.</param>
/// <param name="symbols">How many symbols there are.</param>
internal sealed class FeedbackCell(ICell inner, int units, int symbols) : ICell
{
    private const string Written = "written";

    /// <inheritdoc/>
    public string Name => "feedback";

    /// <inheritdoc/>
    public IReadOnlyList<StateSlot> State => [.. inner.State, new(Written, symbols)];

    /// <summary>The inner cell as an encoder whose final state starts this one: nothing is written yet.</summary>
    public ICell Encoder => new FunctionCell("encoder", State, (cell, input, state) =>
    {
        CellStep step = inner.Step(cell.Within("inner", inner, input), input, state);
        return new CellStep(step.Output, [.. step.State, state[Written]]);
    });

    /// <inheritdoc/>
    public CellStep Step(CellScope cell, Expr input, CellState state)
    {
        Expr truth = input.Slice(0, symbols), told = input.Slice(symbols, 1);
        Expr read = told * truth + (1 - told) * state[Written];
        CellStep step = inner.Step(cell.Within("inner", inner, read), read, state);
        Expr written = Softmax(step.Output.Dot(cell.Weight("written_kernel", units, symbols, Initializers.GlorotUniform)) + cell.Bias("written_bias", symbols));
        return new CellStep(written, [.. step.State, written]);
    }
}
