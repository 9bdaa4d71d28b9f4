using System.Runtime.Intrinsics;
using Research.Framework.Engine;
using Research.Framework.Managed.Execution;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Training;

namespace Research.Framework.Managed;

/// <summary>
/// The built-in engine: pure C#, the same bits on every machine, at every SIMD width and number of threads.
/// </summary>
public sealed class ManagedEngine : IEngine
{
    private readonly int _lanes;

    /// <summary>Creates the engine with the widest vectors this machine has.</summary>
    public ManagedEngine() : this(SimdWidth.Lanes)
    {
    }

    internal ManagedEngine(int lanes) => _lanes = lanes;

    /// <inheritdoc/>
    public string Name => "managed";

    /// <inheritdoc/>
    public ICompiledModel Compile(ModelDescription model, int features, TrainingOptions training, Seeds seeds) =>
        Compile(model, features, training, seeds, wantInputGradient: false);

    /// <summary>Compiles a model that also keeps the gradient of its inputs, for checks.</summary>
    internal ICompiledModel CompileWithInputGradient(ModelDescription model, int features, TrainingOptions training, Seeds seeds) =>
        Compile(model, features, training, seeds, wantInputGradient: true);

    private ICompiledModel Compile(ModelDescription model, int features, TrainingOptions training, Seeds seeds, bool wantInputGradient)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(seeds);
        if (features < 1) throw new ResearchException($"Expected an input of at least 1 feature, got {features}.");
        string[] findings = [.. training.Findings()];
        if (findings.Length > 0) throw new ResearchException($"The training options cannot be used: {string.Join("; ", findings)}.");
        return _lanes switch
        {
            16 => new ManagedModel<Simd512, Vector512<float>>(model, features, training, seeds, wantInputGradient),
            8 => new ManagedModel<Simd256, Vector256<float>>(model, features, training, seeds, wantInputGradient),
            4 => new ManagedModel<Simd128, Vector128<float>>(model, features, training, seeds, wantInputGradient),
            _ => new ManagedModel<SimdScalar, float>(model, features, training, seeds, wantInputGradient),
        };
    }
}
