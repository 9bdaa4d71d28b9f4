using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.State;

namespace Research.Framework.Training;

/// <summary>Series of numbers that go on with what the model yields.</summary>
internal sealed class NumberFeed : Feed
{
    private readonly float[] _values;
    private readonly int[] _counts;
    private readonly int _given;
    private readonly int _all;
    private readonly int _window;

    public NumberFeed(ICompiledModel model, IStatePolicy state, InputBlock history, ForecastOptions options)
        : base(model, state, FeedCalls.Of(history, state, options))
    {
        if (Features != history.Features) throw new ResearchException($"The model reads {Features} features; the history has {history.Features}.");
        _given = history.TimeSteps;
        _all = _given + options.Steps;
        _window = options.Window ?? _given;
        _counts = new int[Rows];
        Array.Fill(_counts, _given);
        _values = new float[(long)Rows * _all * Features];
        for (int row = 0; row < Rows; row++) history.Values.AsSpan(row * _given * Features, _given * Features).CopyTo(Items(row, 0, _given));
    }

    protected override bool StepIsWindow => _window == 1;

    /// <summary>The forecast, <c>[rows, steps, features]</c>.</summary>
    public float[] Forecast(CancellationToken cancellation)
    {
        Run(cancellation);
        int steps = _all - _given;
        float[] forecast = new float[(long)Rows * steps * Features];
        for (int row = 0; row < Rows; row++) Items(row, _given, steps).CopyTo(forecast.AsSpan(row * steps * Features));
        return forecast;
    }

    protected override int Count(int row) => _counts[row];

    protected override bool HasEnded(int row) => _counts[row] == _all;

    protected override int TimeSteps(int row, int items, bool whole) => whole ? _window : 1;

    protected override void Write(int row, int items, bool whole, Span<float> input)
    {
        int steps = TimeSteps(row, items, whole);
        Items(row, items - steps, steps).CopyTo(input);
    }

    protected override void Add(int row, ReadOnlySpan<float> prediction)
    {
        foreach (float number in prediction)
        {
            if (!float.IsFinite(number)) throw new ResearchException(FormattableString.Invariant($"The forecast of row {row} became {number} at step {_counts[row] - _given + 1}."));
        }

        prediction.CopyTo(Items(row, _counts[row]++, 1));
    }

    private Span<float> Items(int row, int first, int count) => _values.AsSpan((row * _all + first) * Features, count * Features);
}
