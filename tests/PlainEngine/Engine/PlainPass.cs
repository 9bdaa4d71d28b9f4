using System.Globalization;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.State;

namespace Research.Plain.Engine;

/// <summary>
/// A batch's way through the graph: each visit yields a node's flow, and notes how its gradient goes back to what it read.
/// </summary>
/// <param name="parts">The model's equations and weights.</param>
/// <param name="batch">The batch.</param>
/// <param name="start">Each scan's state before the batch, rows that start fresh zero.</param>
/// <param name="noise">The model's dropout; null where nothing is trained.</param>
internal sealed class PlainPass(PlainParts parts, PlainBatch batch, IReadOnlyDictionary<ScanNode, PlainState> start, PlainNoise? noise) : IGraphVisitor<PlainFlow>
{
    private readonly Dictionary<GraphNode, PlainFlow> _flows = [];
    private readonly Dictionary<ScanNode, PlainState> _final = [];
    private readonly Stack<Action> _back = [];

    public PlainFlow this[GraphNode node] => _flows[node];

    /// <summary>Each scan's state after the batch.</summary>
    public IReadOnlyDictionary<ScanNode, PlainState> Final => _final;

    public void Forward()
    {
        foreach (GraphNode node in parts.Graph.Nodes) _flows.Add(node, node.Accept(this));
    }

    /// <summary>Takes the gradients of outputs and of <see cref="Final"/> back to weights and to the state before the batch.</summary>
    public void Backward()
    {
        while (_back.TryPop(out Action? step)) step();
    }

    /// <summary>The state before the batch that follows this one, in which its gradient finds its way back here.</summary>
    public Dictionary<ScanNode, PlainState> StartOf(PlainBatch next)
    {
        Dictionary<ScanNode, PlainState> following = [];
        foreach ((ScanNode scan, PlainState final) in _final)
        {
            PlainState begin = PlainState.Of(scan, next.Rows, (slot, row, column) => Carries(row) ? final.Values[slot][row, column] : 0);
            following.Add(scan, begin);
            _back.Push(() =>
            {
                for (int slot = 0; slot < begin.Gradient.Length; slot++)
                {
                    foreach (int row in Enumerable.Range(0, next.Rows).Where(Carries)) PlainMath.AddRow(final.Gradient[slot], begin.Gradient[slot], row);
                }
            });
        }

        return following;

        bool Carries(int row) => next.RowStates[row] == RowState.Carry;
    }

    public PlainFlow Input(InputNode node)
    {
        InputBlock block = batch.Data.FindInput(node.Name);
        int Position(int step, int row) => batch.Samples[row] * block.TimeSteps + step;
        return PlainFlow.Of(
            [.. Enumerable.Range(0, block.TimeSteps).Select(step => PlainMath.Fill(batch.Rows, node.Width, (row, column) => Value(block, Position(step, row), column)))],
            block.Mask is not { } mask ? null : [.. Enumerable.Range(0, block.TimeSteps).Select(step => Enumerable.Range(0, batch.Rows).Select(row => mask[Position(step, row)]).ToArray())]);
    }

    // A masked step may hold anything.
    private static double Value(InputBlock block, int position, int column) =>
        block.Values[position * block.Features + column] is var value && !(Math.Abs(value) < InputBlock.MostMasked) && block.Mask?[position] == false ? 0 : value;

    public PlainFlow Scan(ScanNode node)
    {
        PlainFlow input = _flows[node.Inputs[0]];
        DoubleStep step = parts.StepOf(node);
        PlainState begin = node.StartsFrom is { } encoder ? _final[encoder] : start[node];
        double[,]? inputNoise = noise is not null && node.InputDropout > 0 ? noise.OfScan(node.InputStream, batch.Rows, input.Width) : null;
        double[,]? stateNoise = noise is not null && node.StateDropout > 0 ? noise.OfScan(node.StateStream, batch.Rows, node.Step.Slots[0].Width) : null;
        DoubleStepPass[] passes = new DoubleStepPass[input.Steps];
        double[][,] outputs = new double[input.Steps][,];
        double[][,] state = begin.Values;
        for (int t = 0; t < input.Steps; t++)
        {
            passes[t] = step.Forward(parts.Weights, [input.Values[t]], state, inputNoise, stateNoise);

            // A masked row holds its state, and repeats its output, or yields zero.
            int now = t;
            double[][,] before = state;
            double[,]? held = t > 0 && !node.ZeroOutputForMask ? outputs[t - 1] : null;
            outputs[t] = PlainMath.Fill(batch.Rows, node.Width, (row, column) => input.Counts(now, row) ? passes[now].Output[row, column] : held?[row, column] ?? 0);
            state = [.. passes[t].State.Select((slot, i) => PlainMath.Fill(batch.Rows, slot.GetLength(1), (row, column) => (input.Counts(now, row) ? slot : before[i])[row, column]))];
        }

        PlainFlow output = PlainFlow.Of(outputs, input.Mask);
        PlainState final = new(state);
        _final.Add(node, final);
        _back.Push(() => ScanBackward(node, step, passes, input, output, begin, final));
        return output;
    }

