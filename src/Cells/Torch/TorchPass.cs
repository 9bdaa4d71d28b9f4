using System.Globalization;
using System.Runtime.InteropServices;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.State;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>A batch's way through the graph, forward; torch finds the way back.</summary>
/// <param name="parts">The model.</param>
/// <param name="batch">The batch.</param>
/// <param name="start">Each scan's state before the batch, rows that start fresh zero: each slot <c>[rows, width]</c>.</param>
/// <param name="noise">The model's dropout; null where nothing is trained.</param>
internal sealed class TorchPass(TorchParts parts, TorchBatch batch, IReadOnlyDictionary<ScanNode, Tensor[]> start, TorchNoise? noise) : IGraphVisitor<TorchFlow>
{
    private readonly Dictionary<GraphNode, TorchFlow> _flows = [];
    private readonly Dictionary<ScanNode, Tensor[]> _final = [];

    public TorchFlow this[GraphNode node] => _flows[node];

    /// <summary>Each scan's state after the batch.</summary>
    public IReadOnlyDictionary<ScanNode, Tensor[]> Final => _final;

    public void Forward()
    {
        foreach (GraphNode node in parts.Graph.Nodes) _flows.Add(node, node.Accept(this));
    }

    /// <summary>The state before the batch that follows this one.</summary>
    public Dictionary<ScanNode, Tensor[]> StartOf(TorchBatch next)
    {
        Tensor? carried = next.CarriesAll ? null : Flags([.. next.RowStates.Take(next.Rows).Select(state => state == RowState.Carry)], next.Rows, 1);
        return _final.ToDictionary(pair => pair.Key, pair => pair.Value.Select(slot => slot.narrow(0, 0, next.Rows)).Select(slot => carried is null ? slot : slot.Or(carried, 0)).ToArray());
    }

    public TorchFlow Input(InputNode node)
    {
        InputBlock block = batch.Data.FindInput(node.Name);
        int steps = block.TimeSteps, width = block.Features;
        Tensor values = (block.Source is { } source ? Made(source, steps * width) : parts.Data.Rows(block.Values, batch, steps * width)).reshape(batch.Rows, steps, width).permute(1, 0, 2).contiguous();
        if (block.Mask is null) return new TorchFlow(values, null);
        Tensor mask = parts.Data.Rows(block.Mask, batch, steps).t();
        return new TorchFlow(values.Or(mask.unsqueeze(2).logical_or(values.abs().IsBelow(InputBlock.MostMasked)), 0), mask); // a masked step may hold anything
    }

    public TorchFlow Scan(ScanNode node)
    {
        TorchFlow input = _flows[node.Inputs[0]];
        Tensor[] state = [.. node.StartsFrom is { } encoder ? _final[encoder] : start[node]];
        Tensor? inputNoise = noise is not null && node.InputDropout > 0 ? noise.OfScan(node.InputStream, batch.Rows, input.Width) : null;
        Tensor? stateNoise = noise is not null && node.StateDropout > 0 ? noise.OfScan(node.StateStream, batch.Rows, node.Step.Slots[0].Width) : null;
        if (input.Mask is null && parts.ModuleOf(node) is { } module)
        {
            Tensor[] final = new Tensor[state.Length];
            Tensor all = module.Run(inputNoise is null ? input.Values : input.Values * inputNoise, state, final);
            _final.Add(node, final);
            return new TorchFlow(all, null);
        }

        Operation? last = parts.LastFunctionOf(node);
        if (input.Mask is null && last is null && stateNoise is null && parts.UsesModules && node.Step.Cell is ITorchCell own) return Own(node, own, inputNoise is null ? input.Values : input.Values * inputNoise, state);
        StepEquations step = last is null ? node.Step : parts.BeforeLastFunction(node);
        TorchStep ofSteps = new(parts.Operations, parts.Leaves, input.Steps * batch.Rows), ofStep = new(parts.Operations, parts.Leaves, batch.Rows);
        StepPart<Tensor> part = step.InputPart(ofSteps, [Flat(input.Values)], inputNoise?.repeat(input.Steps, 1));
        Tensor[] outputs = new Tensor[input.Steps];
        Tensor? held = null;
        for (int t = 0; t < input.Steps; t++)
        {
            int first = t * batch.Rows;
            StepValues<Tensor> values = step.StatePart(ofStep, part.Select(value => value.narrow(0, first, batch.Rows)), state, stateNoise);
            Tensor output = values.Output;
            if (input.Mask is null)
            {
                state = [.. values.State];
            }
            else
            {
                // A masked row holds its state, and repeats its output, or yields zero.
                Tensor counts = input.Mask[t].unsqueeze(1);
                state = [.. values.State.Select((slot, i) => where(counts, slot, state[i]))];
                output = where(counts, output, node.ZeroOutputForMask || held is null ? zeros_like(output) : held);
            }

            outputs[t] = held = output;
        }

        _final.Add(node, state);
        Tensor logits = stack(outputs, 0);
        if (last is null) return new TorchFlow(logits, input.Mask);
        if (input.Mask is null) return new TorchFlow(Apply(last, logits), null) { Logits = logits, LastFunction = last };

        // What is masked before the first step that counts, or anywhere where such a step yields zeros, yields zeros and not their function;
        // a loss takes such a zero for the smallest probability.
        Tensor yields = (node.ZeroOutputForMask ? input.Mask : input.Mask.to_type(ScalarType.Int32).cumsum(0).IsAbove(0)).unsqueeze(2);
        return new TorchFlow(Apply(last, logits).Or(yields, 0), input.Mask) { Logits = logits.Or(yields, TorchLoss.SmallestLogit), LastFunction = last };
    }

