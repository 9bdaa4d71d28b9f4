using System.Globalization;
using System.Runtime.Intrinsics;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Managed.Execution;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;

namespace Research.Framework.Managed;

/// <summary>
/// The built-in engine: pure C#, the same bits on every machine, at every SIMD width and number of threads.
/// </summary>
public sealed class ManagedEngine : IEngine
{
    private const int MostThreads = 1024;

    private readonly int _lanes;
    private readonly long _memory;

    /// <summary>Creates the engine with the widest vectors this machine has.</summary>
    public ManagedEngine() : this(SimdWidth.Lanes)
    {
    }

    internal ManagedEngine(int lanes, long? memory = null)
    {
        _lanes = lanes;
        _memory = memory ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    }

    /// <inheritdoc/>
    public string Name => "managed";

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Findings(ModelGraph graph, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(objective);
        if (objective.Findings(graph).Any(finding => finding.Severity == Severity.Error)) return [];
        long all = Math.Max(2, objective.Optimizer.Moments.Count) * graph.Weights.Sum(weight => PinnedMemory.Padded(weight.Count));
        if (all > PinnedMemory.Longest)
            return [new(Severity.Error, "model", string.Create(CultureInfo.InvariantCulture, $"{graph.ParameterCount:#,0} weights with what their training keeps are more than an array holds ({Array.MaxLength:#,0}): the built-in engine takes at most {PinnedMemory.Longest / Math.Max(2, objective.Optimizer.Moments.Count):#,0}; take fewer units"))];
        try
        {
            _ = new ModelPlan(graph, objective, new Seeds(0));
            return [];
        }
        catch (ResearchException exception)
        {
            return [new(Severity.Error, "model", exception.Message)];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Finding> BatchFindings(ModelGraph graph, Objective objective, Dataset data, int rows, int earlierBatches)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(earlierBatches);
        return BatchRoom.Finding(new ModelPlan(graph, objective, new Seeds(0)), data, rows, earlierBatches, _memory) is { } finding
            ? [new(Severity.Error, "training.batch_size", finding)]
            : [];
    }

    /// <inheritdoc/>
    public ICompiledModel Compile(ModelGraph graph, Objective objective, Seeds seeds, int threads = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(seeds);
        if (threads is < 1 or > MostThreads) throw new ResearchException($"Threads: expected 1 to {MostThreads}, got {threads}.");
        objective.RequireFit(graph);
        return _lanes switch
        {
            16 => new ManagedModel<Simd512, Vector512<float>>(graph, objective, seeds, threads, cancellation),
            8 => new ManagedModel<Simd256, Vector256<float>>(graph, objective, seeds, threads, cancellation),
            4 => new ManagedModel<Simd128, Vector128<float>>(graph, objective, seeds, threads, cancellation),
            _ => new ManagedModel<SimdScalar, float>(graph, objective, seeds, threads, cancellation),
        };
    }
}
