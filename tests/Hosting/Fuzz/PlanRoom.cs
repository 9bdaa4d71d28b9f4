namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>What of a plan is changed, in the order in which it is.</summary>
internal enum PlanRoom
{
    /// <summary>How many samples, time steps and features there are.</summary>
    Sizes,

    /// <summary>Numbers, masks, weights, boundaries.</summary>
    Data,

    /// <summary>Layers.</summary>
    Model,

    /// <summary>How it is trained and judged.</summary>
    Training,
}
