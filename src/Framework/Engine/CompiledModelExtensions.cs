using Research.Framework.Numerics;

namespace Research.Framework.Engine;

/// <summary>Short ways to what every compiled model can do.</summary>
public static class CompiledModelExtensions
{
    /// <summary>A fresh recurrent state, all zero. Training and evaluation each use their own.</summary>
    /// <param name="model">The model.</param>
    public static RecurrentState CreateState(this ICompiledModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new RecurrentState(model.Graph);
    }

    /// <summary>One training step.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The samples, and for each row whether it starts fresh.</param>
    /// <param name="state">Read at the start where a row is carried, and left as it is after the batch.</param>
    /// <exception cref="ResearchException">As <see cref="ICompiledModel.TrainBatch"/>.</exception>
    public static BatchLoss TrainBatch(this ICompiledModel model, Batch batch, RecurrentState state)
    {
        ArgumentNullException.ThrowIfNull(model);
        BatchLosses losses = new(model.Graph, model.Objective);
        model.TrainBatch(batch, state, losses);
        return new BatchLoss(losses.Total, losses.Rows.Sum());
    }

    /// <summary>Predicts a batch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The samples, and for each row whether it starts fresh.</param>
    /// <param name="state">Read at the start where a row is carried, and left as it is after the batch.</param>
    /// <returns>Every output, and which of its steps count.</returns>
    /// <exception cref="ResearchException">As <see cref="ICompiledModel.PredictBatch"/>.</exception>
    public static BatchOutputs PredictBatch(this ICompiledModel model, Batch batch, RecurrentState state)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        BatchOutputs outputs = new(model.Graph, batch.Data, Math.Max(1, batch.Rows));
        model.PredictBatch(batch, state, outputs);
        return outputs;
    }

    /// <summary>A copy of a weight, row-major.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The weight's name, e.g. <c>lstm_1/kernel</c>.</param>
    /// <exception cref="ResearchException">There is no such weight.</exception>
    public static float[] GetWeight(this ICompiledModel model, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        Require(model, name);
        return model.GetTensor(name).ToFloats();
    }

    /// <summary>Replaces a weight.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The weight's name.</param>
    /// <param name="values">Row-major values, as many as the weight has.</param>
    /// <exception cref="ResearchException">There is no such weight, or it has another number of values.</exception>
    public static void SetWeight(this ICompiledModel model, string name, IReadOnlyList<float> values)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(values);
        IReadOnlyList<int> shape = Require(model, name).Shape;
        long count = shape.Aggregate(1L, (product, size) => product * size);
        if (values.Count != count) throw new ResearchException($"Weight '{name}': expected [{string.Join(", ", shape)}] = {count} numbers, got {values.Count}.");
        model.SetTensors([NamedTensor.OfFloats(name, shape, values)]);
    }

    private static Equations.WeightDescription Require(ICompiledModel model, string name) =>
        model.Graph.Weights.FirstOrDefault(weight => weight.Name == name)
        ?? throw new ResearchException($"There is no weight '{name}'; this model has {string.Join(", ", model.Graph.Weights.Select(weight => $"'{weight.Name}'"))}.");
}
