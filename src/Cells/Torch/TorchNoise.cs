using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Models;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>A model's dropout: the framework's own draws, so that it is the same in every engine.</summary>
internal sealed class TorchNoise
{
    private readonly Dictionary<string, NoiseStream> _streams = [];
    private readonly Dictionary<string, Tensor> _ofBatch = [];
    private readonly Device _device;

    public TorchNoise(ModelGraph graph, Seeds seeds, Device device)
    {
        _device = device;
        foreach (GraphNode node in graph.Nodes)
        {
            if (node is NoiseNode noise) Add(noise.Stream, noise.Rate);
            if (node is ScanNode { InputDropout: > 0 } input) Add(input.InputStream, input.InputDropout);
            if (node is ScanNode { StateDropout: > 0 } state) Add(state.StateStream, state.StateDropout);
        }

        void Add(string name, double rate) => _streams.Add(name, new NoiseStream(name, rate, seeds));
    }

    public IReadOnlyCollection<NoiseStream> Streams => _streams.Values;

    /// <summary>Forgets what the last batch's scans drew.</summary>
    public void BeginBatch() => _ofBatch.Clear();

    /// <summary>What a scan multiplies by at every step of a batch, and of the batches before that run again with it: <c>[rows, columns]</c>.</summary>
    public Tensor OfScan(string stream, int rows, int columns)
    {
        if (!_ofBatch.TryGetValue(stream, out Tensor? noise)) _ofBatch.Add(stream, noise = OfSteps(stream, 1, rows, columns).squeeze(0));
        return noise;
    }

    /// <summary>What a noise node multiplies by: <c>[time steps, rows, columns]</c>.</summary>
    public Tensor OfSteps(string stream, int steps, int rows, int columns)
    {
        float[] drawn = new float[(long)steps * rows * columns];
        _streams[stream].Fill(drawn);
        return tensor(drawn, [steps, rows, columns], device: _device);
    }
}
