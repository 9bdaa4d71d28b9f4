namespace Research.Framework.Managed.Execution;

/// <summary>A stage that may have recurrent state.</summary>
internal interface IRecurrentStage
{
    /// <summary>The name under which its state is found.</summary>
    string Name { get; }

    BoundLayer Layer { get; }

    /// <summary>The stage whose final state starts this one, so that nobody else may set it.</summary>
    IRecurrentStage? InitialState { get; }

    /// <summary>The last stage that starts from this one's final state, the first to pass a gradient into it; null for none.</summary>
    IRecurrentStage? LastFromFinalState { get; set; }
}
