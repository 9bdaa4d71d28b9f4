using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Numerics;
using Research.Framework.State;
using Research.Plain.Fuzz;

namespace Research.Bits;

/// <summary>A random model, whose losses, predictions, states and final tensors are hashed.</summary>
/// <param name="seed">Decides everything.</param>
internal sealed class RandomModelJob(int seed) : IBitsJob
{
    private const int Models = 60;

    private const int Epochs = 2;

    public string Title => FormattableString.Invariant($"random-model {seed}");

    /// <summary>The first of them.</summary>
    public static IReadOnlyList<RandomModelJob> All() => [.. Enumerable.Range(1, Models).Select(seed => new RandomModelJob(seed))];

    public string Run(IEngine engine)
    {
        Case model = new RandomModel(seed).Case;
        Random random = new(seed);
        using ICompiledModel compiled = engine.Compile(model.Graph, model.Objective, new Seeds(seed));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        RecurrentState trained = compiled.CreateState(), predicted = compiled.CreateState();
        BatchLosses losses = new(model.Graph, model.Objective);
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            Dataset data = model.Datasets[epoch % model.Datasets.Count];
            Batch batch = new(data, model.BatchSize);
            for (int first = 0; first < data.Samples; first += model.BatchSize)
            {
                batch.Rows = Math.Min(model.BatchSize, data.Samples - first);
                for (int row = 0; row < batch.Rows; row++)
                {
                    batch.Samples[row] = first + row;
                    batch.RowStates[row] = random.Next(3) == 0 ? RowState.Reset : RowState.Carry;
                }

                if (random.Next(2) == 0)
                {
                    foreach (BatchOutput output in compiled.PredictBatch(batch, predicted).All) Add(output.Values);
                }

                // A model may have nothing to learn.
                if (model.Graph.Weights.Count == 0) continue;
                compiled.TrainBatch(batch, trained, losses);
                AddDoubles(losses.Losses);
            }

            foreach (StateValues slot in trained.Layers.Concat(predicted.Layers).SelectMany(layer => layer.Slots))
            {
                for (int row = 0; row < slot.Rows; row++) Add(slot.Get(row));
            }
        }

        foreach (NamedTensor tensor in compiled.Tensors.Select(compiled.GetTensor))
        {
            switch (tensor.Type)
            {
                case TensorType.Float32: Add(tensor.ToFloats()); break;
                case TensorType.Float64: AddDoubles(tensor.ToDoubles()); break;
                case TensorType.Int64: hash.AppendData(MemoryMarshal.AsBytes(tensor.ToLongs().AsSpan())); break;
                default: hash.AppendData(tensor.ToBytes()); break;
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));

        // Processors do not agree on the sign of what is not a number.
        void Add(float[] values) => hash.AppendData(MemoryMarshal.AsBytes(Array.ConvertAll(values, value => float.IsNaN(value) ? float.NaN : value).AsSpan()));

        void AddDoubles(double[] values) => hash.AppendData(MemoryMarshal.AsBytes(Array.ConvertAll(values, value => double.IsNaN(value) ? double.NaN : value).AsSpan()));
    }
}
