using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Experiments;

/// <summary>A plan as a list of named values: the same list is shown, written to files and overridden.</summary>
public static class PlanFields
{
    /// <summary>Every scalar of a plan, in the order in which plans are read: data, model, state, training, metrics, probes.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cells">The factory the experiment's cells came from; with it, recurrent layers' units can be set.</param>
    public static IReadOnlyList<PlanField> Of(ExperimentPlan plan, ICellFactory? cells = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        List<PlanField> fields = [];
        AddData(fields, "data", plan.Data);
        if (plan.TestData is not null) AddData(fields, "test_data", plan.TestData);
        IReadOnlyList<GraphLayer> layers = plan.Model.Graph(plan.Data).Layers;
        for (int i = 0; i < layers.Count; i++) AddLayer(fields, plan, i, layers[i], cells);
        fields.Add(Choice("state", plan.State, StatePolicy.All, policy => policy.Name, policy => plan with { State = policy }));
        AddTraining(fields, plan);
        for (int i = 0; i < plan.Metrics.Count; i++) fields.Add(new($"metrics.{i}", plan.Metrics[i].Name));
        for (int i = 0; i < plan.Probes.Count; i++) AddProbe(fields, plan, i);
        if (plan.Published is { } published)
        {
            fields.Add(new("published.source", published.Source));
            fields.Add(new("published.accuracy", published.Accuracy));
        }

        return fields;
    }

    private static void AddData(List<PlanField> fields, string path, Dataset data)
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

    private static void AddLayer(List<PlanField> fields, ExperimentPlan plan, int index, GraphLayer built, ICellFactory? cells)
    {
        string path = $"model.layers.{index}";
        Layer layer = built.Layer;
        fields.Add(new($"{path}.kind", layer.Kind));
        fields.Add(new($"{path}.name", built.Name));
        ExperimentPlan With(Layer changed) => plan with { Model = plan.Model.WithLayer(index, changed) };
        switch (layer)
        {
            case RecurrentLayer recurrent:
                if (UnitsOf(recurrent.Cell, cells) is { } units)
                    fields.Add(Whole($"{path}.units", units, 1, value => With(recurrent with { Cell = cells!.Create(value) })));
                fields.Add(new($"{path}.state", string.Join(", ", recurrent.Cell.State.Select(slot => $"{slot.Name}[{slot.Width}]"))));
                fields.Add(Flag($"{path}.return_sequences", recurrent.ReturnSequences, value => With(recurrent with { ReturnSequences = value })));
                fields.Add(Flag($"{path}.go_backwards", recurrent.GoBackwards, value => With(recurrent with { GoBackwards = value })));
                fields.Add(Flag($"{path}.zero_output_for_mask", recurrent.ZeroOutputForMask, value => With(recurrent with { ZeroOutputForMask = value })));
                fields.Add(Number($"{path}.dropout", recurrent.Dropout, Fraction, IsFraction, value => With(recurrent with { Dropout = value })));
                fields.Add(Number($"{path}.recurrent_dropout", recurrent.RecurrentDropout, Fraction, IsFraction, value => With(recurrent with { RecurrentDropout = value })));
                if (recurrent.InitialStateFrom is { } encoder) fields.Add(new($"{path}.initial_state_from", encoder));
                break;
            case BidirectionalLayer bidirectional:
                fields.Add(new($"{path}.cells", $"{bidirectional.Forward.Name}, {bidirectional.Backward.Name}"));
                fields.Add(Flag($"{path}.return_sequences", bidirectional.ReturnSequences, value => With(bidirectional with { ReturnSequences = value })));
                fields.Add(Choice($"{path}.merge", bidirectional.Merge, Enum.GetValues<MergeMode>(), mode => mode.ToString().ToLowerInvariant(), mode => With(bidirectional with { Merge = mode })));
                break;
            case RepeatVectorLayer repeat:
                fields.Add(Whole($"{path}.times", repeat.Times, 1, value => With(repeat with { Times = value })));
                break;
            case MaskingLayer masking:
                fields.Add(Number($"{path}.value", masking.Value, "a number", value => float.IsFinite((float)value), value => With(masking with { Value = (float)value })));
                break;
            case EmbeddingLayer embedding:
                fields.Add(new($"{path}.symbols", embedding.Symbols));
                fields.Add(Whole($"{path}.width", embedding.Width, 1, value => With(embedding with { Width = value })));
                fields.Add(Flag($"{path}.mask_zero", embedding.MaskZero, value => With(embedding with { MaskZero = value })));
                break;
            case DropoutLayer dropout:
                fields.Add(Number($"{path}.rate", dropout.Rate, Fraction, IsFraction, value => With(dropout with { Rate = value })));
                break;
            case DenseLayer dense:
                fields.Add(Whole($"{path}.units", dense.Units, 1, value => With(dense with { Units = value })));
                fields.Add(Choice($"{path}.activation", dense.Activation, Activation.All, activation => activation.Name, activation => With(dense with { Activation = activation })));
                fields.Add(Flag($"{path}.use_bias", dense.UseBias, value => With(dense with { UseBias = value })));
                break;
        }
    }

