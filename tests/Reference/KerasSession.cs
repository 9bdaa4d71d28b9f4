using System.Text.Json;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Reference;

/// <summary>One instance of a Keras model: compiled, given its weights, and called as Keras was called.</summary>
internal sealed class KerasSession
{
    private static readonly TrainingOptions ForwardOnly = new() { Loss = Loss.MeanSquaredError, Optimizer = new Sgd() };

    private const string InputLayer = "inputs", InputWeight = InputLayer + "/embeddings";

    private readonly KerasModel _keras;
    private readonly bool _learnsInput;
    private readonly RecurrentState _state;

    /// <param name="engine">What runs it.</param>
    /// <param name="keras">The model.</param>
    /// <param name="input">An input, for the number of features.</param>
    /// <param name="training">Loss and optimizer; null where nothing is trained.</param>
    /// <param name="learnsInput">Whether the inputs are looked up, one by one, in a weight of their own, whose gradient is the inputs'.</param>
    public KerasSession(IEngine engine, KerasModel keras, KerasTensor input, TrainingOptions? training = null, bool learnsInput = false)
    {
        _keras = keras;
        int features = keras.TakesSymbols ? 1 : input.Shape[^1];
        _learnsInput = learnsInput;
        int positions = input.Data.Length / features;
        ModelGraph graph = Model.Build(model =>
        {
            Flow read = learnsInput ? model.Lookup(InputLayer, model.Input(), positions, features) : model.Input();
            model.Output("output", model.Chain(keras.AllLayers, read));
        }).Graph(learnsInput ? 1 : features);
        Compiled = engine.Compile(graph, (training ?? ForwardOnly).Objective, new Seeds(1));
        if (learnsInput) Compiled.SetWeight(InputWeight, input.ToFloats());
        _state = Compiled.CreateState();
    }

    public ICompiledModel Compiled { get; }

    public float[] InputGradient => Compiled.GetGradient(InputWeight);

    private bool Stateful => _keras.Stateful.Contains(true);

    /// <summary>Sets every weight, or fails when names or shapes differ.</summary>
    /// <param name="layers">A list with, for each layer, its weights by Keras' names.</param>
    public void SetWeights(IEnumerable<JsonElement> layers) => ForEachWeight(layers, (name, tensor) => Compiled.SetWeight(name, tensor.ToFloats()));

    /// <summary>Sets every weight of a model of one layer, in Keras' order.</summary>
    public void SetWeights(IReadOnlyList<KerasTensor> weights)
    {
        Assert.That(weights.Select(weight => weight.Shape), Is.EqualTo(Compiled.Graph.Weights.Select(weight => weight.Shape)), "shapes of weights");
        for (int i = 0; i < weights.Count; i++) Compiled.SetWeight(Compiled.Graph.Weights[i].Name, weights[i].ToFloats());
    }

    public void CheckWeights(string what, IEnumerable<JsonElement> layers, double bound) =>
        ForEachWeight(layers, (name, tensor) => tensor.Check($"{what}, {name}", Compiled.GetWeight(name), bound));

    public void CheckGradients(IEnumerable<JsonElement> layers, double bound) =>
        ForEachWeight(layers, (name, tensor) => tensor.Check($"gradient of {name}", Compiled.GetGradient(name), bound));

    public void ResetStates() => _state.Reset();

    /// <summary>Sets what stateful layers carry.</summary>
    /// <param name="states">For each stateful state its parts, h then c.</param>
    public void SetCarried(IReadOnlyList<KerasTensor[]> states)
    {
        LayerState[] carried = [.. Carried];
        Assert.That(states, Has.Count.EqualTo(carried.Length), "number of states");
        for (int i = 0; i < carried.Length; i++) Set(carried[i], states[i]);
    }

    /// <summary>Fails unless what stateful layers carry is as Keras says.</summary>
    public void CheckCarried(string what, JsonElement states, int rows, double bound)
    {
        if (states.ValueKind == JsonValueKind.Null) return;
        LayerState[] carried = [.. Carried];
        Assert.That(states.GetArrayLength(), Is.EqualTo(carried.Length), $"{what}: number of stateful layers");
        int index = 0;
        foreach (JsonElement parts in states.EnumerateArray()) Check(what, KerasTensor.List(parts)!, carried[index++].Slots, rows, bound);
    }