    public TorchFlow Rows(RowsNode node)
    {
        TorchFlow[] inputs = [.. node.Inputs.Select(read => _flows[read])];
        Tensor? mask = inputs.Select(input => input.Mask).OfType<Tensor>().Aggregate((Tensor?)null, (all, one) => all is null ? one : all.logical_and(one));
        if (node.IsCopy) return inputs[0] with { Mask = mask };
        Operation? last = parts.LastFunctionOf(node);
        TorchStep ofSteps = new(parts.Operations, parts.Leaves, inputs[0].Steps * batch.Rows);
        Tensor output = (last is null ? node.Step : parts.BeforeLastFunction(node)).Evaluate(ofSteps, [.. inputs.Select(input => Flat(input.Values))], []).Output
            .reshape(inputs[0].Steps, batch.Rows, node.Width);
        return last is null ? new TorchFlow(output, mask) : new TorchFlow(Apply(last, output), mask) { Logits = output, LastFunction = last };
    }

    public TorchFlow Lookup(LookupNode node)
    {
        TorchFlow input = _flows[node.Inputs[0]];
        Tensor symbols = input.Values.squeeze(2);
        Tensor isSymbol = symbols.IsAbove(-1).logical_and(symbols.IsBelow(node.Symbols)).logical_and(symbols.floor().eq(symbols));
        RequireSymbols(node, input, isSymbol);
        Tensor indices = symbols.Or(isSymbol, 0).to_type(ScalarType.Int64);
        Tensor vectors = parts.Leaves[node.Vectors.Name].index_select(0, indices.reshape(-1)).reshape(input.Steps, batch.Rows, node.Width);
        Tensor? mask = !node.MaskZero ? input.Mask : input.Mask is null ? symbols.Is(0).logical_not() : symbols.Is(0).logical_not().logical_and(input.Mask);
        return new TorchFlow(vectors, mask);
    }

    public TorchFlow Repeat(RepeatNode node)
    {
        int times = node.Steps.In(batch.Data);
        return Shown(_flows[node.Inputs[0]], values => values.narrow(0, 0, 1).expand(times, values.shape[1], values.shape[2]), keepsMask: false);
    }

    public TorchFlow Reverse(ReverseNode node) => Shown(_flows[node.Inputs[0]], values => values.flip(0), keepsMask: true);

    public TorchFlow Select(SelectNode node)
    {
        TorchFlow input = _flows[node.Inputs[0]];
        if (node.IsLast && input.Mask is not null && node.Inputs[0] is not ScanNode && !Holds(node.Inputs[0])) return LastCounted(input);
        int first = node.Start < 0 ? input.Steps + node.Start : node.Start;
        return Shown(input, values => values.narrow(0, first, node.Count), keepsMask: !node.IsLast);
    }

    public TorchFlow Mask(MaskNode node)
    {
        TorchFlow input = _flows[node.Inputs[0]];
        Tensor isReal = input.Values.Is(node.Value).logical_not().any(2);
        return new TorchFlow(input.Values.Or(isReal.unsqueeze(2), 0), input.Mask is null ? isReal : isReal.logical_and(input.Mask));
    }

    public TorchFlow Noise(NoiseNode node)
    {
        TorchFlow input = _flows[node.Inputs[0]];
        bool isIdle = noise is null || (batch.RunsAgain && node.Steps.Input is null);
        return isIdle ? input : new TorchFlow(input.Values * noise!.OfSteps(node.Stream, input.Steps, batch.Rows, input.Width), input.Mask);
    }

    private static Tensor Flat(Tensor steps) => steps.reshape(-1, steps.shape[2]);

