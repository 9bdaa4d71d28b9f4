using System.Globalization;
using Research.Framework;
using Research.Framework.Data;

namespace Research.Datasets.Series;

/// <summary>Writes the samples of <see cref="Windows"/>.</summary>
internal sealed class WindowFraming
{
    private readonly int _length;
    private readonly int _horizon;
    private readonly WindowOptions _options;
    private readonly IReadOnlyList<string> _features;
    private readonly IReadOnlyList<string> _targets;
    private readonly int _steps;
    private readonly int _width;

    /// <param name="model">A series with the columns of all.</param>
    /// <param name="length">Steps of a window.</param>
    /// <param name="horizon">Steps ahead.</param>
    /// <param name="options">Columns and shape.</param>
    public WindowFraming(TimeSeries model, int length, int horizon, WindowOptions options)
    {
        _length = length;
        _horizon = horizon;
        _options = options;
        _features = options.Features.Count > 0 ? options.Features : model.Columns;
        _targets = options.Targets.Count > 0 ? options.Targets : model.Columns;
        _steps = options.TargetAtEveryStep ? length : 1;
        _width = horizon * _targets.Count;
    }

    public Dataset Frame(string description, IReadOnlyList<Windows.Place> places, int? contiguousRows)
    {
        long inputSize = (long)places.Count * _length * _features.Count, targetSize = (long)places.Count * _steps * _width;
        if (Math.Max(inputSize, targetSize) > Array.MaxLength)
            throw new ResearchException($"{description}: {places.Count} samples are more than an array holds ({Array.MaxLength}); take a larger stride, or fewer steps.");
        float[] inputs = new float[inputSize], targets = new float[targetSize];
        double[] levels = new double[targetSize];
        bool[] mask = new bool[places.Count * _length], counts = new bool[places.Count * _steps];
        for (int sample = 0; sample < places.Count; sample++) Write(places[sample], sample, inputs, mask, targets, levels, counts);

        SeriesColumn[] columns = [.. Enumerable.Range(0, _width).Select(i => places[0].Series.Find(_targets[i % _targets.Count]))];
        TargetUnits units = new()
        {
            Scale = [.. columns.Select(column => column.Scale)],
            Offset = [.. columns.Select(column => column.Offset)],
            Logarithmic = columns.Any(column => column.Logarithmic) ? [.. columns.Select(column => column.Logarithmic)] : null,
            Base = columns.Any(column => column.Base is not null) ? levels : null,
        };
        bool isPadded = mask.Contains(false);
        Dataset data = new()
        {
            Description = description,
            Samples = places.Count,
            Input = new()
            {
                TimeSteps = _options.StepsAreFeatures ? 1 : _length,
                Features = _options.StepsAreFeatures ? _length * _features.Count : _features.Count,
                Values = inputs,
                Mask = isPadded ? mask : null,
            },
            Target = new()
            {
                TimeSteps = _steps,
                Width = _width,
                Values = targets,
                Mask = counts.Contains(false) ? counts : null,
                ClassNames = [.. Enumerable.Range(0, _width).Select(i => _horizon == 1 ? _targets[i] : string.Create(CultureInfo.InvariantCulture, $"{_targets[i % _targets.Count]} +{i / _targets.Count + 1}"))],
                Units = columns.All(column => column is { Scale: 1, Offset: 0, Base: null, Logarithmic: false }) ? null : units,
                Baselines = [.. Baselines(places, units, counts)],
            },
            Boundaries = [.. places.Select(place => place.Begins)],
            ContiguousRows = contiguousRows,
            InputLabels = places.All(place => place.Series.Times is not null) ? [.. places.Select(Label)] : null,
        };
        data.Validate();
        return data;
    }

    // Of several steps the last: the forecast is of the step after it.
    private static string Label(Windows.Place place) => place.Count == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"up to {place.Series.Times![place.Start + place.Count - 1]:yyyy-MM-dd}");

    private void Write(Windows.Place place, int sample, float[] inputs, bool[] mask, float[] targets, double[] levels, bool[] counts)
    {
        for (int feature = 0; feature < _features.Count; feature++)
        {
            double[] values = place.Series.Find(_features[feature]).Values;
            for (int step = 0; step < place.Count; step++) inputs[(sample * _length + step) * _features.Count + feature] = (float)values[place.Start + step];
        }

        mask.AsSpan(sample * _length, place.Count).Fill(true);
        for (int step = 0; step < _steps; step++)
        {
            int row = sample * _steps + step, last = Last(place, step);
            if (step >= place.Count) continue;
            counts[row] = last + 1 >= (_options.CountFrom ?? 0);
            for (int i = 0; i < _width; i++)
            {
                SeriesColumn column = place.Series.Find(_targets[i % _targets.Count]);
                int index = last + 1 + i / _targets.Count;
                targets[row * _width + i] = (float)column.Values[index];
                levels[row * _width + i] = column.Base?[index] ?? 0;
            }
        }
    }

    // The last step that is known when a row is forecast.
    private int Last(Windows.Place place, int step) => place.Start + (_steps == 1 ? place.Count - 1 : step);

    private IEnumerable<Baseline> Baselines(IReadOnlyList<Windows.Place> places, TargetUnits units, bool[] counts)
    {
        foreach ((string name, int season) in new[] { ("naive", 1), ("seasonal_naive", _options.Season ?? 0) })
        {
            if (season == 0) continue;
            float[] values = new float[counts.Length * _width];
            bool isKnown = true;
            for (int row = 0; row < counts.Length; row++)
            {
                if (!counts[row]) continue;
                Windows.Place place = places[row / _steps];
                for (int i = 0; i < _width; i++)
                {
                    // Of the steps whole seasons before the one that is forecast, the last that is known.
                    int ahead = i / _targets.Count, index = Last(place, row % _steps) + 1 + ahead - season * (ahead / season + 1);
                    isKnown &= index >= 0;
                    if (isKnown) values[row * _width + i] = (float)units.Reduce(place.Series.Find(_targets[i % _targets.Count]).Restored(index), row, i);
                }
            }

            if (isKnown) yield return new() { Name = name, Values = values };
        }
    }
}
