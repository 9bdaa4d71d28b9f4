using System.Runtime.Intrinsics;
using Research.Framework.Equations;
using Research.Framework.Managed.Execution;
using Research.Framework.Managed.Planning;
using Research.Framework.Numerics;

namespace Research.Framework.Tests.Equations;

/// <summary>A step on the managed engine at every vector width, against the same step in double.</summary>
internal static class StepRig
{
    private const int Rows = 3;

    /// <summary>Numbers from -4 to 4, none near the corners of an operation.</summary>
    public static float[] Numbers(string stream, int count, bool positive)
    {
        Random random = new Seeds(7).Stream(stream);
        float[] numbers = new float[count];
        for (int i = 0; i < count;)
        {
            double value = positive ? 0.2 + 2 * random.NextDouble() : 8 * random.NextDouble() - 4;
            if (Math.Abs(value) > 0.05 && Math.Abs(Math.Abs(value) - 2.5) > 0.05 && Math.Abs(Math.Abs(value) - 3) > 0.05) numbers[i++] = (float)value;
        }

        return numbers;
    }

    public static double[,] Block(float[] numbers, int rows)
    {
        double[,] block = new double[rows, numbers.Length / rows];
        for (int i = 0; i < numbers.Length; i++) block[i / block.GetLength(1), i % block.GetLength(1)] = numbers[i];
        return block;
    }

    /// <summary>The gradients in double against central differences of the step itself: of what arrives at the output and at the new state.</summary>
    public static void AssertGradientsInDouble(StepEquations step, bool positive)
    {
        Given given = new(step, Rows, positive);
        DoubleStep reference = new(step);
        DoubleStepGradients gradients = reference.Backward(given.Forward(reference), given.OutputGradient, given.StateGradients);
        double Loss()
        {
            DoubleStepPass pass = given.Forward(reference);
            return Product(pass.Output, given.OutputGradient) + pass.State.Zip(given.StateGradients, Product).Sum();
        }

        double rounding = 1e-10 * Math.Abs(Loss());
        for (int i = 0; i < given.Inputs.Length; i++) AssertBlock(given.Inputs[i], gradients.Inputs[i], $"input {i}");
        for (int i = 0; i < given.State.Length; i++) AssertBlock(given.State[i], gradients.State[i], $"state {i}");
        foreach ((string name, double[] values) in given.Weights)
        {
            for (int i = 0; i < values.Length; i++)
            {
                int index = i;
                AssertClose(gradients.Weights[name][i], Difference(change => values[index] += change), $"{name}[{i}]");
            }
        }

        void AssertBlock(double[,] values, double[,] gradient, string what)
        {
            for (int row = 0; row < values.GetLength(0); row++)
            {
                for (int column = 0; column < values.GetLength(1); column++)
                {
                    int r = row, c = column;
                    AssertClose(gradient[row, column], Difference(change => values[r, c] += change), $"{what} at {row}, {column}");
                }
            }
        }

        double Difference(Action<double> move)
        {
            const double Step = 1e-5;
            move(Step);
            double above = Loss();
            move(-2 * Step);
            double below = Loss();
            move(Step);
            return (above - below) / (2 * Step);
        }

        void AssertClose(double gradient, double difference, string what) =>
            Assert.That(gradient, Is.EqualTo(difference).Within(1e-6 * Math.Max(1, Math.Abs(difference)) + rounding), $"{step}: {what}");
    }

    /// <summary>Outputs and gradients of the engine against those in double; the same bits at every width.</summary>
    /// <param name="step">The step.</param>
    /// <param name="positive">Whether only positive numbers go in.</param>
    /// <param name="steps">Time steps; for a step with state only 1.</param>
    /// <param name="wantInputGradients">Which inputs' gradients are asked for; null for all.</param>
    public static void AssertEngineEqualsDouble(StepEquations step, bool positive, int steps = 2, bool[]? wantInputGradients = null)
    {
        if (step.State.Count > 0) steps = 1;
        wantInputGradients ??= [.. step.Inputs.Select(_ => true)];
        Given given = new(step, steps * Rows, positive);
        DoubleStep reference = new(step);
        DoubleStepPass pass = given.Forward(reference);
        DoubleStepGradients gradients = reference.Backward(pass, given.OutputGradient, given.StateGradients);
        List<double[,]> expected = [pass.Output, .. pass.State, .. gradients.Inputs.Where((_, index) => wantInputGradients[index]), .. gradients.State];
        expected.AddRange(step.Weights.Select(weight => Block([.. gradients.Weights[weight.Name].Select(value => (float)value)], 1)));

        StepPlan plan = StepPlanner.Plan(Differentiation.Of(step, step.Output), wantInputGradients);
        float[][]? first = null;
        foreach (float[][] results in new[]
        {
            At<SimdScalar, float>.Run(plan, given, steps, wantInputGradients), At<Simd128, Vector128<float>>.Run(plan, given, steps, wantInputGradients),
            At<Simd256, Vector256<float>>.Run(plan, given, steps, wantInputGradients), At<Simd512, Vector512<float>>.Run(plan, given, steps, wantInputGradients),
        })
        {
            Assert.That(results, Has.Length.EqualTo(expected.Count));
            for (int i = 0; i < results.Length; i++)
            {
                double[] wanted = [.. expected[i].Cast<double>()];
                Assert.That(results[i], Is.EqualTo(wanted).Within(2e-5 * Math.Max(1, wanted.Max(Math.Abs))), $"{step}: result {i}");
            }

            Assert.That(results, Is.EqualTo(first ??= results), $"{step}: bits");
        }
    }

