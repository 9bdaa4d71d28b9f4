using System.Globalization;

namespace Research.Framework.Data;

/// <summary>
/// Samples with what goes into a model and what should come out: what a framer yields and a trainer reads. Immutable; the
/// blocks' arrays must not be changed after construction.
/// </summary>
/// <remarks>
/// Most data have one input and one target, and are written with <see cref="Input"/> and <see cref="Target"/>. Every block
/// has a row for each sample; time steps and widths are each block's own.
/// </remarks>
public sealed class Dataset
{
    // Found out once; two threads may find it out at the same time.
    private volatile bool _isValid;
    private volatile bool _hasValidTargets;

    /// <summary>A short description for people, e.g. <c>time steps of 3 over ABC…Z</c>.</summary>
    public required string Description { get; init => field = Required.Value(value); }

    /// <summary>Number of samples; at least 1.</summary>
    public required int Samples { get; init; }

    /// <summary>What goes into the model, a block for each of its inputs; at least one, each with a name of its own.</summary>
    public IReadOnlyList<InputBlock> Inputs { get; init => field = Required.Each(value); } = [];

    /// <summary>
    /// What should come out, a block for each of the model's outputs, each with a name of its own; at least one to train and
    /// to evaluate, none is needed to predict.
    /// </summary>
    public IReadOnlyList<TargetBlock> Targets { get; init => field = Required.Each(value); } = [];

    /// <summary>The first input, and usually the only one; setting it sets <see cref="Inputs"/> to it alone.</summary>
    /// <exception cref="ResearchException">There is no input.</exception>
    public InputBlock Input
    {
        get => Inputs.Count > 0 ? Inputs[0] : throw new ResearchException($"The data '{Description}' have no input; set Input, or Inputs where there are several.");
        init => Inputs = [Required.Value(value)];
    }

    /// <summary>The first target, and usually the only one; setting it sets <see cref="Targets"/> to it alone.</summary>
    /// <exception cref="ResearchException">There is no target.</exception>
    public TargetBlock Target
    {
        get => Targets.Count > 0 ? Targets[0] : throw new ResearchException($"The data '{Description}' have no target; set Target, or Targets where there are several.");
        init => Targets = [Required.Value(value)];
    }

    /// <summary>
    /// Which samples begin a new sequence (a new trajectory, document or pass), <c>[samples]</c>; null when only sample
    /// 0 does. Read by state policies that reset at boundaries.
    /// </summary>
    public bool[]? Boundaries { get; init; }

    /// <summary>
    /// How many sequences the samples read side by side, each in a row of its own: sample i goes on in sample i + that many. State is then
    /// carried to the right sample by batches of that many rows alone, and refused with others.
    /// </summary>
    /// <value>At least 1. Default null: the samples are framed for no batch size.</value>
    public int? ContiguousRows { get; init; }

    /// <summary>How text goes in and classes come out; null for data that is not text.</summary>
    public ITextFraming? Text { get; init; }

    /// <summary>A person's view of a sample's input, <c>[samples]</c>, e.g. <c>ABC</c>; null when there is none.</summary>
    public IReadOnlyList<string>? InputLabels { get; init; }

    /// <summary>An input by its name.</summary>
    /// <param name="name">A name from <see cref="Inputs"/>.</param>
    /// <exception cref="ResearchException">There is no such input.</exception>
    public InputBlock FindInput(string name) =>
        Inputs.FirstOrDefault(block => block.Name == name) ?? throw Unknown("input", name, Inputs.Select(block => block.Name));

    /// <summary>A target by its name.</summary>
    /// <param name="name">A name from <see cref="Targets"/>.</param>
    /// <exception cref="ResearchException">There is no such target.</exception>
    public TargetBlock FindTarget(string name) =>
        Targets.FirstOrDefault(block => block.Name == name) ?? throw Unknown("target", name, Targets.Select(block => block.Name));

    /// <summary>Some samples that follow each other, copied, as data of their own, e.g. to test with.</summary>
    /// <param name="first">The first sample, from 0.</param>
    /// <param name="count">How many; at least 1.</param>
    /// <exception cref="ResearchException">There are not as many.</exception>
    public Dataset Part(int first, int count)
    {
        if (first < 0 || count < 1 || count > Samples - first)
            throw new ResearchException($"The data '{Description}' have samples 0 to {Samples - 1}; expected a part of at least one of them, got {count} from {first}.");
        RequireValid(needsTargets: false);
        return Part(first, count, count == Samples ? Description : $"{Description}, samples {first} to {first + count - 1}");
    }

    /// <summary>As <see cref="Part(int, int)"/> of valid data, called as they are; classes that are made as they are read are looked at.</summary>
    /// <exception cref="ResearchException">One is out of range.</exception>
    internal Dataset Piece(int first, int count)
    {
        Dataset piece = Part(first, count, Description);
        foreach (TargetBlock block in piece.Targets.Where(block => block.ClassSource is not null))
        {
            if (First(block.Classes!, c => c < 0 || c >= block.Width, position => piece.IsJudged(block, position)) is >= 0 and int outside)
                throw new ResearchException($"The data '{Description}' cannot be used: target classes: expected 0 to {block.Width - 1}, got {block.Classes![outside]} at sample {first + outside / block.TimeSteps}.");
        }

        return piece;
    }

