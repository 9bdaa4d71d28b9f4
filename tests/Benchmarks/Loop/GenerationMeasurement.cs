using System.Diagnostics;
using System.Globalization;
using Research.Benchmarks.Steps;
using Research.Bits;
using Research.Datasets.Framers;
using Research.Datasets.Sources;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Benchmarks.Loop;

/// <summary>What a generated letter takes beside the engine's own prediction and the choice of the largest score, in turns.</summary>
internal static class GenerationMeasurement
{
    private const int Turns = 15;
    private const int Letters = 20_000;

    public static string Of(IEngine engine)
    {
        StepCase stepCase = StepCase.Named(["generation"])[0];
        StepRun alone = new(stepCase, RegisteredCells.Named("lstm"), stepCase.Data(), engine, seed: 0);
        Dataset data = new OneStepFramer().Frame(Alphabet.Latin);
        ICompiledModel model = engine.Compile(stepCase.Model(RegisteredCells.Named("lstm")).Graph(data), stepCase.Training.Objective, new Seeds(0));
        double[] steps = new double[Turns], greedy = new double[Turns], drawn = new double[Turns];
        for (int turn = -2; turn < Turns; turn++)
        {
            double step = Seconds(() => alone.Steps(Letters));
            double largest = Seconds(() => Generate(new() { Symbols = Letters }));
            double any = Seconds(() => Generate(new() { Symbols = Letters, Temperature = 1 }));
            if (turn < 0) continue; // the just-in-time compiler puts its best code in place
            (steps[turn], greedy[turn], drawn[turn]) = (step, largest, any);
        }

        return string.Create(CultureInfo.InvariantCulture, $"A letter of {stepCase.Units} units: the engine's own {Median(steps):F3} us, generated {Median(greedy):F3} us, drawn {Median(drawn):F3} us.");

        void Generate(GenerationOptions options) => Generation.Generate(model, data.Text!, StatePolicy.Never, ["A"], options, new Seeds(0));
    }

    private static double Seconds(Action action)
    {
        long began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static double Median(double[] seconds)
    {
        Array.Sort(seconds);
        return seconds[seconds.Length / 2] / Letters * 1e6;
    }
}
