using System.Runtime.InteropServices;
using Research.Framework.Hosting.Signals;

namespace Research.Framework.Hosting.Tests;

/// <summary>Signals within a second are one request to stop; a later one ends the process.</summary>
public sealed class InterruptionTests
{
    [TestCase(PosixSignal.SIGINT, 130)]
    [TestCase(PosixSignal.SIGTERM, 143)]
    [TestCase(PosixSignal.SIGHUP, 129)]
    public void FirstIsARequest_RepeatsAreTheSame_LaterOnesQuit(PosixSignal signal, int code)
    {
        Clock clock = new();
        int stops = 0;
        List<int> quits = [];
        Interruption interruption = new(clock, () => stops++, quits.Add);
        Assert.That(interruption.ExitCode, Is.Null);
        interruption.Take(signal);
        clock.Seconds = 0.9;
        interruption.Take(PosixSignal.SIGTERM); // a closed terminal sends others too
        Assert.That((stops, quits.Count, interruption.ExitCode), Is.EqualTo((1, 0, (int?)code)));
        clock.Seconds = 1.1;
        interruption.Take(signal);
        Assert.That((stops, interruption.ExitCode), Is.EqualTo((1, (int?)code)));
        Assert.That(quits, Is.EqualTo((int[])[code]));
    }

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 10;

        public override long GetTimestamp() => (long)(Seconds * 10);
    }
}
