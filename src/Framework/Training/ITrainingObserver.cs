namespace Research.Framework.Training;

/// <summary>
/// Told about a training as it goes on, from the thread that trains. Runs of several seeds train at once: an observer that all of
/// them share must bear being called by several threads, one that is made for each run need not.
/// </summary>
public interface ITrainingObserver
{
    /// <summary>An epoch has ended, and its model been validated.</summary>
    /// <param name="epoch">Where training stands; it can stop the training here.</param>
    void EpochEnded(EpochEnd epoch);
}
