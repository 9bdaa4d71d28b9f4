namespace Research.Experiments.Wirings;

/// <summary>How the past of a month goes into the network.</summary>
public enum AirlineVariant
{
    /// <summary>The months of a window are features of one time step.</summary>
    Window,

    /// <summary>The months of a window are time steps.</summary>
    TimeSteps,

    /// <summary>One month at a time, with the state carried from batch to batch.</summary>
    Memory,

    /// <summary>Time steps, with two recurrent layers.</summary>
    Stacked,
}
