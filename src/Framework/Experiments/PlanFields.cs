using Research.Framework.Data;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>A plan as a list of named values: the same list is shown, written to files and overridden.</summary>
public static class PlanFields
{
    /// <summary>
    /// A plan's values in the order in which plans are read: the settings of the experiment that made it, the data's shapes,
    /// model, state, training, metrics, probes. Layers, cells and optimizers list their own. A value that nothing reads is no
    /// field, e.g. <c>training.loss</c> where every output has a loss of its own.
    /// </summary>
    /// <param name="plan">The plan.</param>
    public static IReadOnlyList<Setting<ExperimentPlan>> Of(ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        List<Setting<ExperimentPlan>> fields = [.. plan.Settings];
        AddData(fields, "data", plan.Data);
        if (plan.ValidationData is not null) AddData(fields, "validation_data", plan.ValidationData);
        if (plan.TestData is not null) AddData(fields, "test_data", plan.TestData);
        IReadOnlyList<ModelLayer> layers = plan.Model.Layers(plan.Data);
        for (int i = 0; i < layers.Count; i++) AddLayer(fields, plan, i, layers[i]);
        fields.Add(Setting.Choice("state", plan.State, StatePolicy.All, policy => policy.Name, policy => plan with { State = policy }));
        AddTraining(fields, plan);
        for (int i = 0; i < plan.Metrics.Count; i++) fields.Add(new($"metrics.{i}", plan.Metrics[i].Name));
        for (int i = 0; i < plan.Probes.Count; i++) AddProbe(fields, plan, i);
        for (int i = 0; i < plan.Forecasts.Count; i++)
        {
            fields.Add(new($"forecasts.{i}.name", plan.Forecasts[i].Name));
            fields.Add(new($"forecasts.{i}.data", plan.Forecasts[i].Data.Description));
            fields.Add(new($"forecasts.{i}.steps", plan.Forecasts[i].Options.Steps));
        }

        if (plan.Published is { } published)
        {
            fields.Add(new("published.source", published.Source));
            fields.Add(new("published.accuracy", published.Accuracy));
        }

        return fields;
    }

    private static void AddData(List<Setting<ExperimentPlan>> fields, string path, Dataset data)
    {
        fields.Add(new($"{path}.description", data.Description));
        fields.Add(new($"{path}.samples", data.Samples));
        for (int i = 0; i < data.Inputs.Count; i++)
        {
            InputBlock input = data.Inputs[i];
            string block = data.Inputs.Count == 1 ? path : $"{path}.inputs.{i}";
            if (data.Inputs.Count > 1) fields.Add(new($"{block}.name", input.Name));
            fields.Add(new($"{block}.time_steps", input.TimeSteps));
            fields.Add(new($"{block}.features", input.Features));
        }

        for (int i = 0; i < data.Targets.Count; i++)
        {
            TargetBlock target = data.Targets[i];
            string block = data.Targets.Count == 1 ? $"{path}.target_" : $"{path}.targets.{i}.";
            if (data.Targets.Count > 1) fields.Add(new($"{block}name", target.Name));
            fields.Add(new(data.Targets.Count == 1 ? $"{block}steps" : $"{block}time_steps", target.TimeSteps));
            fields.Add(new($"{block}width", target.Width));
        }
    }

    private static void AddLayer(List<Setting<ExperimentPlan>> fields, ExperimentPlan plan, int index, ModelLayer built)
    {
        string path = $"model.layers.{index}";
        Layer layer = built.Layer;
        fields.Add(new($"{path}.kind", layer.Kind));
        fields.Add(new($"{path}.name", built.Name));

        // A layer keeps its name, and with it its weights' streams, whatever its kind may now be.
        fields.AddRange(layer.Settings.Select(setting => setting.Within(changed => plan with { Model = plan.Model.WithLayer(index, changed with { Name = built.Name }) }, path)));
    }

    private static void AddTraining(List<Setting<ExperimentPlan>> fields, ExperimentPlan plan)
    {
        TrainingOptions training = plan.Training;
        IReadOnlyList<string> outputs = plan.Model.OutputNames(plan.Data), figures = EvaluationFigures.NamesOf(outputs, plan.Metrics);
        Setting<TrainingOptions>[] settings =
        [
            Setting.Whole("epochs", training.Epochs, value => training with { Epochs = value }, atLeast: 0),
            Setting.Whole("batch_size", training.BatchSize, value => training with { BatchSize = value }, atLeast: 1),
            Setting.Whole("earlier_batches", training.EarlierBatches, value => training with { EarlierBatches = value }, atLeast: 0),
            Setting.Flag("shuffle", training.Shuffle, value => training with { Shuffle = value }),
            Setting.Whole("threads", training.Threads, value => training with { Threads = value }, atLeast: 1, atMost: TrainingOptions.MostThreads),
            Setting.Optional("validation_share", training.ValidationShare, value => training with { ValidationShare = value }, above: 0, below: 1),
            .. Settings(training, figures, training.EarlyStopping),
            .. Settings(training, figures, training.ReduceOnPlateau),
            .. Settings(training, outputs),
            Setting.Choice("name", training.Optimizer, Optimizer.All, optimizer => optimizer.Name, training.Optimizer.ReplacedBy)
                .Within(With, "optimizer"),
            .. training.Optimizer.Settings.Select(setting => setting.Within(With, "optimizer")),
            .. training.WeightRules.SelectMany((rule, index) => rule.Settings.Select(setting => setting.Within(
                changed => training with { WeightRules = [.. training.WeightRules.Select((old, i) => i == index ? changed : old)] }, $"weight_rules.{index}"))),
        ];
        fields.AddRange(settings.Select(setting => setting.Within(changed => plan with { Training = changed }, "training")));

        TrainingOptions With(Optimizer optimizer) => training with { Optimizer = optimizer };
    }

