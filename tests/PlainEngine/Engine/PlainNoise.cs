using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Models;

namespace Research.Plain.Engine;

/// <summary>A model's streams of dropout.</summary>
internal sealed class PlainNoise
{
    private readonly Dictionary<string, NoiseStream> _streams = [];
    private readonly Dictionary<string, double[,]> _ofBatch = [];

    public PlainNoise(ModelGraph graph, Seeds seeds)
    {
        foreach (GraphNode node in graph.Nodes)
        {
            if (node is NoiseNode noise) Add(noise.Stream, noise.Rate);
            if (node is ScanNode { InputDropout: > 0 } input) Add(input.InputStream, input.InputDropout);
            if (node is ScanNode { StateDropout: > 0 } state) Add(state.StateStream, state.StateDropout);
        }

        void Add(string name, double rate) => _streams.Add(name, new NoiseStream(name, rate, seeds));
    }

    public IEnumerable<NoiseStream> Streams => _streams.Values;

    /// <summary>Forgets what the last batch's scans drew.</summary>
    public void BeginBatch() => _ofBatch.Clear();

    /// <summary>What a scan multiplies by at every step of a batch, and of the batches before that run again with it.</summary>
    public double[,] OfScan(string stream, int rows, int columns)
    {
        if (!_ofBatch.TryGetValue(stream, out double[,]? noise)) _ofBatch.Add(stream, noise = OfSteps(stream, 1, rows, columns)[0]);
        return noise;
    }

    /// <summary>What a noise node multiplies by.</summary>
    public double[][,] OfSteps(string stream, int steps, int rows, int columns)
    {
        float[] drawn = new float[steps * rows * columns];
        _streams[stream].Fill(drawn);
        return [.. Enumerable.Range(0, steps).Select(step => PlainMath.Fill(rows, columns, (row, column) => drawn[(step * rows + row) * columns + column]))];
    }
}
