using Research.Framework.Engine;
using Research.Framework.State;

namespace Research.Framework.Training;

/// <summary>Rows of histories that a model's predictions are added to. All rows are one batch, each with its own state.</summary>
internal abstract class Feed
{
    private readonly ICompiledModel _model;
    private readonly IStatePolicy _state;
    private readonly FeedCalls _calls;
    private readonly RecurrentState _recurrent;
    private readonly Kind[] _kinds;
    private readonly RowState[] _rowStates;
    private readonly int[] _first;
    private readonly List<float[]> _kept = [];
    private FeedShape? _window;
    private FeedShape? _step;

    protected Feed(ICompiledModel model, IStatePolicy state, FeedCalls calls)
    {
        if (model.Graph.Inputs.Count != 1) throw new ResearchException($"A prediction is fed back to one input; this model reads {string.Join(", ", model.Graph.Inputs.Select(input => $"'{input.Name}'"))}.");
        _model = model;
        _state = state;
        _calls = calls;
        _recurrent = model.CreateState();
        _kinds = new Kind[calls.Rows];
        _rowStates = new RowState[calls.Rows];
        _first = new int[calls.Rows];
    }

    // What a row is fed in a call.
    private enum Kind
    {
        Nothing,
        Step,
        Window,
    }

    protected int Rows => _kinds.Length;

    /// <summary>Features of a time step.</summary>
    protected int Features => _model.Graph.Inputs[0].Width;

    /// <summary>Whether a row whose state is carried is fed the same as one that starts fresh.</summary>
    protected abstract bool StepIsWindow { get; }

    /// <summary>Items of a row's history by now.</summary>
    protected abstract int Count(int row);

    /// <summary>Whether nothing more is asked of a row.</summary>
    protected abstract bool HasEnded(int row);

    /// <summary>Time steps of a row's input.</summary>
    /// <param name="row">The row.</param>
    /// <param name="items">How many items it shows.</param>
    /// <param name="whole">Whether it is that of a row that starts fresh, rather than a single time step.</param>
    protected abstract int TimeSteps(int row, int items, bool whole);

    /// <summary>Writes a row's input for what follows its first items.</summary>
    /// <param name="row">The row.</param>
    /// <param name="items">How many items; the oldest may not show.</param>
    /// <param name="whole">As above.</param>
    /// <param name="input">Receives the input.</param>
    protected abstract void Write(int row, int items, bool whole, Span<float> input);

    /// <summary>Adds what the model predicts to a row's history.</summary>
    /// <param name="row">The row.</param>
    /// <param name="prediction">The output at the last time step.</param>
    protected abstract void Add(int row, ReadOnlySpan<float> prediction);

    protected void Run(CancellationToken cancellation)
    {
        for (int row = 0; row < Rows; row++) _first[row] = _calls.First(row, Count(row));
        for (int call = _first.Min(); Plan(call, out bool steps, out bool windows); call++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (windows) Predict(call, _window ??= NewShape(call, Kind.Window), Kind.Window, others: steps);
            if (steps) Predict(call, _step ??= NewShape(call, Kind.Step), Kind.Step, others: windows);
        }
    }

    private FeedShape NewShape(int call, Kind kind) =>
        new(_model.Graph, TimeSteps(Array.IndexOf(_kinds, kind), _calls.StepItems + call, kind == Kind.Window), Rows);

    // Decides what each row is fed.
    private bool Plan(int call, out bool steps, out bool windows)
    {
        steps = windows = false;
        bool goesOn = false;
        BatchContext context = _calls.Context(call);
        for (int row = 0; row < Rows; row++)
        {
            _kinds[row] = Kind.Nothing;
            _rowStates[row] = RowState.Reset;
            if (HasEnded(row)) continue;
            goesOn = true;
            if (call < _first[row]) continue;
            _rowStates[row] = _state.Before(context, row);
            bool whole = !StepIsWindow && _rowStates[row] == RowState.Reset && _calls.StepItems + call >= _calls.WindowItems;
            _kinds[row] = whole ? Kind.Window : Kind.Step;
            windows |= whole;
            steps |= !whole;
        }

        return goesOn;
    }

    // Rows that are fed something else in the same call keep their state; those that are fed nothing have none that matters.
    private void Predict(int call, FeedShape shape, Kind kind, bool others)
    {
        int items = _calls.StepItems + call;
        for (int row = 0; row < Rows; row++)
        {
            shape.Batch.RowStates[row] = _rowStates[row];
            if (_kinds[row] == kind) Write(row, items, kind == Kind.Window, shape.InputOf(row));
        }

        if (others) Keep();
        _model.PredictBatch(shape.Batch, _recurrent, shape.Outputs);
        if (others) Restore(kind);
        for (int row = 0; row < Rows; row++)
        {
            if (_kinds[row] == kind && items == Count(row)) Add(row, shape.LastOf(row));
        }
    }

    private void Keep()
    {
        int index = 0;
        foreach (LayerState layer in _recurrent.LayerArray)
        {
            foreach (StateValues slot in layer.SlotArray)
            {
                slot.EnsureRows(Rows);
                if (index == _kept.Count) _kept.Add(new float[Rows * slot.Width]);
                slot.AsSpan(Rows).CopyTo(_kept[index++]);
            }
        }
    }

    private void Restore(Kind kind)
    {
        int index = 0;
        foreach (LayerState layer in _recurrent.LayerArray)
        {
            foreach (StateValues slot in layer.SlotArray)
            {
                float[] kept = _kept[index++];
                for (int row = 0; row < Rows; row++)
                {
                    if (_kinds[row] != kind) kept.AsSpan(row * slot.Width, slot.Width).CopyTo(slot.Overwrite(Rows)[(row * slot.Width)..]);
                }
            }
        }
    }
}