    private Dataset Part(int first, int count, string description)
    {
        return new Dataset
        {
            Description = description,
            Samples = count,
            Inputs = [.. Inputs.Select(block => new InputBlock { Name = block.Name, TimeSteps = block.TimeSteps, Features = block.Features, Values = block.Source is null ? Some(block.Values)! : [], Source = block.Source?.Part(first, count), Mask = Some(block.Mask) })],
            Targets =
            [
                .. Targets.Select(block => new TargetBlock
                {
                    Name = block.Name,
                    TimeSteps = block.TimeSteps,
                    Width = block.Width,
                    Classes = block.ClassSource is null ? Some(block.Classes) : null,
                    ClassSource = block.ClassSource?.Part(first, count),
                    Values = Some(block.Values),
                    Weights = Some(block.Weights),
                    Mask = Some(block.Mask),
                    ClassNames = block.ClassNames,
                    Units = block.Units is { Base: { } levels } units
                        ? new TargetUnits { Scale = units.Scale, Offset = units.Offset, Logarithmic = units.Logarithmic, Base = Some<double>([.. levels]) }
                        : block.Units,
                    Baselines = [.. block.Baselines.Select(baseline => baseline with { Values = Some(baseline.Values)! })],
                }),
            ],
            Boundaries = Some(Boundaries),
            ContiguousRows = ContiguousRows,
            Text = Text,
            InputLabels = InputLabels is { } labels ? [.. Enumerable.Range(first, count).Select(sample => labels[sample])] : null,
        };

        T[]? Some<T>(T[]? values)
        {
            if (values is null) return null;
            int size = values.Length / Samples;
            return values.AsSpan(first * size, count * size).ToArray();
        }
    }

    /// <summary>Throws a <see cref="ResearchException"/> listing every finding unless sizes, ranges and values agree.</summary>
    /// <exception cref="ResearchException">Something does not agree.</exception>
    public void Validate() => Validate(needsTargets: true);

    /// <summary>As <see cref="Validate()"/>, but only the first time.</summary>
    internal void RequireValid(bool needsTargets)
    {
        if (_isValid && (_hasValidTargets || !needsTargets)) return;
        Validate(needsTargets);
        _isValid = true;
        _hasValidTargets |= needsTargets;
    }

    /// <summary>As <see cref="Validate()"/>; for predicting, targets may be left out.</summary>
    internal void Validate(bool needsTargets)
    {
        List<string> findings = [];
        void Require(bool condition, string finding)
        {
            if (!condition) findings.Add(finding);
        }

        Require(Samples >= 1, $"samples: expected at least 1, got {Samples}");
        Require(ContiguousRows is null or >= 1, $"contiguous rows: expected at least 1, got {ContiguousRows}");
        Require(Inputs.Count > 0, "inputs: expected at least one, got none; set Input");
        Require(Targets.Count > 0 || !needsTargets, "targets: expected at least one, got none; set Target");
        findings.AddRange(Names("input", Inputs.Select(block => block.Name)));
        findings.AddRange(Names("target", Targets.Select(block => block.Name)));
        if (Samples >= 1)
        {
            Require(Boundaries is null || Boundaries.Length == Samples, $"boundaries: expected [{Samples}] flags, got {Boundaries?.Length}");
            Require(InputLabels is null || InputLabels.Count == Samples, $"input labels: expected {Samples}, got {InputLabels?.Count}");
            foreach (InputBlock block in Inputs) findings.AddRange(Findings(block).Select(finding => Inputs.Count > 1 ? $"input '{block.Name}': {finding}" : finding));
            foreach (TargetBlock block in Targets) findings.AddRange(Findings(block, needsTargets).Select(finding => Targets.Count > 1 ? $"target '{block.Name}': {finding}" : finding));
        }

        if (findings.Count > 0)
            throw new ResearchException($"The data '{Description}' cannot be used: {string.Join("; ", findings)}.");
    }

    private static IEnumerable<string> Names(string kind, IEnumerable<string> names)
    {
        foreach (IGrouping<string, string> same in names.GroupBy(name => name))
        {
            if (string.IsNullOrWhiteSpace(same.Key)) yield return $"{kind}s: expected a name for each, got an empty one";
            else if (same.Count() > 1) yield return $"{kind}s: {same.Count()} are called '{same.Key}', and they are found by name; give each a name of its own";
        }
    }

