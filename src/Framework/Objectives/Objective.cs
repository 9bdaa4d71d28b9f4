using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Models;

namespace Research.Framework.Objectives;

/// <summary>What training makes small, and how weights change for it: what a model is compiled for. Immutable.</summary>
public sealed record Objective
{
    /// <summary>The loss of every output that has none of its own in <see cref="Losses"/>.</summary>
    /// <value>Default categorical cross-entropy.</value>
    public Loss Loss { get; init => field = Required.Value(value); } = Loss.CategoricalCrossEntropy;

    /// <summary>The losses of single outputs, by name; what is made small is the sum of all, each times its weight.</summary>
    /// <value>Default none: <see cref="Loss"/> with weight 1 for every output.</value>
    public IReadOnlyList<OutputLoss> Losses { get; init => field = Required.Each(value); } = [];

    /// <summary>How weights change.</summary>
    /// <value>Default Adam with Keras' settings.</value>
    public Optimizer Optimizer { get; init => field = Required.Value(value); } = new Adam();

    /// <summary>Penalties and limits on weights; where several rules name a weight, their penalties add up and the smallest limit holds.</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<WeightRule> WeightRules { get; init => field = Required.Each(value); } = [];

    /// <summary>
    /// Through how many earlier batches the gradient reaches back where state is carried (truncated back-propagation
    /// through time): they are run again before the batch, from the state before them, and only the batch itself has a
    /// loss. Williams and Peng, <em>An efficient gradient-based algorithm for on-line training of recurrent network
    /// trajectories</em>, Neural Computation 2(4), 1990.
    /// </summary>
    /// <value>0 or more. Default 0: no gradient crosses a batch boundary.</value>
    public int EarlierBatches { get; init; }

    /// <summary>The loss of an output.</summary>
    /// <param name="output">The output's name.</param>
    public Loss LossOf(string output) => Own(output)?.Loss ?? Loss;

    /// <summary>What an output's loss is multiplied by.</summary>
    /// <param name="output">The output's name.</param>
    public double WeightOf(string output) => Own(output)?.Weight ?? 1;

    /// <summary>The penalty on a weight, of all rules that name it: λ of λ Σw².</summary>
    /// <param name="weight">The weight's name.</param>
    public double L2Of(string weight) => RulesOf(weight).Sum(rule => rule.L2);

    /// <summary>The most that the norm of a weight's column may be, by all rules that name it; null for no limit.</summary>
    /// <param name="weight">The weight's name.</param>
    public double? MaxNormOf(string weight) => RulesOf(weight).Min(rule => rule.MaxNorm);

    /// <summary>A copy with another loss.</summary>
    /// <param name="loss">The loss of every output that has none of its own.</param>
    public Objective WithLoss(Loss loss) => this with { Loss = loss };

    /// <summary>A copy with other losses of single outputs.</summary>
    /// <param name="losses">The losses; empty for none.</param>
    public Objective WithLosses(IReadOnlyList<OutputLoss> losses) => this with { Losses = losses };

    /// <summary>A copy with another optimizer.</summary>
    /// <param name="optimizer">The optimizer.</param>
    public Objective WithOptimizer(Optimizer optimizer) => this with { Optimizer = optimizer };

    /// <summary>A copy with other rules for weights.</summary>
    /// <param name="rules">The rules; empty for none.</param>
    public Objective WithWeightRules(IReadOnlyList<WeightRule> rules) => this with { WeightRules = rules };

    /// <summary>A copy whose gradient reaches back through another number of batches.</summary>
    /// <param name="batches">0 or more.</param>
    public Objective WithEarlierBatches(int batches) => this with { EarlierBatches = batches };

