using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Models;

namespace Research.Framework.Training;

/// <summary>A batch whose inputs are written anew before each call, and room for what the model makes of it.</summary>
internal sealed class FeedShape
{
    private readonly float[] _values;
    private readonly int _size;
    private readonly BatchOutput _output;

    public FeedShape(ModelGraph graph, int timeSteps, int rows)
    {
        InputNode input = graph.Inputs[0];
        _size = timeSteps * input.Width;
        _values = new float[rows * _size];
        Dataset data = new()
        {
            Description = "what is fed back",
            Samples = rows,
            Input = new() { Name = input.Name, TimeSteps = timeSteps, Features = input.Width, Values = _values },
        };
        Batch = new Batch(data, rows) { Rows = rows };
        for (int row = 0; row < rows; row++) Batch.Samples[row] = row;
        Outputs = new BatchOutputs(graph, data, rows);
        _output = Outputs.All[0];
    }

    public Batch Batch { get; }

    public BatchOutputs Outputs { get; }

    public Span<float> InputOf(int row) => _values.AsSpan(row * _size, _size);

    /// <summary>The first output of a row, at its last time step.</summary>
    public ReadOnlySpan<float> LastOf(int row) => _output.Values.AsSpan(((row + 1) * _output.TimeSteps - 1) * _output.Width, _output.Width);
}
