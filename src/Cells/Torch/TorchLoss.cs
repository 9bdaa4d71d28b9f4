using System.Globalization;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>An output's loss over the rows that count.</summary>
internal sealed class TorchLoss
{
    // Keras' bounds of a probability.
    private const float Smallest = 1e-7f, Largest = 1 - 1e-7f;

    /// <summary>What a sigmoid makes the smallest of these of: ln(1e-7 / (1 - 1e-7)).</summary>
    public const float SmallestLogit = -16.118096f;

    private readonly TorchParts _parts;
    private readonly Loss _loss;
    private readonly StepEquations? _function;

    public TorchLoss(TorchParts parts, GraphOutput output, Objective objective)
    {
        _parts = parts;
        _loss = objective.LossOf(output.Name);
        Weight = objective.WeightOf(output.Name);
        _function = _loss is FunctionLoss function ? function.Trace(output.Node.Width) : null;
    }

    /// <summary>What the loss is multiplied by.</summary>
    public double Weight { get; }

    /// <summary>Computes the loss.</summary>
    /// <param name="output">The output.</param>
    /// <param name="target">Its target.</param>
    /// <param name="batch">The batch.</param>
    public Result Run(TorchFlow output, TargetBlock target, TorchBatch batch)
    {
        int steps = output.Steps, rows = output.Rows;
        Tensor? mask = target.Mask is null ? null : _parts.Data.Rows(target.Mask, batch, steps).t();
        Tensor? weight = target.Weights is null ? null : _parts.Data.Rows(target.Weights, batch, steps).t().reshape(-1, 1);
        Tensor? counted = mask is null ? output.Mask : output.Mask is null ? mask : output.Mask.logical_and(mask);
        long count = counted is null ? (long)steps * rows : counted.sum().ToArray<long>()[0];
        if (count == 0) return new Result(zeros(1, device: _parts.Device).squeeze(0), null, 0);

        // Rows that do not count, or weigh nothing, are not even looked at: what their loss would be, or its derivative, may not be a number.
        Tensor? looked = counted?.reshape(-1);
        if (weight is not null) looked = looked is null ? weight.squeeze(1).IsAbove(0) : looked.logical_and(weight.squeeze(1).IsAbove(0));
        Tensor? indices = looked?.nonzero().reshape(-1);
        if (indices?.shape[0] == 0) return new Result(zeros(1, device: _parts.Device).squeeze(0), null, count);
        if (target.HasClasses) RequireClasses(target, batch, steps, counted);
        Tensor p = Some(Flat(output.Values), indices);
        Tensor y = Some(Truth(target, batch, steps), indices);
        Tensor? w = weight is null ? null : Some(weight, indices);
        Tensor? logits = output.Logits is null || !GoesPast(output.LastFunction!) ? null : Some(Flat(output.Logits), indices);
        Tensor each = _function is null ? OfRows(p, logits, y, batch) : OfFunction(p, y, w);
        Tensor shown = logits is not null && _loss.Kind != LossKind.BinaryCrossEntropy ? (y * p.detach().Clamped(Smallest, Largest).log()).sum(1, keepdim: true).neg() : each.detach();
        if (w is not null && _function is null) (each, shown) = (each * w, shown * w);
        return new Result(shown.sum().Over(count), each.sum().Over(count), count);
    }

    private bool GoesPast(Operation last) => _loss.Kind == LossKind.BinaryCrossEntropy ? last == Operations.Sigmoid
        : _loss.Kind is LossKind.CategoricalCrossEntropy or LossKind.SparseCategoricalCrossEntropy && last == Operations.Softmax;

    private Tensor OfFunction(Tensor p, Tensor y, Tensor? w)
    {
        int rows = (int)p.shape[0];
        TorchStep step = new(_parts.Operations, new Dictionary<string, Tensor>(), rows);
        return _function!.Evaluate(step, [p, y, w ?? ones(rows, 1, device: _parts.Device)], []).Output;
    }

