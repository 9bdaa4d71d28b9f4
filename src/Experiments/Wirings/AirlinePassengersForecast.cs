using Research.Datasets.Series;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>The classic monthly totals of airline passengers, one month ahead, beside forecasts that learn nothing.</summary>
/// <remarks>
/// What it teaches: a forecast is worth what it gains on a naive one, in the user's units. The last 48 months are tested, the 24 before
/// them choose the epoch, and the scaler knows neither. The raw series grows out of the range that was learnt, where networks do badly;
/// of logarithms and of the change against the same month a year before they do well.
/// </remarks>
/// <param name="cells">The cell under study.</param>
public sealed class AirlinePassengersForecast(ICellFactory cells) : IExperiment
{
    private const int Test = 48, Validation = 24;

    /// <inheritdoc/>
    public string Name => "airline-passengers";

    /// <inheritdoc/>
    public string Summary => "Monthly airline passengers, one month ahead: errors in thousands beside naive forecasts.";

    /// <inheritdoc/>
    public string Description =>
        "A forecast is worth what it gains on a naive one, in the user's units. The last 48 months are tested, the 24 before them choose the epoch, " +
        "and the scaler knows neither. The raw series grows out of the range that was learnt, where networks do badly; of logarithms and of the " +
        "change against the same month a year before they do well.";

    /// <summary>How the past goes in.</summary>
    public AirlineVariant Variant { get; set; } = AirlineVariant.Window;

    /// <summary>Months of a window; <see cref="AirlineVariant.Memory"/> takes them one at a time.</summary>
    public int Window { get; set; } = 12;

    /// <summary>Units of each recurrent layer.</summary>
    public int Units { get; set; } = 16;

    /// <summary>Whether the logarithm is forecast.</summary>
    public bool Logarithm { get; set; } = true;

    /// <summary>The change against how many months before is forecast; 0 for the number itself.</summary>
    public int Lag { get; set; } = 12;

    /// <summary>How it is scaled, by the training part.</summary>
    public ScalerKind Scaling { get; set; } = ScalerKind.Standard;

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        TimeSeries series = Logarithm ? AirlinePassengers.Monthly.Logarithm() : AirlinePassengers.Monthly;
        if (Lag != 0) series = series.Difference(Lag);
        int test = series.Length - Test, validation = test - Validation;
        series = Scaler.Fit(Scaling, series.Part(0, validation)).Apply(series);
        bool hasMemory = Variant == AirlineVariant.Memory;
        return new()
        {
            Data = Cut(series, null, validation),
            ValidationData = Cut(series, validation, test),
            TestData = Cut(series, test, series.Length),
            Model = Variant == AirlineVariant.Stacked
                ? Model.Of(Recurrent(cells, Units, returnSequences: true), Recurrent(cells, Units), Dense(1))
                : Model.Of(Recurrent(cells, Units), Dense(1)),
            State = hasMemory ? StatePolicy.ResetEachEpoch : StatePolicy.Stateless,
            Training = new()
            {
                Epochs = 200,
                BatchSize = hasMemory ? 1 : 8,
                Shuffle = !hasMemory,
                Loss = Loss.MeanSquaredError,
                Optimizer = new Adam { LearningRate = hasMemory ? 0.001 : 0.003 },
                EarlyStopping = new() { Metric = RootMeanSquaredError.Name, Patience = 30, RestoreBest = true },
            },
            Metrics =
            [
                RootMeanSquaredError, RootMeanSquaredError.OfBaseline("naive"), RootMeanSquaredError.OfBaseline("seasonal_naive"), SymmetricPercentageError,
                MeanAbsoluteScaledError([Differences.Of([.. AirlinePassengers.Monthly.Column("passengers").Take(144 - Test - Validation)], 12).Average(Math.Abs)]),
            ],
        };
    }

    // With memory the whole past is fed, from its first month, to warm the state up.
    private Dataset Cut(TimeSeries series, int? from, int until) => Variant == AirlineVariant.Memory
        ? Windows.Of(series, 1, options: new() { Until = until, CountFrom = from, Season = 12 })
        : Windows.Of(series, Window, options: new() { From = from, Until = until, Season = 12, StepsAreFeatures = Variant == AirlineVariant.Window });
}