    private static double Product(double[,] left, double[,] right) => left.Cast<double>().Zip(right.Cast<double>(), (a, b) => a * b).Sum();

    /// <summary>All numbers that go into a step, each exactly a float.</summary>
    private sealed class Given
    {
        private readonly StepEquations _step;

        public Given(StepEquations step, int rows, bool positive)
        {
            _step = step;
            Inputs = [.. step.Inputs.Select((input, index) => Block(Numbers($"input {index}", rows * input.Columns, positive), rows))];
            State = [.. step.State.Select((state, index) => Block(Numbers($"state {index}", rows * state.Columns, positive), rows))];
            Weights = step.Weights.ToDictionary(weight => weight.Name, weight => Numbers(weight.Name, weight.Count, positive).Select(value => (double)value).ToArray());
            OutputGradient = Block(Numbers("output", rows * step.Output.Columns, positive: false), rows);
            StateGradients = [.. step.State.Select((state, index) => Block(Numbers($"new state {index}", rows * state.Columns, positive: false), rows))];
        }

        public double[][,] Inputs { get; }

        public double[][,] State { get; }

        public Dictionary<string, double[]> Weights { get; }

        public double[,] OutputGradient { get; }

        public double[][,] StateGradients { get; }

        public DoubleStepPass Forward(DoubleStep reference) => reference.Forward(Weights, Inputs, State);

        public IReadOnlyList<WeightDescription> Descriptions => _step.Weights;
    }

    private static unsafe class At<TSimd, TVector>
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        /// <summary>Output, new state, the inputs' gradients, the state's, the weights'.</summary>
        public static float[][] Run(StepPlan plan, Given given, int steps, bool[] wantInputGradients)
        {
            List<PinnedMemory> inputs = [.. given.Inputs.Select(Pinned)], memory = [];
            Dictionary<WeightDescription, WeightSlot> weights = [];
            foreach (WeightDescription weight in given.Descriptions)
            {
                PinnedMemory values = new(weight.Count), gradient = new(weight.Count);
                memory.AddRange(values, gradient);
                for (int i = 0; i < weight.Count; i++) values.Pointer[i] = (float)given.Weights[weight.Name][i];
                weights.Add(weight, new WeightSlot(weight) { Values = values.Pointer, Gradient = gradient.Pointer });
            }

            BoundLayer layer = new(plan, Rows, steps, [.. inputs.Select((input, index) => new Operand { First = input.Pointer, RowStride = given.Inputs[index].GetLength(1), TimeStride = (nint)Rows * given.Inputs[index].GetLength(1), Mask = -1 })], weights, holdsOutput: false, zeroesOutput: false);
            LayerRunner<TSimd, TVector> runner = new(layer, team: null);
            for (int i = 0; i < given.State.Length; i++) Write(given.State[i], layer.State[i].At(0));
            runner.Forward(zeroState: false, null, null);
            Write(given.OutputGradient, layer.OutputGradient.At(0));
            for (int i = 0; i < given.State.Length; i++) Write(given.StateGradients[i], layer.StateGradients[i].At(steps));
            runner.Backward(zeroState: false, null, null, finalGradientArrives: true, wantInitialGradient: true);

            int all = Rows * steps;
            List<float[]> results = [Read(layer.Output, layer.OutputColumns, steps)];
            results.AddRange(layer.State.Select(state => new Span<float>(state.At(steps), Rows * (int)state.RowStride).ToArray()));
            for (int i = 0; i < layer.InputGradients.Length; i++)
            {
                int columns = given.Inputs[i].GetLength(1);
                Operand gradient = layer.InputGradients[i];
                if (wantInputGradients[i]) results.Add(gradient.First is null ? new float[all * columns] : Read(gradient, columns, steps));
                else Assert.That(gradient.First is null, Is.True, $"the gradient of input {i} that nobody wants");
            }

            results.AddRange(layer.StateGradients.Select(state => new Span<float>(state.At(0), Rows * (int)state.RowStride).ToArray()));
            results.AddRange(given.Descriptions.Select(weight => new Span<float>(weights[weight].Gradient, weight.Count).ToArray()));
            GC.KeepAlive(memory);
            GC.KeepAlive(inputs);
            return [.. results];
        }

        private static float[] Read(Operand operand, int columns, int steps)
        {
            List<float> numbers = [];
            for (int step = 0; step < steps; step++)
            {
                for (int row = 0; row < Rows; row++) numbers.AddRange(new Span<float>(operand.At(step, row), columns));
            }

            return [.. numbers];
        }

        private static PinnedMemory Pinned(double[,] values)
        {
            PinnedMemory memory = new(values.Length);
            Write(values, memory.Pointer);
            return memory;
        }

        private static void Write(double[,] values, float* target)
        {
            foreach (double value in values) *target++ = (float)value;
        }
    }
}