    // A cell does not tell its units. Where the factory, asked for the first slot's width, makes the same cell, that width
    // is the number of units and the factory can make another size, without losing an option that the experiment has set.
    private static int? UnitsOf(ICell cell, ICellFactory? cells)
    {
        if (cells is null || cell.State.Count == 0) return null;
        int width = cell.State[0].Width;
        return SameEquations.Of(cells.Create(width), cell) ? width : null;
    }

    private static void AddTraining(List<PlanField> fields, ExperimentPlan plan)
    {
        TrainingOptions training = plan.Training;
        ExperimentPlan With(TrainingOptions changed) => plan with { Training = changed };
        fields.Add(Whole("training.epochs", training.Epochs, 0, value => With(training with { Epochs = value })));
        fields.Add(Whole("training.batch_size", training.BatchSize, 1, value => With(training with { BatchSize = value })));
        fields.Add(Whole("training.earlier_batches", training.EarlierBatches, 0, value => With(training with { EarlierBatches = value })));
        fields.Add(Flag("training.shuffle", training.Shuffle, value => With(training with { Shuffle = value })));
        fields.Add(Choice("training.loss", training.Loss, Loss.All, loss => loss.Name, loss => With(training with { Loss = loss })));
        fields.Add(Choice("training.optimizer.name", training.Optimizer, Optimizer.All, optimizer => optimizer.Name, optimizer => With(training with { Optimizer = optimizer })));
        AddOptimizer(fields, training.Optimizer, optimizer => With(training with { Optimizer = optimizer }));
        for (int i = 0; i < training.WeightRules.Count; i++)
        {
            WeightRule rule = training.WeightRules[i];
            fields.Add(new($"training.weight_rules.{i}.pattern", rule.Pattern));
            fields.Add(new($"training.weight_rules.{i}.l2", rule.L2));
            fields.Add(new($"training.weight_rules.{i}.max_norm", rule.MaxNorm is { } limit ? limit : "none"));
        }
    }

    private static void AddOptimizer(List<PlanField> fields, Optimizer optimizer, Func<Optimizer, ExperimentPlan> with)
    {
        const string Path = "training.optimizer";
        fields.Add(Number($"{Path}.learning_rate", optimizer.LearningRate, Positive, value => value > 0, value => with(optimizer with { LearningRate = value })));
        switch (optimizer)
        {
            case AdaptiveMoments adam:
                fields.Add(Number($"{Path}.beta1", adam.Beta1, Fraction, IsFraction, value => with(adam with { Beta1 = value })));
                fields.Add(Number($"{Path}.beta2", adam.Beta2, Fraction, IsFraction, value => with(adam with { Beta2 = value })));
                fields.Add(Number($"{Path}.epsilon", adam.Epsilon, Positive, value => value > 0, value => with(adam with { Epsilon = value })));
                fields.Add(Flag($"{Path}.amsgrad", adam.AmsGrad, value => with(adam with { AmsGrad = value })));
                if (adam is AdamW decaying)
                    fields.Add(Number($"{Path}.weight_decay", decaying.WeightDecay, "a number, 0 or more", value => value >= 0, value => with(decaying with { WeightDecay = value })));
                break;
            case Sgd sgd:
                fields.Add(Number($"{Path}.momentum", sgd.Momentum, Fraction, IsFraction, value => with(sgd with { Momentum = value })));
                fields.Add(Flag($"{Path}.nesterov", sgd.Nesterov, value => with(sgd with { Nesterov = value })));
                break;
            case RmsProp rms:
                fields.Add(Number($"{Path}.rho", rms.Rho, Fraction, IsFraction, value => with(rms with { Rho = value })));
                fields.Add(Number($"{Path}.momentum", rms.Momentum, Fraction, IsFraction, value => with(rms with { Momentum = value })));
                fields.Add(Number($"{Path}.epsilon", rms.Epsilon, Positive, value => value > 0, value => with(rms with { Epsilon = value })));
                fields.Add(Flag($"{Path}.epsilon_outside_root", rms.EpsilonOutsideRoot, value => with(rms with { EpsilonOutsideRoot = value })));
                fields.Add(Flag($"{Path}.centered", rms.Centered, value => with(rms with { Centered = value })));
                break;
        }

        fields.Add(new($"{Path}.schedule", optimizer.Schedule.Name));
        fields.Add(Limit($"{Path}.clip_norm", optimizer.ClipNorm, value => with(optimizer with { ClipNorm = value })));
        fields.Add(Limit($"{Path}.clip_value", optimizer.ClipValue, value => with(optimizer with { ClipValue = value })));
        fields.Add(Limit($"{Path}.global_clip_norm", optimizer.GlobalClipNorm, value => with(optimizer with { GlobalClipNorm = value })));
    }

