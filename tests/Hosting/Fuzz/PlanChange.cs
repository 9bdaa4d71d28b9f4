namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>A kind of change to a plan.</summary>
/// <param name="Room">What it changes.</param>
/// <param name="Name">Its name in messages.</param>
/// <param name="Apply">Makes it.</param>
internal sealed record PlanChange(PlanRoom Room, string Name, Action<PlanDraft, Random> Apply);
