using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Reference;

/// <summary>A dense layer that hands its input to an activation unchanged: activations and losses, with nothing around them.</summary>
internal static class IdentityModel
{
    /// <summary>activation(x) of one row.</summary>
    public static float[] Apply(IEngine engine, Activation activation, float[] row)
    {
        ICompiledModel model = Compile(engine, activation, row.Length, Loss.MeanSquaredError);
        float[] result = new float[row.Length];
        model.PredictBatch(Batch(row, null, new float[row.Length]), model.CreateState(), result);
        return result;
    }

    /// <summary>The loss of activation(x) of one row.</summary>
    public static double Evaluate(IEngine engine, Loss loss, Activation activation, float[] row, int? targetClass, float[]? target)
    {
        // What Keras' losses are asked about need not be probabilities.
        ICompiledModel model = Compile(engine, activation == Activation.Linear ? GivenPredictions.Unchanged : activation, row.Length, loss);
        return model.TrainBatch(Batch(row, targetClass, target), model.CreateState()).Loss;
    }

    private static ICompiledModel Compile(IEngine engine, Activation activation, int width, Loss loss)
    {
        ICompiledModel model = engine.Compile(
            Model.Of(new DenseLayer(width) { Activation = activation, UseBias = false, Name = "identity" }), width, new TrainingOptions { Loss = loss, Optimizer = new Sgd() }, new Seeds(1));
        float[] identity = new float[width * width];
        for (int i = 0; i < width; i++) identity[i * width + i] = 1;
        model.SetWeight("identity/kernel", identity);
        return model;
    }

    private static Batch Batch(float[] row, int? targetClass, float[]? target)
    {
        Dataset data = new()
        {
            Description = "one row",
            Samples = 1,
            Input = new() { TimeSteps = 1, Features = row.Length, Values = row },
            Target = new() { Width = row.Length, Classes = targetClass is { } known ? [known] : null, Values = targetClass is null ? target : null },
        };
        return new Batch(data, 1) { Rows = 1, RowStates = { [0] = RowState.Reset } };
    }
}