    private void ScanBackward(ScanNode node, DoubleStep step, DoubleStepPass[] passes, PlainFlow input, PlainFlow output, PlainState begin, PlainState final)
    {
        double[][,] arriving = final.Gradient;
        for (int t = passes.Length - 1; t >= 0; t--)
        {
            int[] masked = [.. Enumerable.Range(0, batch.Rows).Where(row => !input.Counts(t, row))];
            double[][,] passing = [.. arriving.Select(slot => new double[slot.GetLength(0), slot.GetLength(1)])];
            foreach (int row in masked)
            {
                // The step did not happen: what arrives passes by it.
                if (t > 0 && !node.ZeroOutputForMask) PlainMath.AddRow(output.Gradient[t - 1], output.Gradient[t], row);
                PlainMath.ClearRow(output.Gradient[t], row);
                for (int slot = 0; slot < arriving.Length; slot++)
                {
                    PlainMath.AddRow(passing[slot], arriving[slot], row);
                    PlainMath.ClearRow(arriving[slot], row);
                }
            }

            DoubleStepGradients gradients = step.Backward(passes[t], output.Gradient[t], arriving);
            PlainMath.Add(input.Gradient[t], gradients.Inputs[0]);
            parts.AddGradients(gradients);
            for (int slot = 0; slot < passing.Length; slot++) PlainMath.Add(passing[slot], gradients.State[slot]);
            arriving = passing;
        }

        for (int slot = 0; slot < arriving.Length; slot++) PlainMath.Add(begin.Gradient[slot], arriving[slot]);
    }

    public PlainFlow Rows(RowsNode node)
    {
        PlainFlow[] inputs = [.. node.Inputs.Select(read => _flows[read])];
        bool[][]? mask = inputs.All(input => input.Mask is null) ? null
            : [.. Enumerable.Range(0, inputs[0].Steps).Select(step => Enumerable.Range(0, batch.Rows).Select(row => inputs.All(input => input.Counts(step, row))).ToArray())];
        PlainFlow output = Apply(parts.StepOf(node), inputs, mask);
        if (node.IsCopy) return new PlainFlow(output.Values, output.Gradient, mask) { LastFunction = inputs[0].LastFunction, Logits = inputs[0].Logits };
        return parts.EndOf(node) is not { } end ? output : new PlainFlow(output.Values, output.Gradient, mask)
        {
            LastFunction = end.LastFunction,
            Logits = Apply(end.Step, inputs, mask: null),
        };
    }

    private PlainFlow Apply(DoubleStep step, PlainFlow[] inputs, bool[][]? mask)
    {
        DoubleStepPass[] passes = [.. Enumerable.Range(0, inputs[0].Steps).Select(t => step.Forward(parts.Weights, [.. inputs.Select(input => input.Values[t])], []))];
        PlainFlow output = PlainFlow.Of([.. passes.Select(pass => pass.Output)], mask);
        _back.Push(() =>
        {
            for (int t = 0; t < passes.Length; t++)
            {
                DoubleStepGradients gradients = step.Backward(passes[t], output.Gradient[t], []);
                parts.AddGradients(gradients);
                for (int i = 0; i < inputs.Length; i++) PlainMath.Add(inputs[i].Gradient[t], gradients.Inputs[i]);
            }
        });
        return output;
    }

    public PlainFlow Lookup(LookupNode node)
    {
        PlainFlow input = _flows[node.Inputs[0]];
        double[] vectors = parts.Weights[node.Vectors.Name], gradient = parts.Gradients[node.Vectors.Name];
        int[][] symbolsOf = [.. input.Values.Select((symbols, step) => Enumerable.Range(0, batch.Rows).Select(row => Symbol(node, symbols[row, 0], input.Counts(step, row))).ToArray())];
        PlainFlow output = PlainFlow.Of(
            [.. input.Values.Select((_, step) => PlainMath.Fill(batch.Rows, node.Width, (row, column) => vectors[symbolsOf[step][row] * node.Width + column]))],
            !node.MaskZero ? input.Mask : [.. input.Values.Select((symbols, step) => Enumerable.Range(0, batch.Rows).Select(row => symbols[row, 0] != 0 && input.Counts(step, row)).ToArray())]);
        _back.Push(() =>
        {
            for (int step = 0; step < input.Steps; step++)
            {
                for (int row = 0; row < batch.Rows; row++)
                {
                    for (int column = 0; column < node.Width; column++)
                        gradient[symbolsOf[step][row] * node.Width + column] += output.Gradient[step][row, column];
                }
            }
        });
        return output;
    }

