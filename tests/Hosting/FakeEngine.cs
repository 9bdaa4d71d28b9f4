using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests;

/// <summary>Compiles to something that has weights and state but cannot run.</summary>
internal sealed class FakeEngine : IEngine
{
    public string Name { get; init; } = "fake";

    public ICompiledModel Compile(ModelDescription model, int features, TrainingOptions training, Seeds seeds) => new Compiled(model, features);

    private sealed class Compiled(ModelDescription model, int features) : ICompiledModel
    {
        public IReadOnlyList<WeightDescription> Weights { get; } =
            [new("lstm_1/kernel", [features, 32], Initializers.GlorotUniform), new("lstm_1/bias", [32], Initializers.UnitForgetBias)];

        public long ParameterCount => 1234;

        public int OutputWidth => ((DenseLayer)model.Layers[^1]).Units;

        public int OutputSteps(int timeSteps) => 1;

        public RecurrentState CreateState() => new(
            [.. model.Layers.OfType<RecurrentLayer>().Select(layer => new LayerState(layer.Name!, [.. layer.Cell.State.Select(slot => new SlotState(slot.Name, slot.Width))]))]);

        public double TrainBatch(Batch batch, RecurrentState state) => throw new AssertionException("Nothing is to be run.");

        public void PredictBatch(Batch batch, RecurrentState state, Span<float> predictions) => throw new AssertionException("Nothing is to be run.");

        public OptimizerState GetOptimizerState() => throw new AssertionException("Nothing is to be kept.");

        public void SetOptimizerState(OptimizerState state) => throw new AssertionException("Nothing is to be restored.");

        public IReadOnlyList<StreamPosition> GetStreams() => [];

        public void SetStreams(IReadOnlyList<StreamPosition> positions) => throw new AssertionException("Nothing is to be restored.");

        public float[] GetWeight(string name) => throw new AssertionException("No weight is to be read.");

        public void SetWeight(string name, IReadOnlyList<float> values) => throw new AssertionException("No weight is to be changed.");

        public float[] GetGradient(string name) => throw new AssertionException("No gradient is to be read.");
    }
}
