using Research.Framework.Data;
using Research.Framework.Metrics;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>
/// Numbers that are forecast after training by feeding the model's own outputs back (<see cref="Generation.Forecast"/>), beside what
/// really came: an output of the result, with metrics of its own.
/// </summary>
public sealed record ForecastProbe
{
    /// <summary>The name; the output bears it, and its metrics are e.g. <c>free_running/root_mean_squared_error</c>.</summary>
    /// <value>Default <c>free_running</c>.</value>
    public string Name { get; init => field = Required.Value(value); } = "free_running";

    /// <summary>
    /// Samples are rows: the input is what is known, <c>[rows, time steps, features]</c>, the target what came then, <c>[rows, steps, features]</c>;
    /// as many steps as it has are forecast.
    /// </summary>
    public required Dataset Data { get; init => field = Required.Value(value); }

    /// <summary>Time steps of an input to a row that starts fresh, see <see cref="ForecastOptions.Window"/>.</summary>
    /// <value>Default null: those of the history.</value>
    public int? Window { get; init; }

    /// <summary>Figures of merit of the forecast.</summary>
    public IReadOnlyList<IMetric> Metrics { get; init => field = Required.Each(value); } = [];

    internal ForecastOptions Options => new() { Steps = Data.Target.TimeSteps, Window = Window };
}
