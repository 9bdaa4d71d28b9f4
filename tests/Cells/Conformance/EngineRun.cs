using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Cells.Tests.Conformance;

/// <summary>A compiled model with known weights, and short ways to run it.</summary>
internal sealed class EngineRun
{
    public const int Features = 3;

    private const string InputLayer = "inputs";

    /// <param name="shape">The model around the cell.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="engine">Default: the built-in one at this machine's width.</param>
    /// <param name="positions">Where inputs are looked up, one by one, in a weight of their own, whose gradient is then theirs: how many there are; 0 for plain inputs.</param>
    public EngineRun(ModelShape shape, Func<int, ICell> cell, ManagedEngine? engine = null, int positions = 0)
    {
        Shape = shape;
        Description = shape.Around(cell);
        engine ??= new ManagedEngine();
        TrainingOptions training = new() { Loss = shape.Loss };
        Layer[] layers = [.. Description.Graph(Features).Layers.Select(layer => layer.Layer)];
        Model = positions == 0
            ? engine.Compile(Description, Features, training, new Seeds(7))
            : engine.Compile(
                Framework.Models.Model.Build(model => model.Output("output", model.Chain(layers, model.Lookup(InputLayer, model.Input(), positions, Features)))), 1, training, new Seeds(7));
        Weights = Numbers.Weights(Model.Graph.Weights);
        foreach ((string name, double[] values) in Weights) Model.SetWeight(name, Numbers.ToFloat(values));
        State = Model.CreateState();
    }

    public ModelShape Shape { get; }

    public Model Description { get; }

    public ICompiledModel Model { get; }

    public Dictionary<string, double[]> Weights { get; }

    public RecurrentState State { get; }

    /// <summary>Random samples with targets of the model's kind; <paramref name="inputs"/> to give them another framing.</summary>
    public Dataset Data(int samples, int timeSteps, string stream = "inputs", float[]? inputs = null, bool[]? mask = null)
    {
        int steps = Model.OutputSteps(timeSteps), width = Model.OutputWidth;
        bool classes = Shape.Loss == Loss.CategoricalCrossEntropy;
        Dataset data = new()
        {
            Description = stream,
            Samples = samples,
            Input = new()
            {
                TimeSteps = timeSteps,
                Features = Features,
                Values = inputs ?? Numbers.ToFloat(Numbers.Uniform(stream, samples * timeSteps * Features)),
                Mask = mask,
            },
            Target = new()
            {
                TimeSteps = steps,
                Width = width,
                Classes = classes ? [.. Enumerable.Range(0, samples * steps).Select(i => i * 7 % width)] : null,
                Values = classes ? null : Numbers.ToFloat(Numbers.Uniform("targets", samples * steps * width)),
            },
        };
        data.Validate();
        return data;
    }

    /// <summary>The gradient of every input after a training step, <c>[samples, time steps, features]</c>.</summary>
    public float[] InputGradient => Model.GetGradient(InputLayer + "/embeddings");

    /// <summary>Data whose inputs are looked up in the weight that this sets to them.</summary>
    public Dataset LookedUp(Dataset data)
    {
        Model.SetWeight(InputLayer + "/embeddings", data.Input.Values);
        int positions = data.Samples * data.Input.TimeSteps;
        return new Dataset
        {
            Description = data.Description,
            Samples = data.Samples,
            Input = new() { TimeSteps = data.Input.TimeSteps, Features = 1, Values = [.. Enumerable.Range(0, positions).Select(position => (float)position)], Mask = data.Input.Mask },
            Targets = data.Targets,
        };
    }

    /// <summary>Some samples as a batch; by default all of them, every row starting fresh.</summary>
    public static Batch Batch(Dataset data, int[]? samples = null, RowState[]? states = null)
    {
        samples ??= [.. Enumerable.Range(0, data.Samples)];
        Batch batch = new(data, samples.Length) { Rows = samples.Length };
        samples.CopyTo(batch.Samples, 0);
        states?.CopyTo(batch.RowStates, 0);
        return batch;
    }

    /// <summary>Predictions, <c>[rows][output steps * width]</c>.</summary>
    public float[][] Predict(Batch batch)
    {
        int size = Model.OutputSteps(batch.Data.Input.TimeSteps) * Model.OutputWidth;
        float[] predictions = new float[batch.Rows * size];
        Model.PredictBatch(batch, State, predictions);
        return [.. predictions.Chunk(size)];
    }

    /// <summary>Every layer's state of a row, one after the other.</summary>
    public float[] StateOf(int row) => [.. State.Layers.SelectMany(layer => layer.Slots).SelectMany(slot => slot.Get(row))];

    /// <summary>Sets every layer's state to numbers away from zero.</summary>
    public void FillState(int rows)
    {
        foreach (LayerState layer in State.Layers)
        {
            foreach (StateValues slot in layer.Slots)
            {
                for (int row = 0; row < rows; row++)
                    slot.Set(row, Numbers.ToFloat(Numbers.Uniform($"{layer.Name}/{slot.Name}/{row}", slot.Width)));
            }
        }
    }

    /// <summary>All weights as they are now.</summary>
    public float[] CurrentWeights() => [.. Model.Graph.Weights.SelectMany(weight => Model.GetWeight(weight.Name))];
}
