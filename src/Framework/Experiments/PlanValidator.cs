using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>Checks a plan before anything runs.</summary>
public static class PlanValidator
{
    /// <summary>
    /// All that is wrong with a plan, and what is likely not meant; a plan without errors can run.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="engine">What is to run it, which may refuse more; null for what holds for every engine.</param>
    public static IReadOnlyList<Finding> Findings(ExperimentPlan plan, IEngine? engine = null) =>
        Findings(plan, engine, PredictionRoom.Machine);

    /// <summary>As <see cref="Findings(ExperimentPlan, IEngine?)"/>, on a machine of so many bytes.</summary>
    internal static IReadOnlyList<Finding> Findings(ExperimentPlan plan, IEngine? engine, long memory)
    {
        ArgumentNullException.ThrowIfNull(plan);
        TrainingOptions training = plan.Training;
        List<Finding> findings = [];
        bool usable = CheckData(findings, "data", plan.Data);
        if (plan.ValidationData is { } validation) usable &= CheckData(findings, "validation_data", validation);
        if (plan.TestData is { } test) usable &= CheckData(findings, "test_data", test);
        ModelGraph? graph = null;
        if (usable) graph = CheckModel(findings, plan, engine);
        else findings.AddRange(training.Objective.Findings());
        foreach (string finding in training.Findings()) Add(findings, "training", $"training: {finding}");
        foreach (string warning in training.Optimizer.Warnings())
            findings.Add(new(Severity.Warning, "training.optimizer", $"training: {training.Optimizer.Name} {warning}"));
        if (training.EarlierBatches > 0 && !plan.State.CarriesBetweenBatches)
            findings.Add(new(Severity.Warning, "training.earlier_batches", $"training: earlier batches: the state '{plan.State.Name}' is not carried from batch to batch, so that they make no difference; set another state, or 0"));
        if (usable) CheckBatchSize(findings, plan);
        if (plan.State.CarriesBetweenBatches && training.Shuffle) Add(findings, "state", TrainingRun.ShuffledState(plan.State));

        string[] outputs = [.. graph is null ? plan.Data.Targets.Select(target => target.Name) : graph.Outputs.Select(output => output.Name)];
        if (usable) CheckFigures(findings, plan, outputs, memory);
        CheckForecasts(findings, plan, graph, outputs);
        for (int i = 0; i < plan.Probes.Count && plan.Data.Targets.Count > 0; i++)
        {
            foreach (string finding in ProbeFindings(plan.Probes[i], plan, outputs[0])) Add(findings, string.Create(CultureInfo.InvariantCulture, $"probes.{i}"), finding);
        }

        return findings;
    }

    /// <summary>Refuses a plan that cannot run.</summary>
    /// <param name="experiment">The experiment's name, for the message.</param>
    /// <param name="findings">From <see cref="Findings(ExperimentPlan, IEngine?)"/>.</param>
    /// <exception cref="ResearchException">There is an error among the findings: the message has all of them.</exception>
    internal static void RequireNoErrors(string experiment, IReadOnlyList<Finding> findings)
    {
        string[] errors = [.. findings.Where(finding => finding.Severity == Severity.Error).Select(finding => finding.Message.TrimEnd('.'))];
        if (errors.Length > 0) throw new ResearchException($"Experiment '{experiment}' cannot be run: {string.Join("; ", errors)}.");
    }

    private static void Add(List<Finding> findings, string subject, string? error)
    {
        if (error is not null) findings.Add(new(Severity.Error, subject, error));
    }

    /// <summary>Checks a dataset.</summary>
    /// <returns>Whether its blocks are as long as it says, so that it can be read.</returns>
    private static bool CheckData(List<Finding> findings, string subject, Dataset data)
    {
        try
        {
            data.Validate();
            return true;
        }
        catch (ResearchException exception)
        {
            Add(findings, subject, exception.Message);
            return false;
        }
    }