    /// <summary>Fails unless the state after the last call is what return_state gave.</summary>
    public void CheckFinal(string what, KerasTensor[] expected, int rows, double bound)
    {
        StateValues[] slots = LastStates;
        Check(what, expected, slots, rows, bound);
    }

    /// <summary>Calls the model.</summary>
    /// <returns>What Keras returns: the output, or one for each direction, and the final state where asked for.</returns>
    public IReadOnlyList<KerasOutput> Call(KerasTensor input, KerasTensor? mask, IReadOnlyList<KerasTensor>? initialState)
    {
        Dataset data = Data(input, mask, null);
        float[] predictions = Run(data, 0, input.Rows, initialState);
        int steps = Compiled.OutputSteps(data.Input.TimeSteps), width = Compiled.OutputWidth;
        List<KerasOutput> outputs = [];
        if (_keras.Unmerged) outputs.AddRange([Columns(predictions, steps, width, 0, _keras.ForwardUnits), Columns(predictions, steps, width, _keras.ForwardUnits, width - _keras.ForwardUnits)]);
        else outputs.Add(new KerasOutput(steps, predictions));
        if (_keras.ReturnState) outputs.AddRange(LastStates.Select(slot => new KerasOutput(1, Values(slot, input.Rows))));
        return outputs;
    }

    /// <summary>Predicts all samples in order, batch by batch.</summary>
    public float[] Predict(Dataset data, int batchSize)
    {
        List<float> predictions = [];
        for (int first = 0; first < data.Samples; first += batchSize)
            predictions.AddRange(Run(data, first, Math.Min(batchSize, data.Samples - first), null));
        return [.. predictions];
    }

    /// <summary>Trains one batch; returns its loss before the update.</summary>
    public double Train(Dataset data, int first, int rows)
    {
        if (Stateful) ResetStateless();
        return Compiled.TrainBatch(Batch(data, first, rows, carry: Stateful), _state).Loss;
    }

    /// <summary>A dataset as this model takes it.</summary>
    /// <param name="input">Keras' x.</param>
    /// <param name="mask">Keras' mask, or null.</param>
    /// <param name="target">Keras' y, or null where nothing is trained.</param>
    /// <param name="loss">What y is for.</param>
    /// <param name="weights">Keras' sample_weight, or null.</param>
    public Dataset Data(KerasTensor input, KerasTensor? mask, KerasTensor? target, Loss? loss = null, KerasTensor? weights = null)
    {
        if (weights is not null && weights.Data.Length != input.Rows) Assert.Fail("This test knows one weight for each sample, not for each step.");
        bool sparse = loss == Loss.SparseCategoricalCrossEntropy;
        int features = _keras.TakesSymbols ? 1 : input.Shape[^1];
        int steps = input.Data.Length / (input.Rows * features);
        int outputSteps = Compiled.OutputSteps(steps);
        // One-hot rows are classes; anything else is left as it is.
        int width = Compiled.OutputWidth;
        int[]? classes = target is null ? null
            : sparse ? Array.ConvertAll(target.Data, value => (int)value)
            : loss == Loss.CategoricalCrossEntropy && target.Data.Chunk(width).All(row => row.Count(value => value == 1) == 1 && row.Count(value => value == 0) == width - 1) && width > 1
                ? [.. target.Data.Chunk(width).Select(row => Array.IndexOf(row, 1.0))]
                : null;
        return new Dataset
        {
            Description = "reference",
            Samples = input.Rows,
            Input = new() { TimeSteps = steps, Features = _learnsInput ? 1 : features, Values = _learnsInput ? [.. Enumerable.Range(0, input.Rows * steps).Select(position => (float)position)] : input.ToFloats(), Mask = _keras.IgnoresMask ? null : mask?.ToMask() },
            Target = new()
            {
                Weights = weights is null ? null : [.. weights.ToFloats().SelectMany(weight => Enumerable.Repeat(weight, outputSteps))],
                TimeSteps = outputSteps,
                Width = width,
                Classes = classes,
                Values = classes is null ? target?.ToFloats() ?? new float[input.Rows * outputSteps * width] : null,
            },
        };
    }

