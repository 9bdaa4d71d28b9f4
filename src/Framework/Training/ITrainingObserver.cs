namespace Research.Framework.Training;

/// <summary>Told about training as it goes on, from the thread that trains.</summary>
public interface ITrainingObserver
{
    /// <summary>An epoch has ended.</summary>
    /// <param name="progress">Where training stands.</param>
    void EpochEnded(EpochProgress progress);
}