    // Each [rows, 1].
    private Tensor OfRows(Tensor p, Tensor? logits, Tensor y, TorchBatch batch)
    {
        switch (_loss.Kind)
        {
            case LossKind.MeanSquaredError: return p.Minus(y).Squared().mean([1], keepdim: true);
            case LossKind.MeanAbsoluteError: return p.Minus(y).abs().mean([1], keepdim: true);
            case LossKind.Huber:
                Tensor size = p.Minus(y).abs();
                return where(size.IsAbove(_loss.Delta), size.Times(_loss.Delta).Plus(-0.5 * _loss.Delta * _loss.Delta), size.Squared().Times(0.5)).mean([1], keepdim: true);
            case LossKind.BinaryCrossEntropy when logits is not null:
                return nn.functional.binary_cross_entropy_with_logits(logits, y, reduction: nn.Reduction.None).mean([1], keepdim: true);
            case LossKind.BinaryCrossEntropy:
                Tensor kept = p.Clamped(Smallest, Largest);
                return (y * kept.log()).Plus(y.TakenFrom(1) * kept.TakenFrom(1).log()).mean([1], keepdim: true).neg();
            default:
                if (logits is not null) return (y * logits.log_softmax(1)).sum(1, keepdim: true).neg();
                RequireProbabilities(p, batch);
                return (y * (p / p.sum(1, keepdim: true)).Clamped(Smallest, Largest).log()).sum(1, keepdim: true).neg();
        }
    }

    private static void RequireProbabilities(Tensor p, TorchBatch batch)
    {
        long[] wrong = p.IsBelow(0).any(1).logical_or(p.sum(1).Is(0)).nonzero().ToArray<long>();
        if (wrong.Length == 0) return;
        float[] values = p.narrow(0, wrong[0], 1).ToArray<float>();
        throw new ResearchException($"Cross-entropy needs predictions that are probabilities: 0 or more, and not all 0; for '{batch.Data.Description}' the model predicted {string.Join(", ", values.Select(value => value.ToString("G4", CultureInfo.InvariantCulture)))}. End the model in softmax (Activation.Softmax) or choose another loss.");
    }

    // Classes that a file makes, or that a mask of the inputs hides while the model counts them, nobody has looked at.
    private void RequireClasses(TargetBlock target, TorchBatch batch, int steps, Tensor? counted)
    {
        if (target.ClassSource is null && batch.Data.Inputs.All(input => input.Mask is null)) return;
        Tensor classes = Classes(target, batch, steps);
        Tensor isWrong = classes.IsAbove(-1).logical_and(classes.IsBelow(target.Width)).logical_not();
        int[] wrong = classes.masked_select(counted is null ? isWrong : isWrong.logical_and(counted)).ToArray<int>();
        if (wrong.Length > 0)
            throw new ResearchException($"The data '{batch.Data.Description}' cannot be used: target classes: expected 0 to {target.Width - 1}, got {wrong[0]}{(target.ClassSource is null ? ": an input's mask hides it, but the model counts it. Mask the target, too" : "")}.");
    }

    // [time steps, rows].
    private Tensor Classes(TargetBlock target, TorchBatch batch, int steps) =>
        (target.ClassSource is { } source ? Made(source, batch, steps) : _parts.Data.Rows(target.Classes!, batch, steps)).t();

    // [time steps times rows, width].
    private Tensor Truth(TargetBlock target, TorchBatch batch, int steps)
    {
        if (!target.HasClasses) return Flat(_parts.Data.Rows(target.Values!, batch, steps * target.Width).reshape(batch.Rows, steps, target.Width).permute(1, 0, 2));
        Tensor columns = Classes(target, batch, steps).reshape(-1, 1);
        columns = columns.Or(columns.IsAbove(-1).logical_and(columns.IsBelow(target.Width)), 0).to_type(ScalarType.Int64); // elsewhere it is masked
        return zeros(columns.shape[0], target.Width, device: _parts.Device).scatter(1, columns, ones(columns.shape[0], 1, device: _parts.Device));
    }

    private Tensor Made(SampleSource<int> source, TorchBatch batch, int steps)
    {
        int[] classes = new int[batch.Rows * steps];
        for (int row = 0; row < batch.Rows; row++) source.CopyTo(batch.Samples[row], classes.AsSpan(row * steps, steps));
        return tensor(classes, device: _parts.Device).reshape(batch.Rows, steps);
    }

    private static Tensor Flat(Tensor steps) => steps.reshape(-1, steps.shape[2]);

    private static Tensor Some(Tensor rows, Tensor? indices) => indices is null ? rows : rows.index_select(0, indices);

    /// <summary>A loss.</summary>
    /// <param name="Shown">The figure that is reported.</param>
    /// <param name="Differentiated">What is differentiated; null where there is nothing.</param>
    /// <param name="Rows">How many rows count.</param>
    public sealed record Result(Tensor Shown, Tensor? Differentiated, long Rows);
}
