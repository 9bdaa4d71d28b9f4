using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.Training;

namespace Research.Framework.Engine;

/// <summary>Turns a model description into something that trains and predicts.</summary>
public interface IEngine
{
    /// <summary>The name in results, e.g. <c>managed</c>.</summary>
    string Name { get; }

    /// <summary>Traces, differentiates and plans a model, and draws its start weights.</summary>
    /// <param name="model">The layers.</param>
    /// <param name="features">Features of the input at each time step.</param>
    /// <param name="training">Loss and optimizer.</param>
    /// <param name="seeds">Each weight is drawn from the stream <c>weights/</c> + its name.</param>
    /// <exception cref="ResearchException">Shapes do not fit, or a setting is out of range.</exception>
    ICompiledModel Compile(ModelDescription model, int features, TrainingOptions training, Seeds seeds);
}
