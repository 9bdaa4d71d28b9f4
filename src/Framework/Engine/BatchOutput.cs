namespace Research.Framework.Engine;

/// <summary>One output of a batch's prediction, written by the engine.</summary>
public sealed class BatchOutput
{
    internal BatchOutput(string name, int capacity, int timeSteps, int width)
    {
        Name = name;
        TimeSteps = timeSteps;
        Width = width;
        Values = new float[(long)capacity * timeSteps * width];
        Counts = new bool[(long)capacity * timeSteps];
    }

    /// <summary>The output's name.</summary>
    public string Name { get; }

    /// <summary>Time steps of the output.</summary>
    public int TimeSteps { get; }

    /// <summary>Numbers at each step.</summary>
    public int Width { get; }

    /// <summary>The predictions, <c>[rows, time steps, width]</c>; rows beyond those of the batch are left as they were.</summary>
    public float[] Values { get; }

    /// <summary>Which steps count, after every mask of data and layers, <c>[rows, time steps]</c>.</summary>
    public bool[] Counts { get; }
}
