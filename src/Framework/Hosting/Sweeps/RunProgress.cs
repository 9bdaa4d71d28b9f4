using Research.Framework.Training;

namespace Research.Framework.Hosting.Sweeps;

/// <summary>
/// Where one run stands. Told about tens of thousands of epochs a second, so it only stores what the display samples
/// a few times a second; a sample may mix two neighbouring epochs.
/// </summary>
internal sealed class RunProgress(int experiment, int seed) : ITrainingObserver
{
    private int _epoch;
    private double _loss = double.NaN;

    /// <summary>The experiment's index in the sweep.</summary>
    public int Experiment { get; } = experiment;

    public int Seed { get; } = seed;

    public int Epoch => Volatile.Read(ref _epoch);

    public double Loss => Volatile.Read(ref _loss);

    public void EpochEnded(EpochEnd epoch)
    {
        Volatile.Write(ref _epoch, epoch.Epoch);
        Volatile.Write(ref _loss, epoch.Loss);
    }
}