    /// <summary>Checks the model, its objective, and whether they fit each of the plan's datasets.</summary>
    /// <returns>The model; null where it cannot be built.</returns>
    private static ModelGraph? CheckModel(List<Finding> findings, ExperimentPlan plan, IEngine? engine)
    {
        ModelGraph graph;
        try
        {
            graph = plan.Model.Graph(plan.Data);
        }
        catch (ResearchException exception)
        {
            Add(findings, "model", exception.Message);
            return null;
        }

        findings.AddRange(plan.Training.Objective.Findings(graph));
        if (engine is not null) findings.AddRange(engine.Findings(graph, plan.Training.Objective));
        bool isPlanned = findings.TrueForAll(finding => finding.Severity != Severity.Error);
        foreach ((string subject, Dataset? data) in new[] { ("data", plan.Data), ("validation_data", plan.ValidationData), ("test_data", plan.TestData) })
        {
            if (data is null || (subject != "data" && ReferenceEquals(data, plan.Data))) continue;
            IReadOnlyList<string> misfits = graph.Findings(data, needsTargets: true);
            foreach (string misfit in misfits) Add(findings, subject, misfit);
            if (misfits.Count > 0) continue;
            foreach (string unfit in plan.Training.Objective.TargetFindings(graph, data)) Add(findings, "training.loss", unfit);
            foreach (GraphOutput output in graph.Outputs.Where(output => data.FindTarget(output.Name).Mask is { } mask && !mask.Contains(true)))
                Add(findings, subject, $"the mask of target '{output.Name}' leaves no row of '{data.Description}' to learn from or to judge by");
            if (RoomFinding(graph, plan, data) is { } tooLarge) Add(findings, "training.batch_size", $"training: batch size: {tooLarge}");
            else if (isPlanned && engine is not null && plan.Training.BatchSize > 0) findings.AddRange(engine.BatchFindings(graph, plan.Training.Objective, data, Rows(plan, data), subject == "data" ? EarlierBatches(plan) : 0));
        }

        return graph;
    }

    private static string? RoomFinding(ModelGraph graph, ExperimentPlan plan, Dataset data)
    {
        int rows = Rows(plan, data);
        return graph.Nodes.FirstOrDefault(node => Overflows(rows, node.Steps.In(data), node.Width)) is { } node
            ? string.Create(CultureInfo.InvariantCulture, $"[{rows}, {node.Steps.In(data)}, {node.Width}] numbers of layer '{node.Name}' are more than an array holds ({Array.MaxLength}); take a smaller batch size")
            : null;
    }

    private static int Rows(ExperimentPlan plan, Dataset data) => Math.Min(data.Samples, plan.Training.BatchSize);

    // As many as are asked for, but no more than the training has.
    private static int EarlierBatches(ExperimentPlan plan)
    {
        if (!plan.State.CarriesBetweenBatches) return 0;
        long batches = plan.Training.Epochs * (((long)plan.Data.Samples + plan.Training.BatchSize - 1) / plan.Training.BatchSize);
        return (int)Math.Clamp(batches - 1, 0, plan.Training.EarlierBatches);
    }

    private static bool Overflows(long rows, long steps, long width) => (Int128)rows * steps * width > Array.MaxLength;

    private static void CheckBatchSize(List<Finding> findings, ExperimentPlan plan)
    {
        (Dataset? Data, Phase Phase)[] uses = [(plan.Data, Phase.Train), (plan.ValidationData, Phase.Evaluate), (plan.EvaluatedData, Phase.Evaluate)];
        foreach (string finding in uses.Where(use => use.Data is not null).Select(use => Passage.BatchSizeFinding(use.Data!, plan.Training.BatchSize, use.Phase, plan.State)).OfType<string>().Distinct())
            Add(findings, "training.batch_size", $"training: {finding}");
    }

