using Research.Framework.Data;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Plain.Fuzz;

/// <summary>What two engines are compared by.</summary>
/// <param name="Graph">The model.</param>
/// <param name="Objective">What it is trained for.</param>
/// <param name="Datasets">What is trained, one after the other.</param>
/// <param name="BatchSize">The most rows of a batch.</param>
internal sealed record Case(ModelGraph Graph, Objective Objective, IReadOnlyList<Dataset> Datasets, int BatchSize);
