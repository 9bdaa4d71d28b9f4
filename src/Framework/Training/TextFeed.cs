using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.State;

namespace Research.Framework.Training;

/// <summary>Texts that go on with the symbols that the model predicts.</summary>
internal sealed class TextFeed : Feed
{
    private readonly ITextFraming _framing;
    private readonly ITextFraming _step;
    private readonly TextRow[] _rows;
    private readonly SymbolChoice _choice;
    private readonly int _endClass = -1;

    public TextFeed(ICompiledModel model, ITextFraming framing, IStatePolicy state, IReadOnlyList<string> prompts, GenerationOptions options, Seeds seeds)
        : base(model, state, FeedCalls.Of(framing, state, prompts.Count))
    {
        _framing = framing;
        _step = framing.Step;
        int classes = model.Graph.Outputs[0].Node.Width;
        _choice = new SymbolChoice(options, classes);
        if (options.EndSymbol is not null) _endClass = ClassOf(framing, options.EndSymbol, classes);
        _rows = [.. prompts.Select((prompt, row) => new TextRow(framing, prompt, options.Symbols, options.Temperature > 0 ? seeds.Stream(FormattableString.Invariant($"{options.Stream}/{row}")) : null))];
    }

    protected override bool StepIsWindow => ReferenceEquals(_framing, _step);

    /// <summary>What follows each prompt.</summary>
    public IReadOnlyList<string> Generate(CancellationToken cancellation)
    {
        Run(cancellation);
        return [.. _rows.Select(row => row.Generated)];
    }

    /// <summary>The class of a symbol; -1 where there is none.</summary>
    public static int ClassOf(ITextFraming framing, string symbol, int classes)
    {
        for (int i = 0; i < classes; i++)
        {
            if (framing.Decode(i) == symbol) return i;
        }

        return -1;
    }

    protected override int Count(int row) => _rows[row].Count;

    protected override bool HasEnded(int row) => _rows[row].HasEnded;

    protected override int TimeSteps(int row, int items, bool whole)
    {
        ITextFraming framing = whole ? _framing : _step;
        int numbers = framing.Encode(_rows[row].Last(framing.Window, items).ToString()).Length;
        return numbers > 0 && numbers % Features == 0
            ? numbers / Features
            : throw new ResearchException($"The framing makes an input of {numbers} numbers; the model reads time steps of {Features}.");
    }

    protected override void Write(int row, int items, bool whole, Span<float> input)
    {
        ITextFraming framing = whole ? _framing : _step;
        framing.EncodeTo(_rows[row].Last(framing.Window, items), input);
    }

    protected override void Add(int row, ReadOnlySpan<float> prediction)
    {
        int chosen = _choice.Of(prediction, _rows[row].Random);
        if (chosen == _endClass) _rows[row].End();
        else _rows[row].Add(_framing.Decode(chosen));
    }
}