    // Validation, what watches it, and the metrics of it and of what is evaluated at the end.
    private static void CheckFigures(List<Finding> findings, ExperimentPlan plan, string[] outputs, long memory)
    {
        TrainingOptions training = plan.Training;
        long kept = 0;
        foreach ((string subject, Dataset data) in new[] { (plan.TestData is null ? "data" : "test_data", plan.EvaluatedData), ("validation_data", plan.ValidationData ?? plan.EvaluatedData) }.DistinctBy(pair => pair.Item2))
        {
            if (PredictionRoom.Finding(data, plan.Metrics, kept, memory) is { } tooMany)
            {
                Add(findings, subject, tooMany);
                return;
            }

            kept += PredictionRoom.Bytes(data);
        }

        string[] misnamed = [.. EvaluationFigures.Findings(outputs, plan.Metrics)];
        foreach (string finding in misnamed) Add(findings, "metrics", finding);
        string? division = TrainingData.Finding(plan.Data, plan.ValidationData, training.ValidationShare, plan.State);
        if (division is not null && training.ValidationShare is > 0 and < 1) Add(findings, "training.validation_share", $"training: validation: {division}");
        bool validates = plan.ValidationData is not null || training.ValidationShare is not null;
        foreach (string finding in training.WatchFindings(validates, EvaluationFigures.NamesOf(outputs, plan.Metrics))) Add(findings, "training", $"training: {finding}");
        if (misnamed.Length > 0) return;
        Dataset? validation = validates && division is null ? TrainingData.Of(plan.Data, plan.ValidationData, training.ValidationShare, plan.State).Validation : null;
        for (int i = 0; i < plan.Metrics.Count; i++)
        {
            IMetric metric = plan.Metrics[i];
            string? finding = Finding(metric, plan.EvaluatedData, outputs[0], IsKept(plan.EvaluatedData)) ?? (validation is null ? null : Finding(metric, validation, outputs[0], IsKept(validation)));
            Add(findings, string.Create(CultureInfo.InvariantCulture, $"metrics.{i}"), finding);
        }

        bool IsKept(Dataset data) => PredictionRoom.IsFor(data, plan.Metrics, memory);
    }

    private static void CheckForecasts(List<Finding> findings, ExperimentPlan plan, ModelGraph? graph, string[] outputs)
    {
        for (int i = 0; i < plan.Forecasts.Count; i++)
        {
            ForecastProbe forecast = plan.Forecasts[i];
            string subject = string.Create(CultureInfo.InvariantCulture, $"forecasts.{i}");
            if (outputs.Contains(forecast.Name) || plan.Forecasts.Take(i).Any(other => other.Name == forecast.Name))
                Add(findings, subject, $"forecast '{forecast.Name}': another output has that name; give it one of its own");
            if (!CheckData(findings, subject, forecast.Data)) continue;
            foreach (string finding in graph is null ? [] : Generation.Findings(graph, plan.State, forecast.Data.Input, forecast.Options)) Add(findings, subject, $"forecast '{forecast.Name}': {finding}");
            if (forecast.Data.Target.Width != forecast.Data.Input.Features) Add(findings, subject, $"forecast '{forecast.Name}': expected a target as wide as the history, {forecast.Data.Input.Features}, got {forecast.Data.Target.Width}");
            foreach (string finding in forecast.Metrics.Select(metric => Finding(metric, forecast.Data, forecast.Data.Target.Name, isKept: true)).OfType<string>()) Add(findings, subject, finding);
        }
    }

    // A metric that does not fit the targets should not be found out after the training: it is tried on made-up predictions,
    // of which all count that the target itself does not mask: what the model masks is known only when it runs. Of predictions
    // that will not be kept the first sample's tell as much, but not whether any counts.
    private static string? Finding(IMetric metric, Dataset data, string onlyOutput, bool isKept)
    {
        try
        {
            string output = metric.Output ?? onlyOutput;
            if (isKept) _ = metric.Evaluate(MadeUp(data, output));
            else ((IStreamedMetric)metric).Begin().Add(MadeUp(data.Piece(0, 1), output));
            return null;
        }
        catch (ResearchException exception)
        {
            return exception.Message;
        }
        catch (Exception) // it may be only these predictions that it cannot take
        {
            return null;
        }
    }

    private static Predictions MadeUp(Dataset data, string output)
    {
        TargetBlock target = data.FindTarget(output);
        float[] predictions = new float[(long)data.Samples * target.TimeSteps * target.Width];
        Array.Fill(predictions, 1f / target.Width);
        return new Predictions(data, target, predictions);
    }

    private static IEnumerable<string> ProbeFindings(Probe probe, ExperimentPlan plan, string output)
    {
        if (plan.Data.Text is not { } text) return [$"probe '{probe}': the data '{plan.Data.Description}' is not text, so nothing can be generated from it"];
        return plan.Data.Targets.FirstOrDefault(block => block.Name == output) is not { } target
            ? []
            : Generation.Findings(text, plan.State, [probe.Prompt], probe.Options, target.Width).Select(finding => $"probe '{probe}': {finding}");
    }
}
