using System.Globalization;
using Research.Framework.Data;
using Research.Framework.State;

namespace Research.Framework.Engine;

/// <summary>Some samples of a dataset, one in each row. Reused from batch to batch: set, run, set again.</summary>
public sealed class Batch
{
    /// <summary>Creates a batch over a dataset.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="capacity">The most rows; at least 1.</param>
    public Batch(Dataset data, int capacity)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Data = data;
        Samples = new int[capacity];
        RowStates = new RowState[capacity];
    }

    /// <summary>The dataset.</summary>
    public Dataset Data { get; }

    /// <summary>Rows in use; at most <c>Samples.Length</c>.</summary>
    public int Rows { get; set; }

    /// <summary>For each row, the index of its sample.</summary>
    public int[] Samples { get; }

    /// <summary>For each row, whether its state is zeroed or carried.</summary>
    public RowState[] RowStates { get; }

    /// <summary>Throws unless there are rows, as many as there is room for, and each shows a sample of the data; what an engine asks before it reads them.</summary>
    /// <exception cref="ResearchException">A number is out of range.</exception>
    public void RequireValid()
    {
        RequireRows();
        for (int row = 0; row < Rows; row++) RequireSample(Data, Samples[row], row);
    }

    internal void RequireRows()
    {
        if (Rows < 1 || Rows > Samples.Length) throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Batch: expected 1 to {Samples.Length} rows, got {Rows}."));
    }

    internal static void RequireSample(Dataset data, int sample, int row)
    {
        if ((uint)sample >= (uint)data.Samples)
            throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Batch: expected samples from 0 to {data.Samples - 1} of '{data.Description}', got {sample} in row {row}."));
    }
}
