using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.Training;

namespace Research.Tests;

/// <summary>Short ways that many tests take with a model of one input and one output.</summary>
internal static class CompilingExtensions
{
    extension(ICompiledModel model)
    {
        /// <summary>Width of the only output.</summary>
        public int OutputWidth => model.Graph.Outputs[0].Node.Width;

        /// <summary>Time steps of the only output for inputs of some length.</summary>
        public int OutputSteps(int timeSteps) => model.Graph.Outputs[0].Node.Steps is { Input: null, Count: var count } ? count : timeSteps;

        /// <summary>Predictions of the only output, <c>[rows, time steps, width]</c>, without gaps.</summary>
        public void PredictBatch(Batch batch, RecurrentState state, Span<float> predictions)
        {
            BatchOutputs outputs = model.PredictBatch(batch, state);
            outputs.All[0].Values.CopyTo(predictions);
        }
    }

    /// <summary>Compiles a model for the objective of training options.</summary>
    public static ICompiledModel Compile(this IEngine engine, Model model, int features, TrainingOptions training, Seeds seeds) =>
        engine.Compile(model.Graph(features), training.Objective, seeds, training.Threads);
}
