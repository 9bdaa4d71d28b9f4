using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Framework.Training;

/// <summary>The losses of an epoch's batches as they add up, each weighed by its rows that count. Allocates nothing as it goes.</summary>
internal sealed class EpochLosses
{
    private const string SumsName = "epoch/loss_sums", RowsName = "epoch/counted_rows", PenaltyName = "epoch/penalty_sum", SamplesName = "epoch/samples";

    private readonly string[] _names;
    private readonly double[] _weights;

    // Rows that count in each sample where nothing is masked: an epoch's loss is then the mean over samples, to the last bit.
    private readonly double[] _rowsOfSample;
    private readonly double[] _sums;
    private readonly long[] _rows;
    private double _penalty;
    private long _samples;

    public EpochLosses(ModelGraph graph, Objective objective, Dataset data)
    {
        _names = [.. graph.Outputs.Select(output => output.Name)];
        _weights = [.. _names.Select(objective.WeightOf)];
        _rowsOfSample = [.. graph.Outputs.Select(output => (double)output.Node.Steps.In(data))];
        _sums = new double[_names.Length];
        _rows = new long[_names.Length];
    }

    /// <summary>Adds a batch.</summary>
    /// <param name="batch">Its losses.</param>
    /// <param name="total">Their <see cref="BatchLosses.Total"/>.</param>
    /// <param name="samples">Its samples.</param>
    public void Add(BatchLosses batch, double total, int samples)
    {
        if (_sums.Length == 1)
        {
            // Weight and penalty included: one sum is enough.
            long rows = batch.Rows[0];
            _sums[0] += total * (rows / _rowsOfSample[0]);
            _rows[0] += rows;
            return;
        }

        bool counts = false;
        for (int i = 0; i < _sums.Length; i++)
        {
            long rows = batch.Rows[i];
            _sums[i] += batch.Losses[i] * (rows / _rowsOfSample[i]);
            _rows[i] += rows;
            counts |= rows > 0;
        }

        if (!counts) return; // nothing was learnt, and so nothing penalised
        _penalty += batch.Penalty * samples;
        _samples += samples;
    }

    /// <summary>The epoch's loss, then, with several outputs, each output's own.</summary>
    /// <param name="data">What was learnt.</param>
    /// <exception cref="ResearchException">An output has no row that counts.</exception>
    public double[] Means(Dataset data)
    {
        int empty = Array.IndexOf(_rows, 0);
        if (empty >= 0) throw new ResearchException($"The masks of '{data.Description}' leave no row to learn from: no target{(_rows.Length > 1 ? $" of output '{_names[empty]}'" : "")} counts in any batch.");
        if (_sums.Length == 1) return [Mean(0)];
        double[] losses = new double[_sums.Length + 1];
        for (int i = 0; i < _sums.Length; i++)
        {
            losses[i + 1] = Mean(i);
            if (_weights[i] != 0) losses[0] += _weights[i] * losses[i + 1];
        }

        losses[0] += _penalty / _samples;
        return losses;
    }

    public void Clear()
    {
        Array.Clear(_sums);
        Array.Clear(_rows);
        (_penalty, _samples) = (0, 0);
    }

    private double Mean(int output) => _sums[output] / (_rows[output] / _rowsOfSample[output]);

    public void Save(TrainingTensors tensors)
    {
        tensors.Add(SumsName, _sums);
        tensors.Add(RowsName, _rows);
        if (_sums.Length == 1) return;
        tensors.Add(PenaltyName, [_penalty]);
        tensors.Add(SamplesName, [_samples]);
    }

    /// <summary>Takes over what was kept.</summary>
    /// <param name="tensors">What was kept.</param>
    /// <param name="samples">The epoch's samples so far.</param>
    public void Load(TrainingTensors tensors, int samples)
    {
        tensors.Finite(SumsName, _sums.Length).CopyTo(_sums, 0);
        tensors.Longs(RowsName, _rows.Length).CopyTo(_rows, 0);
        for (int i = 0; i < _rows.Length; i++)
        {
            if (_rows[i] > samples * _rowsOfSample[i] || (_rows[i] == 0 && _sums[i] != 0)) throw TrainingTensors.Damaged(RowsName, $"rows of {samples} samples", $"{_rows[i]}");
        }

        if (_sums.Length == 1) return;
        (_penalty, _samples) = (tensors.Finite(PenaltyName, 1)[0], tensors.Longs(SamplesName, 1)[0]);
        if (_samples > samples || (_samples == 0 && _penalty != 0)) throw TrainingTensors.Damaged(SamplesName, $"{samples} samples or fewer", $"{_samples}");
    }
}