    /// <summary>Whether two objectives are the same, rule by rule and output by output.</summary>
    /// <param name="other">Another; null for none.</param>
    public bool Equals(Objective? other) =>
        other is not null && Loss == other.Loss && Losses.SequenceEqual(other.Losses) && Optimizer == other.Optimizer
        && WeightRules.SequenceEqual(other.WeightRules) && EarlierBatches == other.EarlierBatches;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Loss, Losses.Count, Optimizer, WeightRules.Count, EarlierBatches);

    /// <summary>What keeps a model from being trained for this objective, whatever the engine; settings out of range included.</summary>
    /// <param name="graph">The model.</param>
    public IReadOnlyList<Finding> Findings(ModelGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        List<Finding> findings = [.. Findings()];
        foreach (OutputLoss own in Losses.Where(own => graph.Outputs.All(output => output.Name != own.Output)))
            findings.Add(Error("training.losses", "losses", $"the model has no output '{own.Output}'; it has {ModelGraph.Names(graph.Outputs.Select(output => output.Name))}"));
        foreach (GraphOutput output in graph.Outputs)
        {
            if ((Finding(LossOf(output.Name), output) ?? SaturationFinding(LossOf(output.Name), graph, output)) is { } finding) findings.Add(Error(PlaceOf(output.Name), $"output '{output.Name}'", finding));
        }

        foreach (WeightRule rule in WeightRules) findings.AddRange(Unmatched(graph, rule.Pattern, "training.weight_rules", "weight rule"));
        if (Optimizer is AdamW { WeightDecay: > 0 } decaying) findings.AddRange(Unmatched(graph, decaying.DecayPattern, "training.optimizer.decay_pattern", "weight decay"));
        if (EarlierBatches > 0 && graph.Nodes.FirstOrDefault(node => node is ReverseNode or RepeatNode or SelectNode { IsLast: false } or ScanNode { StartsFrom: not null }) is { } node)
            findings.Add(Error("training.earlier_batches", "earlier batches", $"back-propagation through earlier batches needs time to run forward through every layer; '{node.Name}' does not let it. Set training.earlier_batches to 0"));
        if (EarlierBatches > 0 && graph.Inputs.Count > 1) findings.Add(Error("training.earlier_batches", "earlier batches", "back-propagation through earlier batches works for models of one input. Set training.earlier_batches to 0"));
        return findings;
    }

    /// <summary>Throws, with every finding that is an error, where a model cannot be compiled for this objective by any engine.</summary>
    /// <param name="graph">The model.</param>
    /// <exception cref="ResearchException">There are findings that are errors.</exception>
    public void RequireFit(ModelGraph graph)
    {
        string[] errors = [.. Findings(graph).Where(finding => finding.Severity == Severity.Error).Select(finding => finding.ToString())];
        if (errors.Length > 0) throw new ResearchException($"The model cannot be compiled: {string.Join("; ", errors)}.");
    }

    /// <summary>Throws where a model cannot be trained on data for this objective: an input or target that does not fit the graph, or a target of another kind than its loss takes.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="data">The data; looked at once.</param>
    /// <exception cref="ResearchException">The data are not valid, or do not fit.</exception>
    public void RequireData(ModelGraph graph, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(data);
        graph.RequireFit(data, needsTargets: true);
        if (TargetFindings(graph, data).FirstOrDefault() is { } finding) throw new ResearchException(finding);
    }

    /// <summary>Why targets cannot be learnt, of every output: of another kind or range than its loss takes.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="data">Data with a target for each output.</param>
    internal IEnumerable<string> TargetFindings(ModelGraph graph, Dataset data)
    {
        foreach (GraphOutput output in graph.Outputs)
        {
            Loss loss = LossOf(output.Name);
            TargetBlock target = data.FindTarget(output.Name);
            if (loss.RangeFinding(data, target) is { } outside) yield return outside;
            if (loss.Finding(data, target) is { } unfit) yield return unfit;
            if (HiddenFinding(graph, output, data, loss) is { } hidden) yield return hidden;
        }
    }

    // What an input's mask hides was not looked at with the data; but a model may repeat a step, turn time around or put out what another
    // input has given, and so count it.
    private static string? HiddenFinding(ModelGraph graph, GraphOutput output, Dataset data, Loss loss)
    {
        TargetBlock target = data.FindTarget(output.Name);
        bool[][] masks = [.. data.Inputs.Where(input => input.TimeSteps == target.TimeSteps).Select(input => input.Mask).OfType<bool[]>()];
        if (masks.Length == 0) return null;
        bool[]? counts = CountedRows.Of(graph, data)[output.Node.Index];
        if (masks is [var only] && ReferenceEquals(only, counts)) return null;
        bool probabilities = loss.IsCrossEntropy || loss.Kind == LossKind.BinaryCrossEntropy;
        for (int row = 0; row < data.Samples * target.TimeSteps; row++)
        {
            if (counts?[row] == false || target.Mask?[row] == false || data.IsJudged(target, row)) continue;
            if (target.RowFinding(row, probabilities) is { } finding)
                return $"The data '{data.Description}' cannot be used: {finding} at sample {row / target.TimeSteps}: an input's mask hides it, but the model counts it. Mask the target, too.";
        }

        return null;
    }

    /// <summary>Settings out of range.</summary>
    internal IEnumerable<Finding> Findings()
    {
        if (EarlierBatches < 0) yield return Error("training.earlier_batches", "earlier batches", string.Create(CultureInfo.InvariantCulture, $"expected 0 or more, got {EarlierBatches}"));
        foreach (OutputLoss own in Losses)
        {
            if (!SinglePrecision.IsZeroOrPositive(own.Weight)) yield return Error("training.losses", $"loss of '{own.Output}'", $"expected a weight of 0 or more, got {SinglePrecision.Said(own.Weight)}");
        }

        foreach (IGrouping<string, OutputLoss> same in Losses.GroupBy(own => own.Output).Where(same => same.Count() > 1))
            yield return Error("training.losses", "losses", $"output '{same.Key}' has {same.Count()} losses; give it one");
        foreach (string finding in Optimizer.Findings()) yield return Error("training.optimizer", Optimizer.Name, finding);
        foreach (WeightRule rule in WeightRules)
        {
            foreach (string finding in rule.Findings()) yield return Error("training.weight_rules", $"weight rule '{rule.Pattern}'", finding);
        }
    }

    private static string? Finding(Loss loss, GraphOutput output)
    {
        try
        {
            if (loss is FunctionLoss function) _ = function.Trace(output.Node.Width);
            return loss.Finding(output);
        }
        catch (ResearchException exception)
        {
            return exception.Message.TrimEnd('.');
        }
    }

    // A loss goes past the last function of equations, so that it keeps its gradient where that saturates; not past that of a cell
    // whose output others read, too, as they need the gradient of its result.
    private static string? SaturationFinding(Loss loss, ModelGraph graph, GraphOutput output)
    {
        GraphNode source = output.Node;
        bool isShared = graph.Nodes.Any(node => node.Inputs.Contains(source));
        while (source is SelectNode { IsLast: true } or RowsNode { IsCopy: true })
        {
            source = source.Inputs[0];
            isShared |= graph.Outputs.Any(other => ReferenceEquals(other.Node, source)) || graph.Nodes.Count(node => node.Inputs.Contains(source)) > 1;
        }

        if (!isShared || source is not ScanNode scan) return null;
        Operation last = scan.Step.Output.Operation;
        bool saturates = (loss.IsCrossEntropy && last == Operations.Softmax) || (loss.Kind == LossKind.BinaryCrossEntropy && last == Operations.Sigmoid);
        return saturates
            ? $"the loss '{loss}' would lose its gradient where '{source.Name}' saturates, because the model reads what that yields elsewhere, too; put out a dense layer of it, {(loss.IsCrossEntropy ? $"of '{Activation.Softmax.Name}'" : $"of '{Activation.Sigmoid.Name}'")}, instead"
            : null;
    }

    private static IEnumerable<Finding> Unmatched(ModelGraph graph, string pattern, string path, string purpose)
    {
        if (!string.IsNullOrEmpty(pattern) && !graph.Weights.Any(weight => NamePattern.Matches(pattern, weight.Name)))
            yield return Error(path, purpose, $"the pattern '{pattern}' fits no weight; this model has {ModelGraph.Names(graph.Weights.Select(weight => weight.Name))}");
    }

    private static Finding Error(string path, string subject, string message) => new(Severity.Error, path, $"{subject}: {message}");

    private IEnumerable<WeightRule> RulesOf(string weight) => WeightRules.Where(rule => NamePattern.Matches(rule.Pattern, weight));

    // Where a plan has the loss of an output.
    private string PlaceOf(string output) => Own(output) is { } own ? FormattableString.Invariant($"training.losses.{Losses.ToList().IndexOf(own)}.loss") : "training.loss";

    private OutputLoss? Own(string output)
    {
        for (int i = 0; i < Losses.Count; i++)
        {
            if (Losses[i].Output == output) return Losses[i];
        }

        return null;
    }
}
