using Research.Framework.Objectives;

namespace Research.Plain.Fuzz;

/// <summary>An output of a random model.</summary>
/// <param name="Loss">Its loss.</param>
/// <param name="Classes">Whether its targets are classes.</param>
/// <param name="Probabilities">Whether its targets are probabilities.</param>
internal sealed record RandomOutput(OutputLoss Loss, bool Classes, bool Probabilities);