    private static void AddProbe(List<PlanField> fields, ExperimentPlan plan, int index)
    {
        Generate probe = plan.Probes[index];
        ExperimentPlan With(Generate changed) => plan with { Probes = [.. plan.Probes.Select((old, i) => i == index ? changed : old)] };
        fields.Add(new($"probes.{index}.prompt", probe.Prompt, "a text of at least one symbol", text => With(Generate.From(text, probe.Symbols)), verbatim: true));
        fields.Add(Whole($"probes.{index}.symbols", probe.Symbols, 1, value => With(Generate.From(probe.Prompt, value))));
    }

    private const string Positive = "a number above 0";
    private const string Fraction = "a number, at least 0 and below 1";

    private static bool IsFraction(double value) => value is >= 0 and < 1;

    private static PlanField Whole(string path, int value, int minimum, Func<int, ExperimentPlan> with)
    {
        PlanField field = null!;
        return field = new(path, value, $"a whole number, {minimum} or more", text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int parsed) && parsed >= minimum
                ? with(parsed)
                : throw field.Refuse(text));
    }

    private static PlanField Number(string path, double value, string allowed, Func<double, bool> valid, Func<double, ExperimentPlan> with)
    {
        PlanField field = null!;
        return field = new(path, value, allowed, text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) && double.IsFinite(parsed) && valid(parsed)
                ? with(parsed)
                : throw field.Refuse(text));
    }

    private static PlanField Limit(string path, double? value, Func<double?, ExperimentPlan> with)
    {
        PlanField field = null!;
        return field = new(path, value is { } limit ? limit : "none", $"{Positive}, or none", text =>
        {
            if (PlanOverrides.SameName("none", text)) return with(null);
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) && double.IsFinite(parsed) && parsed > 0
                ? with(parsed)
                : throw field.Refuse(text);
        });
    }

    private static PlanField Flag(string path, bool value, Func<bool, ExperimentPlan> with)
    {
        PlanField field = null!;
        return field = new(path, value, "true or false", text => bool.TryParse(text, out bool parsed) ? with(parsed) : throw field.Refuse(text));
    }

    private static PlanField Choice<T>(string path, T own, IReadOnlyList<T> readyMade, Func<T, string> name, Func<T, ExperimentPlan> with)
    {
        // The plan's own is among them: in the place of the ready-made one of its name, whose settings may be others.
        T[] choices = [.. readyMade.Append(own).Select(choice => name(choice) == name(own) ? own : choice).DistinctBy(name)];
        string[] names = [.. choices.Select(name)];
        return new(path, name(own), $"one of {string.Join(", ", names)}", text =>
        {
            int index = Array.FindIndex(names, known => PlanOverrides.SameName(known, text));
            if (index >= 0) return with(choices[index]);
            string suggestion = NameSuggestions.Nearest(text, names) is { } nearest ? $"; did you mean '{nearest}'?" : ".";
            throw new ResearchException($"Plan field '{path}': expected one of {string.Join(", ", names)}, got '{text}'{suggestion}");
        });
    }
}
