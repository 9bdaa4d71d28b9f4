namespace Research.Framework.Metrics;

/// <summary>A metric of one evaluation while its predictions come in, piece by piece. Used by one thread, for one evaluation.</summary>
public interface IMetricAccumulator
{
    /// <summary>Takes the next piece; keeps of it no more than sums.</summary>
    /// <param name="piece">Predictions of samples that follow those of the piece before; rows are counted from 0 in each. No row of it need count.</param>
    void Add(Predictions piece);

    /// <summary>The figure of all pieces together: the same to the last bit, however the samples were divided.</summary>
    double Result();
}