    // The loss of outputs that have none of their own, if there are any; then those of single outputs.
    private static IEnumerable<Setting<TrainingOptions>> Settings(TrainingOptions training, IReadOnlyList<string> outputs)
    {
        if (outputs.Any(output => training.Losses.All(own => own.Output != output)))
            yield return Setting.Choice("loss", training.Loss, Loss.All, loss => loss.Name, loss => training with { Loss = loss });
        for (int i = 0; i < training.Losses.Count; i++)
        {
            int index = i;
            OutputLoss own = training.Losses[i];
            Setting<OutputLoss>[] settings =
            [
                Setting.Shown<OutputLoss>("output", own.Output),
                Setting.Choice("loss", own.Loss, Loss.All, loss => loss.Name, loss => own with { Loss = loss }),
                Setting.Number("weight", own.Weight, value => own with { Weight = value }, atLeast: 0),
            ];
            foreach (Setting<OutputLoss> setting in settings)
                yield return setting.Within(changed => training with { Losses = [.. training.Losses.Select((old, k) => k == index ? changed : old)] }, $"losses.{index}");
        }
    }

    // A patience makes what has none yet; none takes it away.
    private static IEnumerable<Setting<TrainingOptions>> Settings(TrainingOptions training, IReadOnlyList<string> figures, EarlyStopping? given)
    {
        EarlyStopping stopping = given ?? new();
        Setting<EarlyStopping> patience = Setting.Whole("patience", stopping.Patience, value => stopping with { Patience = value }, atLeast: 1);
        Setting<EarlyStopping>[] others =
        [
            Setting.Choice("metric", stopping.Metric, figures, name => name, value => stopping with { Metric = value }),
            Setting.Number("minimum_delta", stopping.MinimumDelta, value => stopping with { MinimumDelta = value }, atLeast: 0),
            Setting.Flag("restore_best", stopping.RestoreBest, value => stopping with { RestoreBest = value }),
        ];
        return Within("early_stopping", patience, others, given is null, changed => training with { EarlyStopping = changed });
    }

    private static IEnumerable<Setting<TrainingOptions>> Settings(TrainingOptions training, IReadOnlyList<string> figures, ReduceOnPlateau? given)
    {
        ReduceOnPlateau plateau = given ?? new();
        Setting<ReduceOnPlateau> patience = Setting.Whole("patience", plateau.Patience, value => plateau with { Patience = value }, atLeast: 1);
        Setting<ReduceOnPlateau>[] others =
        [
            Setting.Choice("metric", plateau.Metric, figures, name => name, value => plateau with { Metric = value }),
            Setting.Number("factor", plateau.Factor, value => plateau with { Factor = value }, above: 0, below: 1),
            Setting.Number("minimum_delta", plateau.MinimumDelta, value => plateau with { MinimumDelta = value }, atLeast: 0),
            Setting.Whole("cooldown", plateau.Cooldown, value => plateau with { Cooldown = value }, atLeast: 0),
            Setting.Number("minimum_factor", plateau.MinimumFactor, value => plateau with { MinimumFactor = value }, atLeast: 0, below: 1),
        ];
        return Within("reduce_on_plateau", patience, others, given is null, changed => training with { ReduceOnPlateau = changed });
    }

    private static IEnumerable<Setting<TrainingOptions>> Within<T>(string path, Setting<T> patience, IEnumerable<Setting<T>> others, bool isNone, Func<T?, TrainingOptions> with)
        where T : class =>
        [patience.Within(with, path).OrNone(isNone, () => with(null)), .. isNone ? [] : others.Select(setting => setting.Within(with, path))];

    private static void AddProbe(List<Setting<ExperimentPlan>> fields, ExperimentPlan plan, int index)
    {
        Probe probe = plan.Probes[index];
        GenerationOptions options = probe.Options;
        Setting<Probe>[] settings =
        [
            Setting.Text("prompt", probe.Prompt, value => Probe.From(value, options), "a text of at least one symbol"),
            Setting.Whole("symbols", options.Symbols, value => With(options with { Symbols = value }), atLeast: 1),
            Setting.Number("temperature", options.Temperature, value => With(options with { Temperature = value }), atLeast: 0),
            Setting.Whole("top_k", options.TopK ?? 1, value => With(options with { TopK = value }), atLeast: 1).OrNone(options.TopK is null, () => With(options with { TopK = null })),
            Setting.Text("end_symbol", options.EndSymbol ?? "", value => With(options with { EndSymbol = value }), "a symbol").OrNone(options.EndSymbol is null, () => With(options with { EndSymbol = null })),
        ];
        fields.AddRange(settings.Select(setting => setting.Within(
            changed => plan with { Probes = [.. plan.Probes.Select((old, i) => i == index ? changed : old)] }, $"probes.{index}")));

        Probe With(GenerationOptions changed) => Probe.From(probe.Prompt, changed);
    }
}