    private IEnumerable<string> Findings(InputBlock block)
    {
        if (block.TimeSteps < 1) yield return $"time steps: expected at least 1, got {block.TimeSteps}";
        if (block.Features < 1) yield return $"features: expected at least 1, got {block.Features}";
        if (block.TimeSteps < 1 || block.Features < 1) yield break;
        long rows = (long)Samples * block.TimeSteps;
        if (block.Source is { } source)
        {
            if (source.Samples != Samples) yield return $"inputs: expected a source of {Samples} samples, got one of {source.Samples}";
            if (block.Mask is not null) yield return "inputs: a source has no mask; leave it out";
            yield break;
        }

        if (block.Values.Length != rows * block.Features)
            yield return $"inputs: expected [{Samples}, {block.TimeSteps}, {block.Features}] = {rows * block.Features} values, got {block.Values.Length}";
        if (block.Mask is { } mask && mask.Length != rows)
            yield return $"mask: expected [{Samples}, {block.TimeSteps}] = {rows} flags, got {mask.Length}";
        if (First(block.Values, value => !float.IsFinite(value), position => block.Mask is not { } known || position / block.Features >= known.Length || known[position / block.Features]) is >= 0 and int bad)
            yield return $"inputs: expected finite values, got {Number(block.Values[bad])} at sample {bad / ((long)block.TimeSteps * block.Features)}; clean or mask the data before framing it";
    }

    private IEnumerable<string> Findings(TargetBlock block, bool needsTargets)
    {
        int steps = block.TimeSteps, width = block.Width;
        if (steps < 1) yield return $"target time steps: expected at least 1, got {steps}";
        if (width < 1) yield return $"target width: expected at least 1, got {width}";
        if (steps < 1 || width < 1) yield break;
        long rows = (long)Samples * steps;
        if (block.HasClasses ? block.Values is not null : needsTargets && block.Values is null)
            yield return "targets: expected either class indices or values, not both and not neither";
        if (block.ClassSource is { } source)
        {
            if (source.Samples != Samples) yield return $"target classes: expected a source of {Samples} samples, got one of {source.Samples}";
        }
        else if (block.Classes is { } classes)
        {
            if (classes.Length != rows) yield return $"target classes: expected [{Samples}, {steps}] = {rows} indices, got {classes.Length}";
            if (First(classes, c => c < 0 || c >= width, position => IsJudged(block, position)) is >= 0 and int outside)
                yield return $"target classes: expected 0 to {width - 1}, got {classes[outside]} at sample {outside / steps}";
        }

        if (block.Values is { } values)
        {
            if (values.Length != rows * width) yield return $"target values: expected [{Samples}, {steps}, {width}] = {rows * width} values, got {values.Length}";
            if (First(values, value => !float.IsFinite(value), position => IsJudged(block, position / width)) is >= 0 and int bad)
                yield return $"target values: expected finite values, got {Number(values[bad])} at sample {bad / ((long)steps * width)}";
        }

        if (block.Weights is { } weights)
        {
            if (weights.Length != rows) yield return $"target weights: expected [{Samples}, {steps}] = {rows} numbers, got {weights.Length}";
            if (First(weights, weight => !(weight >= 0) || !float.IsFinite(weight), position => IsJudged(block, position)) is >= 0 and int unfit)
                yield return $"target weights: expected finite numbers of 0 or more, got {Number(weights[unfit])} at sample {unfit / steps}";
        }

        foreach (string finding in block.Units?.Findings(rows, width) ?? []) yield return finding;
        foreach (Baseline baseline in block.Baselines)
        {
            if (baseline.Values.Length != rows * width) yield return $"baseline '{baseline.Name}': expected [{Samples}, {steps}, {width}] = {rows * width} values, got {baseline.Values.Length}";
        }

        if (block.Mask is { } mask && mask.Length != rows) yield return $"target mask: expected [{Samples}, {steps}] = {rows} flags, got {mask.Length}";
        if (block.ClassNames is { } names && names.Count != width) yield return $"class names: expected {width}, as the target is wide, got {names.Count}";
    }

    /// <summary>Whether a target's row may count: neither the target's own mask nor that of an input of as many steps leaves it out. What it holds otherwise is nobody's business.</summary>
    /// <param name="block">A target.</param>
    /// <param name="row">From 0, over samples and time steps.</param>
    internal bool IsJudged(TargetBlock block, int row) => Has(block.Mask, row) && Inputs.All(input => input.TimeSteps != block.TimeSteps || Has(input.Mask, row));

    private static bool Has(bool[]? mask, int row) => mask is null || row >= mask.Length || mask[row];

    private static int First<T>(T[] values, Func<T, bool> isWrong, Func<int, bool> counts)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (isWrong(values[i]) && counts(i)) return i;
        }

        return -1;
    }

    private static string Number(float value) => value.ToString(CultureInfo.InvariantCulture);

    private ResearchException Unknown(string kind, string name, IEnumerable<string> known) =>
        new($"The data '{Description}' have no {kind} '{name}'; they have {(known.Any() ? string.Join(", ", known.Select(other => $"'{other}'")) : "none")}.");
}
