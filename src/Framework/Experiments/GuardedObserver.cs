using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>An observer whose bugs are said to be its own.</summary>
internal sealed class GuardedObserver(ITrainingObserver observer) : ITrainingObserver
{
    public void EpochEnded(EpochProgress progress) => UserCodeException.Guard($"observer '{observer.GetType().Name}'", () =>
    {
        observer.EpochEnded(progress);
        return true;
    });
}