    private static Tensor Apply(Operation last, Tensor logits) => last == Operations.Softmax ? logits.softmax(2) : logits.sigmoid();

    private static TorchFlow Shown(TorchFlow input, Func<Tensor, Tensor> show, bool keepsMask) => new(show(input.Values), keepsMask && input.Mask is not null ? show(input.Mask.unsqueeze(2)).squeeze(2) : null)
    {
        Logits = input.Logits is null ? null : show(input.Logits),
        LastFunction = input.LastFunction,
    };

    // Rows of two masks each keep what they held last.
    private static bool Holds(GraphNode node) => node switch
    {
        ScanNode scan => !scan.ZeroOutputForMask,
        RowsNode or NoiseNode => node.Inputs.All(Holds),
        _ => false,
    };

    private Tensor Made(SampleSource<float> source, int length)
    {
        float[] values = new float[batch.Rows * length];
        for (int row = 0; row < batch.Rows; row++)
        {
            Span<float> sample = values.AsSpan(row * length, length);
            source.CopyTo(batch.Samples[row], sample);
            foreach (float value in sample)
            {
                if (!float.IsFinite(value)) throw new ResearchException(FormattableString.Invariant($"The data '{batch.Data.Description}' cannot be used: inputs: expected finite values, got {value} at sample {batch.Samples[row]}; clean the data before framing it."));
            }
        }

        return tensor(values, device: parts.Device);
    }

    private TorchFlow Own(ScanNode node, ITorchCell cell, Tensor input, Tensor[] state)
    {
        string prefix = node.Name + "/";
        TorchScan scan = new(input, state, node.Step.Weights.ToDictionary(weight => weight.Name[prefix.Length..], weight => parts.Leaves[weight.Name]));
        TorchScanResult result;
        try
        {
            result = cell.Scan(scan);
        }
        catch (ExternalException exception)
        {
            throw new ResearchException($"Cell '{cell.Name}' of layer '{node.Name}', on torch: {TorchModel.Message(exception)}", exception);
        }
        catch (Exception exception) when (exception is not (ResearchException or OperationCanceledException))
        {
            throw new UserCodeException($"Cell '{cell.Name}' of layer '{node.Name}', on torch", exception);
        }

        if (result is null || result.State.Contains(null!)) throw new ResearchException($"Cell '{cell.Name}' of layer '{node.Name}', on torch: expected output and state, got null.");
        Require("output", result.Output, [input.shape[0], input.shape[1], node.Width]);
        if (result.State.Count != state.Length) throw new ResearchException($"Cell '{cell.Name}' of layer '{node.Name}', on torch: expected {state.Length} states, got {result.State.Count}.");
        for (int i = 0; i < state.Length; i++) Require($"state '{node.Step.Slots[i].Name}'", result.State[i], state[i].shape);
        _final.Add(node, [.. result.State]);
        return new TorchFlow(result.Output, null);

        void Require(string what, Tensor value, long[] shape)
        {
            if (!value.shape.SequenceEqual(shape))
                throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Cell '{cell.Name}' of layer '{node.Name}', on torch: {what}: expected [{string.Join(", ", shape)}], got [{string.Join(", ", value.shape)}]."));
        }
    }

    private Tensor Flags(bool[] flags, int rows, int columns) => tensor(flags, [rows, columns], device: parts.Device);

    private TorchFlow LastCounted(TorchFlow input)
    {
        // Counted from 1, so that 0 is none.
        Tensor numbers = tensor([.. Enumerable.Range(1, input.Steps).Select(step => (long)step)], [input.Steps, 1], device: parts.Device);
        Tensor latest = (input.Mask!.to_type(ScalarType.Int64) * numbers).amax([0]);
        Tensor last = latest.Or(latest.IsAbove(0), input.Steps).Plus(-1).to_type(ScalarType.Int64);
        return Shown(input, values => values.gather(0, last.reshape(1, -1, 1).expand(1, values.shape[1], values.shape[2])), keepsMask: false);
    }

    // On a GPU an index out of range ends all work of the process there.
    private static void RequireSymbols(LookupNode node, TorchFlow input, Tensor isSymbol)
    {
        Tensor isWrong = input.Mask is null ? isSymbol.logical_not() : isSymbol.logical_not().logical_and(input.Mask);
        float[] wrong = input.Values.squeeze(2).masked_select(isWrong).ToArray<float>();
        if (wrong.Length == 0) return;
        float value = wrong[0];
        throw new ResearchException($"Embedding '{node.Name}': expected a whole number from 0 to {node.Symbols - 1}, got {value.ToString(CultureInfo.InvariantCulture)}.");
    }
}
