using Microsoft.Extensions.DependencyInjection;
using Research.Cells;
using Research.Experiments;
using Research.Framework.Experiments;

namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>An experiment of the catalog with random settings, as <c>--set</c> gives them: of every path there is, and of some there is not.</summary>
internal sealed class OverrideCase : FuzzCase<string>
{
    private static readonly ServiceProvider s_services = new ServiceCollection()
        .AddResearch()
        .AddResearchCells()
        .AddAlphabetExperiments()
        .AddExperiment<FuzzedExperiment>()
        .BuildServiceProvider();

    private static readonly ExperimentCatalog s_catalog = new(s_services);

    private static readonly ExperimentRunner s_runner = new(TimeProvider.System);

    // Those of a thousand samples or 25 time steps take longer than the others together.
    private static readonly string[] s_experiments = ["fuzzed", "fuzzed", "fuzzed", "naive-one-char", "feature-window", "time-steps", "state-within-batch", "stateful-one-char"];

    private static readonly string[] s_numbers =
    [
        "0", "1", "2", "3", "4", "5", "7", "0.5", "0.1", "0.25", "0.9", "1e-3", "1e-60", "1e-320", "-0", "-1", "-2147483648", "2147483648", "99999999999999999999", "1e39", "1e308", "1e400",
        "NaN", "Infinity", "-Infinity", "1,5", "1_000", "0x10", "+3", " 3", "3 ", "٣", "３", "1e", ".5", "5.", "1.0",
    ];

    private static readonly string[] s_words =
    [
        "", " ", "true", "false", "True", "yes", "none", "null", "None", "relu", "tanh", "sigmoid", "softmax", "linear", "ave", "concat", "sum", "mul", "zeros", "adam", "sgd", "rmsprop", "adamw", "ADAM", "mean_squared_error",
        "binary_crossentropy", "categorical-crossentropy", "sparse_categorical_crossentropy", "huber", "huber(0.5)", "stateless", "never", "reset-each-epoch", "reset_at_boundaries", "loss", "accuracy", "cross_entropy",
        "*", "[", "A", "ABC", "abc", "Z", "=", "a=b", "\0", "\u001b[31m", "two\nlines", "\ud800", "🙂", "{0}", "%s", "../x",
    ];

    private static readonly string[] s_paths =
    [
        "", ".", "..", "a", "model", "model.layers", "model.layers.", "model.layers.99.units", "model.layers.-1.units", "model.layers.99999999999.units", "model.layers.1e3.units", "model.layers.lstm_1", "model.layers.lstm_1.units",
        "model.layers.LSTM_1.Units", "model.layers.0.kind", "model.layers.0.name", "training", "training.optimizer", "training.optimizer.momentum", "training.optimizer.rho", "training.early_stopping", "training.early_stopping.metric",
        "training.reduce_on_plateau.factor", "training.weight_rules.0.l2", "training.weight_rules.9.l2", "probes", "probes.9.symbols", "metrics.0", "data", "data.samples", "data.description", "state", "State", "published.accuracy", "seed", "cell",
    ];

    private readonly string _experiment;
    private readonly string? _cell;
    private readonly int _seed;

    private OverrideCase(int seed, string experiment, string? cell, IReadOnlyList<string> settings) : base(settings)
    {
        _seed = seed;
        _experiment = experiment;
        _cell = cell;
    }

    public static OverrideCase Draw(int seed)
    {
        Random random = new(seed);
        string experiment = Pick(random, s_experiments), cell = Pick(random, s_catalog.Cells);
        ExperimentPlan plan = Find(experiment, cell).Plan(seed, []);
        IReadOnlyList<Setting<ExperimentPlan>> fields = PlanFields.Of(plan);
        return new OverrideCase(seed, experiment, cell, [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(3) == 0 ? Wrong(random, fields) : Right(random, fields))]);
    }

    public override void Run()
    {
        // Whatever is set, it must not be long: as many epochs as they have take minutes.
        ExperimentRun run = Find(_experiment, _cell).Prepare(_seed, ["training.epochs=2", .. Changes], s_catalog.Engine(null));
        _ = s_runner.Run(run);
    }

    public override string ToString() => $"seed {_seed}: run {_experiment} --cell {_cell} --set training.epochs=2 {string.Join(' ', Changes.Select(setting => $"--set '{Escaped(setting)}'"))}";

    protected override OverrideCase With(IReadOnlyList<string> changes) => new(_seed, _experiment, _cell, changes);

    private static CatalogExperiment Find(string experiment, string? cell) => ExperimentCatalog.Pick(s_catalog.Experiments(s_catalog.Cell(cell)), [experiment])[0];

    // Such as the setting itself says it takes.
    private static string Right(Random random, IReadOnlyList<Setting<ExperimentPlan>> fields)
    {
        Setting<ExperimentPlan> field = Pick(random, [.. fields.Where(field => field.Allowed is not null)]);
        string allowed = field.Allowed!;
        string value = allowed.StartsWith("a whole number", StringComparison.Ordinal) ? Pick(random, ["1", "2", "3", "4"])
            : allowed.StartsWith("a number", StringComparison.Ordinal) ? Pick(random, ["0.1", "0.25", "0.5", "0.9"])
            : allowed.StartsWith("a ", StringComparison.Ordinal) ? Pick(random, ["A", "AB", "ABC"])
            : Pick(random, allowed.Replace("one of ", "", StringComparison.Ordinal).Split([", ", " or "], StringSplitOptions.RemoveEmptyEntries));
        if (allowed.EndsWith(" none", StringComparison.Ordinal) && random.Next(4) == 0) value = "none";
        return $"{field.Name}={value}";
    }

    private static string Wrong(Random random, IReadOnlyList<Setting<ExperimentPlan>> fields)
    {
        string path = random.Next(8) == 0 ? Pick(random, s_paths) : Pick(random, fields).Name;
        if (random.Next(8) == 0) path = Misspelt(random, path);
        string value = random.Next(3) == 0 ? Pick(random, s_words) : Pick(random, s_numbers);
        return random.Next(25) switch
        {
            0 => path,
            1 => $"={value}",
            2 => $"{path} = {value}",
            3 => $"{path}={value}={value}",
            4 => "",
            _ => $"{path}={value}",
        };
    }

    private static string Misspelt(Random random, string path)
    {
        if (path.Length == 0) return "x";
        int at = random.Next(path.Length);
        return random.Next(5) switch
        {
            0 => path.Remove(at, 1),
            1 => path.Insert(at, "x"),
            2 => path.ToUpperInvariant(),
            3 => path.Replace('_', '-'),
            _ => path + ".x",
        };
    }

    private static string Escaped(string text) => string.Concat(text.Select(symbol => char.IsControl(symbol) || char.IsSurrogate(symbol) ? FormattableString.Invariant($"\\u{(int)symbol:x4}") : symbol.ToString()));

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
