using System.Collections.Concurrent;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.Training;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Conformance;

/// <summary>A hand-written kernel on several threads.</summary>
public sealed class SharedKernelTests
{
    private const int Rows = 40, TimeSteps = 30, Units = 64;

    [Test]
    public void Kernel_GetsPartsOfTheRows()
    {
        DoublingKernel kernel = new(failsFrom: int.MaxValue);
        (ICompiledModel model, Dataset data) = Compile(kernel, threads: 2);
        model.PredictBatch(EngineRun.Batch(data), model.CreateState(), new float[Rows * Units]);
        Assert.That(kernel.RowsSeen.Distinct(), Is.EqualTo(new[] { Rows / 2 }));
        Assert.That(kernel.RowsSeen, Has.Count.EqualTo(2 * TimeSteps));
    }

    [Test]
    public void KernelThatThrows_ThrowsToTheCaller_AndTheModelCanBeUsedAgain([Values(1, 2, 3)] int threads)
    {
        DoublingKernel kernel = new(failsFrom: 5);
        (ICompiledModel model, Dataset data) = Compile(kernel, threads);
        float[] predictions = new float[Rows * Units];
        Assert.That(() => model.PredictBatch(EngineRun.Batch(data), model.CreateState(), predictions), Throws.InvalidOperationException.With.Message.EqualTo("made up"));
        kernel.FailsFrom = int.MaxValue;
        model.PredictBatch(EngineRun.Batch(data), model.CreateState(), predictions);
        Assert.That(predictions, Has.Some.Not.Zero);
    }

    private static (ICompiledModel Model, Dataset Data) Compile(DoublingKernel kernel, int threads)
    {
        Model model = Model.Of(Recurrent(new DoublingCell(kernel)));
        TrainingOptions training = new() { Loss = Loss.MeanSquaredError, Threads = threads };
        ICompiledModel compiled = new ManagedEngine().Compile(model, 1, training, new Seeds(7));
        Dataset data = new()
        {
            Description = "random",
            Samples = Rows,
            Input = new() { TimeSteps = TimeSteps, Features = 1, Values = Numbers.ToFloat(Numbers.Uniform("inputs", Rows * TimeSteps)) },
            Target = new() { TimeSteps = 1, Width = Units, Values = new float[Rows * Units] },
        };
        return (compiled, data);
    }

    private sealed class DoublingCell(DoublingKernel kernel) : IFusedCell
    {
        public IReadOnlyList<StateSlot> State { get; } = [new("hidden", Units)];

        public CellStep Step(CellScope cell, Expr input, CellState state)
        {
            Expr next = 2 * Sum(cell, input, state);
            return new CellStep(next, next);
        }

        public CellStep FusedStep(CellScope cell, Expr input, CellState state)
        {
            Expr next = cell.Fused(kernel, Sum(cell, input, state))[0];
            return new CellStep(next, next);
        }

        private static Expr Sum(CellScope cell, Expr input, CellState state) =>
            input.Dot(cell.Kernel("kernel", Units)) + state["hidden"].Dot(cell.RecurrentKernel("recurrent_kernel", Units));
    }

    private sealed class DoublingKernel(int failsFrom) : IFusedKernel
    {
        private int _calls;

        public int FailsFrom { get; set; } = failsFrom;

        public ConcurrentBag<int> RowsSeen { get; } = [];

        public IReadOnlyList<int> InputWidths { get; } = [Units];

        public IReadOnlyList<int> OutputWidths { get; } = [Units];

        public int SavedWidth => 0;

        public void Forward(int rows, in FusedForward blocks)
        {
            if (Interlocked.Increment(ref _calls) >= FailsFrom) throw new InvalidOperationException("made up");
            RowsSeen.Add(rows);
            ReadOnlySpan<float> input = blocks.Input(0);
            Span<float> output = blocks.Output(0);
            for (int i = 0; i < output.Length; i++) output[i] = 2 * input[i];
        }

        public void Backward(int rows, in FusedBackward blocks)
        {
            ReadOnlySpan<float> arriving = blocks.OutputGradient(0);
            Span<float> gradient = blocks.InputGradient(0);
            for (int i = 0; i < gradient.Length; i++) gradient[i] = 2 * arriving[i];
        }
    }
}
