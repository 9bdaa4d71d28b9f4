using Research.Framework.Models;
using Research.Framework.Training;

namespace Research.Framework.Engine;

/// <summary>The built-in engine: pure C#, the same bits on every machine.</summary>
public sealed class ManagedEngine : IEngine
{
    /// <inheritdoc/>
    public string Name => "managed";

    /// <inheritdoc/>
    public ICompiledModel Compile(ModelDescription model, int features, TrainingOptions training, Seeds seeds) =>
        throw new InvalidOperationException("not written yet");
}
