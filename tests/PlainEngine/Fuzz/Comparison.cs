using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.State;

namespace Research.Plain.Fuzz;

/// <summary>One model on two engines: every batch is predicted and trained by both, and all that can be seen must be the same.</summary>
internal sealed class Comparison : IDisposable
{
    private const double Bound = 1e-4, Diverged = 1e6;

    private readonly Case _case;
    private readonly ICompiledModel _one;
    private readonly ICompiledModel _other;
    private readonly RecurrentState[] _trained;
    private readonly RecurrentState[] _predicted;
    private readonly Random _random;

    public Comparison(Case model, IEngine one, IEngine other, int seed)
    {
        _case = model;
        _random = new Random(seed);
        _one = one.Compile(model.Graph, model.Objective, new Seeds(seed));
        _other = other.Compile(model.Graph, model.Objective, new Seeds(seed));
        _trained = [_one.CreateState(), _other.CreateState()];
        _predicted = [_one.CreateState(), _other.CreateState()];
    }

    public void Run()
    {
        Assert.That(_other.Tensors, Is.EqualTo(_one.Tensors));
        foreach (string name in _one.Tensors) Assert.That(_other.GetTensor(name).ToString(), Is.EqualTo(_one.GetTensor(name).ToString()));
        foreach (WeightDescription weight in _case.Graph.Weights) Assert.That(_other.GetWeight(weight.Name), Is.EqualTo(_one.GetWeight(weight.Name)), $"start of {weight.Name}");
        int batches = 0;
        for (int epoch = 0; epoch < 2; epoch++)
        {
            Dataset data = _case.Datasets[epoch % _case.Datasets.Count];
            Batch batch = new(data, _case.BatchSize);
            for (int first = 0; first < data.Samples; first += _case.BatchSize, batches++)
            {
                batch.Rows = Math.Min(_case.BatchSize, data.Samples - first);
                for (int row = 0; row < batch.Rows; row++)
                {
                    batch.Samples[row] = first + row;
                    batch.RowStates[row] = _random.Next(3) == 0 ? RowState.Reset : RowState.Carry;
                }

                string what = FormattableString.Invariant($"epoch {epoch}, sample {first}");
                if (_random.Next(2) == 0) Predict(what, batch);
                if (_case.Graph.Weights.Count == 0) continue;
                if (!Train(what, batch)) return;
            }
        }
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
    }

    private void Predict(string what, Batch batch)
    {
        BatchOutputs expected = _other.PredictBatch(batch, _predicted[1]), actual = _one.PredictBatch(batch, _predicted[0]);
        for (int i = 0; i < expected.All.Count; i++)
        {
            Same($"{what}: output '{expected.All[i].Name}'", actual.All[i].Values, expected.All[i].Values, 0.1f + Largest(expected.All[i].Values));
            Assert.That(actual.All[i].Counts, Is.EqualTo(expected.All[i].Counts), $"{what}: rows of '{expected.All[i].Name}' that count");
        }

        Align($"{what}: predicting", _predicted);
    }

    private bool Train(string what, Batch batch)
    {
        _one.LearningRateFactor = _other.LearningRateFactor = _random.Next(3) == 0 ? 0.5 : 1;
        BatchLosses actual = new(_case.Graph, _case.Objective), expected = new(_case.Graph, _case.Objective);
        _other.TrainBatch(batch, _trained[1], expected);
        _one.TrainBatch(batch, _trained[0], actual);
        if (!actual.IsFinite || !expected.IsFinite) return false;
        Assert.That(actual.Rows, Is.EqualTo(expected.Rows), $"{what}: rows");
        if (!(expected.Total < Diverged) && !(actual.Total < Diverged)) return false;
        Assert.That(actual.Losses, Is.EqualTo(expected.Losses).Within(Bound * (1 + expected.Losses.Max())), $"{what}: losses");
        Assert.That(actual.Penalty, Is.EqualTo(expected.Penalty).Within(Bound), $"{what}: penalty");
        float[][] gradients = [.. _case.Graph.Weights.Select(weight => _other.GetGradient(weight.Name))];
        if (gradients.Any(gradient => gradient.Any(value => !float.IsFinite(value)))) return false;
        float scale = gradients.Max(Largest);
        for (int i = 0; i < gradients.Length; i++) Same($"{what}: gradient of {_case.Graph.Weights[i].Name}", _one.GetGradient(_case.Graph.Weights[i].Name), gradients[i], scale);
        foreach (WeightDescription weight in _case.Graph.Weights)
            Same($"{what}: {weight.Name}", _one.GetWeight(weight.Name), _other.GetWeight(weight.Name), 1 + Largest(_other.GetWeight(weight.Name)));
        Align($"{what}: training", _trained);

        // Differences must not grow: one goes on from where the other is.
        _other.SetTensors([.. _one.Tensors.Select(_one.GetTensor)]);
        return true;
    }

    // Earlier batches lead only to a state that nobody has changed.
    private void Align(string what, RecurrentState[] states)
    {
        foreach ((LayerState one, LayerState other) in states[0].Layers.Zip(states[1].Layers))
        {
            foreach ((StateValues actual, StateValues expected) in one.Slots.Zip(other.Slots))
            {
                for (int row = 0; row < expected.Rows; row++)
                {
                    Same($"{what}: state {one.Name}/{actual.Name} of row {row}", actual.Get(row), expected.Get(row), 1);
                    if (_case.Objective.EarlierBatches == 0) expected.Set(row, actual.Get(row));
                }
            }
        }
    }

    private static float Largest(float[] values) => values.Length == 0 ? 0 : values.Max(Math.Abs);

    private static void Same(string what, float[] actual, float[] expected, float scale)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length), what);
        int wrong = Enumerable.Range(0, actual.Length).FirstOrDefault(i => !(Math.Abs(actual[i] - expected[i]) <= Bound * (scale + 0.01)), -1);
        Assert.That(wrong, Is.EqualTo(-1), () => FormattableString.Invariant($"{what}: number {wrong} is {actual[wrong]}, expected {expected[wrong]}"));
    }
}
