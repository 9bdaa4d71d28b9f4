using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;

namespace Research.Benchmarks.Steps;

/// <summary>A case with a model: runs one step after the other.</summary>
internal sealed class StepRun
{
    private readonly StepCase _case;
    private readonly ICompiledModel _model;
    private readonly RecurrentState _state;
    private readonly Batch _batch;
    private readonly BatchLosses _losses;
    private readonly BatchOutputs _outputs;
    private int _next;

    public StepRun(StepCase stepCase, CellRegistration cell, Dataset data, IEngine engine, int seed)
    {
        _case = stepCase;
        _model = engine.Compile(stepCase.Model(cell), stepCase.Features, stepCase.Training, new Seeds(seed));
        _state = _model.CreateState();
        _batch = new Batch(data, stepCase.Samples) { Rows = stepCase.Samples };
        _losses = new BatchLosses(_model.Graph, _model.Objective);
        _outputs = new BatchOutputs(_model.Graph, data, stepCase.Samples);
    }

    /// <summary>
    /// Floating-point operations of a step by the usual formula: 2 for each weight of a matrix, sample and time step, and
    /// three times that for training. Everything that is not a matrix product is left out.
    /// </summary>
    public double Flop
    {
        get
        {
            double forward = 0;
            foreach (WeightDescription weight in _model.Graph.Weights)
            {
                if (weight.Shape.Count != 2) continue;
                bool dense = weight.Name.StartsWith("dense_", StringComparison.Ordinal);
                int steps = dense ? _model.OutputSteps(_case.TimeSteps) : _case.TimeSteps;
                forward += 2.0 * _case.Samples * steps * weight.Count;
            }

            return _case.Generates ? forward : 3 * forward;
        }
    }

    /// <summary>All weights, one after the other.</summary>
    public float[] Weights() => [.. _model.Graph.Weights.SelectMany(weight => _model.GetWeight(weight.Name))];

    public void Steps(int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (_case.Generates) Generate();
            else Train();
        }
    }

    private void Train()
    {
        int samples = _batch.Data.Samples;
        for (int row = 0; row < _batch.Rows; row++)
        {
            _batch.Samples[row] = _next;
            if (++_next == samples) _next = 0;
        }

        _model.TrainBatch(_batch, _state, _losses);
        if (_case.CarriesState) _batch.RowStates.AsSpan().Fill(RowState.Carry);
    }

    // Sample i is the letter i: what is predicted comes next.
    private void Generate()
    {
        _batch.Samples[0] = _next;
        _model.PredictBatch(_batch, _state, _outputs);
        _batch.RowStates[0] = RowState.Carry;
        float[] scores = _outputs.All[0].Values;
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best]) best = i;
        }

        _next = best;
    }
}
