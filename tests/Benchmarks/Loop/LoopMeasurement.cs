using System.Diagnostics;
using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Experiments;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Benchmarks.Loop;

/// <summary>What one experiment's steps take: the engine's own, those of the training loop, and those of a whole run.</summary>
internal sealed class LoopMeasurement
{
    private const int Turns = 9;
    private const double WarmUpSeconds = 0.7;

    private readonly ExperimentPlan _plan;
    private readonly ExperimentRun _run;
    private readonly IEngine _engine;
    private readonly Seeds _seeds;
    private readonly List<RecordedBatch> _batches = [];

    /// <summary>Records the batches of a plan.</summary>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="cell">The cell's name.</param>
    /// <param name="plan">The plan of the seed.</param>
    /// <param name="engine">What trains.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="mostSteps">How many steps are enough: beyond, there are fewer epochs.</param>
    public LoopMeasurement(string experiment, string cell, ExperimentPlan plan, IEngine engine, int seed, int mostSteps)
    {
        _engine = engine;
        _seeds = new Seeds(seed);
        Experiment = experiment;
        int batches = (plan.Data.Samples - 1) / plan.Training.BatchSize + 1;
        StepsOfARun = (long)plan.Training.Epochs * batches;
        _plan = plan with { Training = plan.Training with { Epochs = Math.Min(plan.Training.Epochs, Math.Max(1, mostSteps / batches)) } };
        _run = new ExperimentRun { Experiment = experiment, Cell = cell, Engine = engine, Plan = _plan, Seed = seed };

        Passage passage = NewPassage();
        Seeds? shuffle = _plan.Training.Shuffle ? _seeds : null;
        for (int epoch = 0; epoch < _plan.Training.Epochs; epoch++)
        {
            passage.Begin(epoch, shuffle);
            while (passage.Next()) _batches.Add(new RecordedBatch(passage.Batch));
        }
    }

    public string Experiment { get; }

    /// <summary>Steps of one seed, with all of the plan's epochs.</summary>
    public long StepsOfARun { get; }

    /// <summary>Median over the turns, of a step: <see cref="ICompiledModel.TrainBatch"/> alone, over the same batches.</summary>
    public double EngineMicroseconds { get; private set; }

    /// <summary>The same with the loop around it: order, state policy, losses.</summary>
    public double LoopMicroseconds { get; private set; }

    /// <summary>The same with all that a run is: checks, compiling, evaluating, generating.</summary>
    public double RunMicroseconds { get; private set; }

    /// <summary>Median over the turns of the differences between loop and engine.</summary>
    public double Difference { get; private set; }

    /// <summary>Of a step of the loop, beyond what a training allocates before its second epoch.</summary>
    public double AllocatedBytes { get; private set; }

    /// <summary>Runs the plan once, then the engine alone over the same batches.</summary>
    public void MeasureOnce()
    {
        RunMicroseconds = Whole() / _batches.Count * 1e6;
        Alone(out double alone);
        EngineMicroseconds = alone / _batches.Count * 1e6;
    }

    /// <summary>Warms up, and measures in turns.</summary>
    public void Measure()
    {
        long began = Stopwatch.GetTimestamp();
        do
        {
            RequireEqual(Alone(out _), Looped(_plan.Training, out _, out _));
            Whole();
        }
        while (Stopwatch.GetElapsedTime(began).TotalSeconds < WarmUpSeconds);

        double[] alone = new double[Turns], looped = new double[Turns], whole = new double[Turns], differences = new double[Turns];
        long bytes = 0;
        for (int turn = 0; turn < Turns; turn++)
        {
            Alone(out alone[turn]);
            Looped(_plan.Training, out looped[turn], out bytes);
            differences[turn] = looped[turn] - alone[turn];
            whole[turn] = Whole();
        }

        Looped(_plan.Training with { Epochs = 1 }, out _, out long first);
        AllocatedBytes = (double)(bytes - first) / _batches.Count;
        EngineMicroseconds = Median(alone) / _batches.Count * 1e6;
        LoopMicroseconds = Median(looped) / _batches.Count * 1e6;
        RunMicroseconds = Median(whole) / _batches.Count * 1e6;
        Difference = Median(differences) / _batches.Count * 1e6;
    }

    private Passage NewPassage() => new(_plan.Data, Math.Min(_plan.Training.BatchSize, _plan.Data.Samples), Phase.Train, _plan.State);

    private ICompiledModel Compile() => _engine.Compile(_plan.Model.Graph(_plan.Data), _plan.Training.Objective, _seeds);

    private ICompiledModel Alone(out double seconds)
    {
        ICompiledModel model = Compile();
        RecurrentState state = model.CreateState();
        BatchLosses losses = new(model.Graph, model.Objective);
        Batch batch = NewPassage().Batch;
        long began = Stopwatch.GetTimestamp();
        foreach (RecordedBatch recorded in _batches)
        {
            recorded.CopyTo(batch);
            model.TrainBatch(batch, state, losses);
        }

        seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return model;
    }

    private ICompiledModel Looped(TrainingOptions training, out double seconds, out long bytes)
    {
        ICompiledModel model = Compile();
        TrainingRun run = new(model, training, _plan.State, _seeds);
        long before = GC.GetAllocatedBytesForCurrentThread(), began = Stopwatch.GetTimestamp();
        run.Train(_plan.Data);
        seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return model;
    }

    private double Whole()
    {
        long began = Stopwatch.GetTimestamp();
        new ExperimentRunner(TimeProvider.System).Run(_run);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    // Steps that train something else prove nothing.
    private void RequireEqual(ICompiledModel alone, ICompiledModel looped)
    {
        if (!alone.Graph.Weights.All(weight => alone.GetWeight(weight.Name).AsSpan().SequenceEqual(looped.GetWeight(weight.Name))))
            throw new ResearchException($"Experiment '{Experiment}': the engine alone and the training loop end with other weights.");
    }

    private static double Median(double[] times)
    {
        Array.Sort(times);
        return times[times.Length / 2];
    }

    /// <summary>What a batch was.</summary>
    private readonly struct RecordedBatch(Batch batch)
    {
        private readonly int[] _samples = batch.Samples[..batch.Rows];
        private readonly RowState[] _states = batch.RowStates[..batch.Rows];

        public void CopyTo(Batch target)
        {
            target.Rows = _samples.Length;
            _samples.CopyTo(target.Samples, 0);
            _states.CopyTo(target.RowStates, 0);
        }
    }
}
