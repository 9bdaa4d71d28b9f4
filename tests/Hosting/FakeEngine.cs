using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;

namespace Research.Framework.Hosting.Tests;

/// <summary>Compiles to something that has a graph but cannot run.</summary>
internal sealed class FakeEngine : IEngine
{
    public string Name { get; init; } = "fake";

    public ICompiledModel Compile(ModelGraph graph, Objective objective, Seeds seeds, int threads, CancellationToken cancellation) => new Compiled(graph, objective);

    private sealed class Compiled(ModelGraph graph, Objective objective) : ICompiledModel
    {
        public ModelGraph Graph => graph;

        public Objective Objective => objective;

        public double LearningRateFactor { get; set; } = 1;

        public IReadOnlyList<string> Tensors => [];

        public void TrainBatch(Batch batch, RecurrentState state, BatchLosses losses) => throw new AssertionException("Nothing is to be run.");

        public void PredictBatch(Batch batch, RecurrentState state, BatchOutputs outputs) => throw new AssertionException("Nothing is to be run.");

        public NamedTensor GetTensor(string name) => throw new AssertionException("Nothing is to be kept.");

        public void SetTensors(IReadOnlyList<NamedTensor> tensors) => throw new AssertionException("Nothing is to be restored.");

        public float[] GetGradient(string weight) => throw new AssertionException("No gradient is to be read.");

        public void Dispose()
        {
        }
    }
}