    private static int Symbol(LookupNode node, double value, bool counts) => value >= 0 && value < node.Symbols && value == Math.Floor(value)
        ? (int)value
        : !counts ? 0 : throw new ResearchException($"Embedding '{node.Name}': expected a whole number from 0 to {node.Symbols - 1}, got {value.ToString(CultureInfo.InvariantCulture)}.");

    public PlainFlow Repeat(RepeatNode node) => _flows[node.Inputs[0]].Show(new int[node.Steps.In(batch.Data)], keepsMask: false);

    public PlainFlow Reverse(ReverseNode node)
    {
        PlainFlow input = _flows[node.Inputs[0]];
        return input.Show([.. Enumerable.Range(0, input.Steps).Reverse()], keepsMask: true);
    }

    public PlainFlow Select(SelectNode node)
    {
        PlainFlow input = _flows[node.Inputs[0]];
        if (node.IsLast && input.Mask is not null && node.Inputs[0] is not ScanNode && !Holds(node.Inputs[0])) return LastCounted(input, input);
        return input.Show([.. Enumerable.Range(node.Start < 0 ? input.Steps + node.Start : node.Start, node.Count)], keepsMask: !node.IsLast);
    }

    // Rows of two masks each keep what they held last.
    private static bool Holds(GraphNode node) => node switch
    {
        ScanNode scan => !scan.ZeroOutputForMask,
        RowsNode or NoiseNode => node.Inputs.All(Holds),
        _ => false,
    };

    private PlainFlow LastCounted(PlainFlow input, PlainFlow mask)
    {
        int[] last = [.. Enumerable.Range(0, batch.Rows).Select(row => Enumerable.Range(0, input.Steps).LastOrDefault(step => mask.Counts(step, row), input.Steps - 1))];
        PlainFlow output = PlainFlow.Of([PlainMath.Fill(batch.Rows, input.Width, (row, column) => input.Values[last[row]][row, column])], mask: null);
        _back.Push(() =>
        {
            for (int row = 0; row < batch.Rows; row++)
            {
                for (int column = 0; column < input.Width; column++) input.Gradient[last[row]][row, column] += output.Gradient[0][row, column];
            }
        });
        return input.Logits is not { } logits ? output : new PlainFlow(output.Values, output.Gradient, mask: null) { LastFunction = input.LastFunction, Logits = LastCounted(logits, mask) };
    }

    public PlainFlow Mask(MaskNode node)
    {
        PlainFlow input = _flows[node.Inputs[0]];
        bool[][] real = [.. input.Values.Select(step => Enumerable.Range(0, batch.Rows).Select(row => PlainMath.Row(step, row).Any(value => value != node.Value)).ToArray())];
        return Scaled(input, real.Select(step => PlainMath.Fill(batch.Rows, input.Width, (row, _) => step[row] ? 1 : 0)), [.. real.Select((step, t) => step.Select((is_, row) => is_ && input.Counts(t, row)).ToArray())]);
    }

    public PlainFlow Noise(NoiseNode node)
    {
        PlainFlow input = _flows[node.Inputs[0]];
        bool idle = noise is null || (batch.RunsAgain && node.Steps.Input is null);
        return idle ? input : Scaled(input, noise!.OfSteps(node.Stream, input.Steps, batch.Rows, input.Width), input.Mask);
    }

    private PlainFlow Scaled(PlainFlow input, IEnumerable<double[,]> factors, bool[][]? mask)
    {
        double[][,] factor = [.. factors];
        PlainFlow output = PlainFlow.Of([.. input.Values.Select((step, t) => Product(step, factor[t]))], mask);
        _back.Push(() =>
        {
            for (int t = 0; t < input.Steps; t++) PlainMath.Add(input.Gradient[t], Product(output.Gradient[t], factor[t]));
        });
        return output;
    }

    private static double[,] Product(double[,] a, double[,] b) => PlainMath.Fill(a.GetLength(0), a.GetLength(1), (row, column) => a[row, column] * b[row, column]);
}
