namespace Research.Experiments.Wirings;

/// <summary>What a decoder is fed in training at each step.</summary>
public enum DecoderTraining
{
    /// <summary>What should have been written before.</summary>
    TeacherForcing,

    /// <summary>What the model itself wrote before, as when it is used.</summary>
    FreeRunning,

    /// <summary>The one or the other, by a coin thrown for each symbol, which falls on the truth always at first and never at last.</summary>
    ScheduledSampling,
}
