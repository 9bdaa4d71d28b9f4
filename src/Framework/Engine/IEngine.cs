using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Framework.Engine;

/// <summary>
/// Turns a model's graph into something that trains and predicts. Written against public types alone: the graph is read with
/// an <see cref="IGraphVisitor{T}"/>, a step's equations with <see cref="StepEquations.Evaluate"/> or, in double, with
/// <see cref="DoubleStep"/>; dropout is drawn with <see cref="NoiseStream"/>. A small one, in plain loops, is in tests/PlainEngine.
/// Safe for use by several threads at once.
/// </summary>
public interface IEngine
{
    /// <summary>The name in results and on the command line, e.g. <c>managed</c>.</summary>
    string Name { get; }

    /// <summary>What this engine refuses, and what it warns of, before anything is compiled; besides <see cref="Objective.Findings(ModelGraph)"/>, which hold for every engine.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="objective">What training makes small, and how.</param>
    IReadOnlyList<Finding> Findings(ModelGraph graph, Objective objective) => [];

    /// <summary>What this engine refuses of data, because it has no room for a batch of them, before anything is compiled; <see cref="Findings"/> are none.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="objective">What training makes small, and how.</param>
    /// <param name="data">Data that fit the model.</param>
    /// <param name="rows">Samples in the largest batch; at least 1.</param>
    /// <param name="earlierBatches">The most earlier batches that run again before one; 0 or more.</param>
    IReadOnlyList<Finding> BatchFindings(ModelGraph graph, Objective objective, Dataset data, int rows, int earlierBatches) => [];

    /// <summary>Makes a model that trains and predicts, with start weights.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="objective">What training makes small, and how.</param>
    /// <param name="seeds">Each weight is drawn from the stream <c>weights/</c> + its name, dropout from the streams that the graph names.</param>
    /// <param name="threads">The most threads that one training may use; at least 1. Never changes a result.</param>
    /// <param name="cancellation">Looked at while weights are drawn.</param>
    /// <exception cref="ResearchException">There are findings that are errors.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    ICompiledModel Compile(ModelGraph graph, Objective objective, Seeds seeds, int threads = 1, CancellationToken cancellation = default);
}
