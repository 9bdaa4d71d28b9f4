namespace Research.Framework.Metrics;

/// <summary>One figure of merit, a pure function of all predictions of a dataset; one that needs not all at once is an <see cref="IStreamedMetric"/>.</summary>
public interface IMetric
{
    /// <summary>The name in tables and files, in lower case with underscores, e.g. <c>cross_entropy</c>.</summary>
    string Name { get; }

    /// <summary>Whether a larger figure is better, as of an accuracy; early stopping asks.</summary>
    /// <value>Default false: smaller is better, as of an error.</value>
    bool LargerIsBetter => false;

    /// <summary>Which of a model's several outputs it judges, by name; <see cref="MetricExtensions.For"/> makes a metric for one.</summary>
    /// <value>Default null: the only output.</value>
    string? Output => null;

    /// <summary>The figure. Masked steps weigh nothing.</summary>
    /// <param name="predictions">Predictions with their targets; at least one row counts.</param>
    double Evaluate(Predictions predictions);
}