    private IEnumerable<LayerState> Carried => _state.Layers.Where((_, index) => _keras.Stateful[index]);

    // The last recurrent layer's: both directions' where it is bidirectional.
    private StateValues[] LastStates =>
        [.. _state.Layers.Skip(_state.Layers.Count - (_keras.AllLayers.Last(layer => layer is RecurrentLayer or BidirectionalLayer) is BidirectionalLayer ? 2 : 1)).SelectMany(layer => layer.Slots)];

    private float[] Run(Dataset data, int first, int rows, IReadOnlyList<KerasTensor>? initialState)
    {
        bool carry = Stateful || initialState is not null;
        if (carry) ResetStateless();

        if (initialState is not null)
        {
            StateValues[] slots = [.. _state.Layers.SelectMany(layer => layer.Slots)];
            Assert.That(initialState, Has.Count.EqualTo(slots.Length), "number of initial states");
            for (int i = 0; i < slots.Length; i++) Set(slots[i], initialState[i]);
        }

        float[] predictions = new float[rows * Compiled.OutputSteps(data.Input.TimeSteps) * Compiled.OutputWidth];
        Compiled.PredictBatch(Batch(data, first, rows, carry), _state, predictions);
        return predictions;
    }

    // Where some layers carry their state and others do not, those start from zero.
    private void ResetStateless()
    {
        for (int i = 0; i < _state.Layers.Count; i++)
        {
            if (_keras.Stateful[i]) continue;
            foreach (StateValues slot in _state.Layers[i].Slots) slot.Reset();
        }
    }

    private static Batch Batch(Dataset data, int first, int rows, bool carry)
    {
        Batch batch = new(data, rows) { Rows = rows };
        for (int row = 0; row < rows; row++)
        {
            batch.Samples[row] = first + row;
            batch.RowStates[row] = carry ? RowState.Carry : RowState.Reset;
        }

        return batch;
    }

    private static void Set(LayerState layer, KerasTensor[] parts)
    {
        Assert.That(parts, Has.Length.EqualTo(layer.Slots.Count), $"parts of the state of {layer.Name}");
        for (int i = 0; i < parts.Length; i++) Set(layer.Slots[i], parts[i]);
    }

    private static void Set(StateValues slot, KerasTensor values)
    {
        float[] floats = values.ToFloats();
        for (int row = 0; row < values.Rows; row++) slot.Set(row, floats[(row * slot.Width)..((row + 1) * slot.Width)]);
    }

    private static float[] Values(StateValues slot, int rows) => [.. Enumerable.Range(0, rows).SelectMany(slot.Get)];

    private static void Check(string what, KerasTensor[] expected, IReadOnlyList<StateValues> slots, int rows, double bound)
    {
        Assert.That(slots, Has.Count.EqualTo(expected.Length), $"{what}: number of states");
        for (int i = 0; i < expected.Length; i++) expected[i].Check($"{what}, state {i} ('{slots[i].Name}')", Values(slots[i], rows), bound);
    }

    private static KerasOutput Columns(float[] values, int steps, int width, int first, int count) =>
        new(steps, [.. values.Chunk(width).SelectMany(row => row[first..(first + count)])]);

    private void ForEachWeight(IEnumerable<JsonElement> layers, Action<string, KerasTensor> act)
    {
        List<string> seen = [];
        foreach ((ModelLayer layer, JsonElement weights) in Compiled.Graph.Layers.Zip(layers, (layer, weights) => (layer, weights)))
        {
            foreach (JsonProperty weight in weights.EnumerateObject())
            {
                string name = $"{layer.Name}/{weight.Name}";
                KerasTensor tensor = KerasTensor.Of(weight.Value);
                Assert.That(Compiled.Graph.Weights.FirstOrDefault(known => known.Name == name)?.Shape, Is.EqualTo(tensor.Shape), $"shape of {name}");
                act(name, tensor);
                seen.Add(name);
            }
        }

        Assert.That(seen, Is.EquivalentTo(Compiled.Graph.Weights.Select(weight => weight.Name).Where(name => name != InputWeight)), "weights of the model");
    }
}
