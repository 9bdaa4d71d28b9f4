namespace Research.Framework.Experiments;

/// <summary>
/// An experiment: its constructor asks dependency injection for components, its plan says how they are assembled.
/// Create one with every seed; it holds no results. Its public properties that can be set are settings:
/// <c>--set window=24</c> sets <c>Window</c> before the plan is made.
/// </summary>
public interface IExperiment
{
    /// <summary>The name on the command line, in kebab case, e.g. <c>stateful-one-char</c>; unique among the registered ones.</summary>
    string Name { get; }

    /// <summary>One sentence for lists.</summary>
    string Summary => "";

    /// <summary>A paragraph that says what it teaches, for whoever looks at the experiment alone.</summary>
    /// <value>Default empty: there is nothing to add to <see cref="Summary"/>.</value>
    string Description => "";

    /// <summary>The plan for one seed. The same seeds give the same plan.</summary>
    /// <param name="seeds">Where random framers take their streams from, e.g. <c>seeds.Stream("framer")</c>.</param>
    ExperimentPlan Plan(Seeds seeds);
}
