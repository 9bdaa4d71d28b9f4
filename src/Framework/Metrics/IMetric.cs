namespace Research.Framework.Metrics;

/// <summary>One figure of merit, a pure function of all predictions of a dataset.</summary>
public interface IMetric
{
    /// <summary>The name in tables and files, in lower case with underscores, e.g. <c>cross_entropy</c>.</summary>
    string Name { get; }

    /// <summary>The figure. Masked steps weigh nothing.</summary>
    /// <param name="predictions">Predictions with their targets; at least one row counts.</param>
    double Evaluate(Predictions predictions);
}
