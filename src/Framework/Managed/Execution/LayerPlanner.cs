using Research.Framework.Equations;
using Research.Framework.Managed.Planning;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.Training;

namespace Research.Framework.Managed.Execution;

/// <summary>Traces, differentiates and plans the layers of a model, and checks that they fit.</summary>
internal static class LayerPlanner
{
    public static LayerPlan[] Plan(ModelDescription model, int features, TrainingOptions training, Seeds seeds, bool wantInputGradient)
    {
        Loss loss = training.Loss;
        if (training.EarlierBatches > 0) RequireOneDirection(model);
        LayerPlan[] plans = new LayerPlan[model.Layers.Count];
        int width = features;
        // Whether anything below can use a gradient.
        bool wanted = wantInputGradient;
        for (int i = 0; i < plans.Length; i++)
        {
            Layer layer = model.Layers[i];
            bool last = i == plans.Length - 1;
            if (!last && layer is BidirectionalLayer { Merge: MergeMode.None })
                throw new ResearchException($"Layer '{layer.Name}' keeps its directions apart (merge mode none), so no layer can follow it; choose another merge mode.");
            plans[i] = layer switch
            {
                RecurrentLayer recurrent => Recurrent(recurrent, plans.AsSpan(0, i), width, wanted, last ? loss : null, seeds),
                BidirectionalLayer bidirectional => new LayerPlan
                {
                    Layer = layer,
                    Step = Step(Tracer.OfCell(bidirectional.Forward, layer.Name + "/forward", width, preferFused: true), wanted, null),
                    BackwardStep = Step(Tracer.OfCell(bidirectional.Backward, layer.Name + "/backward", width, preferFused: true), wanted, null),
                },
                EmbeddingLayer embedding => Embedding(embedding, width),
                DropoutLayer dropout => new LayerPlan { Layer = layer, InputNoise = Noise(dropout.Rate, seeds, layer.Name!) },
                RepeatVectorLayer or MaskingLayer => new LayerPlan { Layer = layer },
                _ => new LayerPlan { Layer = layer, Step = Step(Tracer.Of(layer, width, preferFused: true), wanted, last ? loss : null) },
            };
            wanted |= plans[i].Weights.Any();
            width = OutputWidth(plans[i], width);
        }

        _ = OutputSteps(plans, 1);
        return plans;
    }

    private static void RequireOneDirection(ModelDescription model)
    {
        foreach (Layer layer in model.Layers)
        {
            if (layer is BidirectionalLayer or RepeatVectorLayer or RecurrentLayer { GoBackwards: true } or RecurrentLayer { InitialStateFrom: not null })
                throw new ResearchException($"Back-propagation through earlier batches needs time to run forward through every layer; '{layer.Name}' does not let it. Set training.earlier_batches to 0.");
        }
    }

    public static int OutputWidth(IReadOnlyList<LayerPlan> plans, int features) =>
        plans.Aggregate(features, (width, plan) => OutputWidth(plan, width));

    /// <summary>Whether the loss' gradient is taken with respect to the input of the model's last softmax.</summary>
    public static bool EndsInFusedSoftmax(IReadOnlyList<LayerPlan> plans, Loss loss) =>
        loss.IsCrossEntropy && plans[^1] is { BackwardStep: null, Step: { } step } && step.Step.Output.Operation == Operations.Softmax;

    /// <summary>Time steps of the output for an input of <paramref name="timeSteps"/> steps.</summary>
    public static int OutputSteps(IReadOnlyList<LayerPlan> plans, int timeSteps)
    {
        int steps = timeSteps;
        bool single = false;
        foreach (LayerPlan plan in plans)
        {
            switch (plan.Layer)
            {
                case RecurrentLayer { ReturnSequences: false } or BidirectionalLayer { ReturnSequences: false }:
                    steps = 1;
                    single = true;
                    break;
                case RepeatVectorLayer when !single && timeSteps != 1:
                    throw new ResearchException($"Layer '{plan.Layer.Name}' repeats a single step, but gets a sequence of {steps}; put a recurrent layer that does not return sequences before it.");
                case RepeatVectorLayer repeat:
                    steps = repeat.Times;
                    single = false;
                    break;
            }
        }

        return steps;
    }

    private static int OutputWidth(LayerPlan plan, int width) => plan.Layer switch
    {
        EmbeddingLayer embedding => embedding.Width,
        BidirectionalLayer { Merge: MergeMode.Concat or MergeMode.None } => plan.Step!.Step.Output.Columns + plan.BackwardStep!.Step.Output.Columns,
        _ => plan.Step?.Step.Output.Columns ?? width,
    };

    private static LayerPlan Recurrent(RecurrentLayer layer, ReadOnlySpan<LayerPlan> before, int width, bool wantInputGradient, Loss? loss, Seeds seeds)
    {
        foreach (double rate in new[] { layer.Dropout, layer.RecurrentDropout })
        {
            if (rate is not (>= 0 and < 1)) throw new ResearchException($"Layer '{layer.Name}': expected a dropout rate of at least 0 and below 1, got {rate.ToString(System.Globalization.CultureInfo.InvariantCulture)}.");
        }

        if (layer.InitialStateFrom is { } name) RequireEncoder(layer, name, before);
        return new LayerPlan
        {
            Layer = layer,
            Step = Step(Tracer.Of(layer, width, preferFused: true), wantInputGradient, loss),
            InputNoise = layer.Dropout > 0 ? Noise(layer.Dropout, seeds, layer.Name!) : null,
            StateNoise = layer.RecurrentDropout > 0 ? Noise(layer.RecurrentDropout, seeds, layer.Name + "/recurrent") : null,
        };
    }

    private static void RequireEncoder(RecurrentLayer layer, string name, ReadOnlySpan<LayerPlan> before)
    {
        foreach (LayerPlan plan in before)
        {
            if (plan.Layer.Name != name || plan.Layer is not RecurrentLayer encoder) continue;
            if (!encoder.Cell.State.Select(slot => slot.Width).SequenceEqual(layer.Cell.State.Select(slot => slot.Width)))
                throw new ResearchException($"Layer '{layer.Name}' starts from the state of '{name}', but their states differ: [{Widths(layer)}] and [{Widths(encoder)}] numbers per row. Give both the same kind of cell and the same units.");
            return;
        }

        throw new ResearchException($"Layer '{layer.Name}' starts from the state of '{name}', but no recurrent layer before it has that name.");

        static string Widths(RecurrentLayer layer) => string.Join(", ", layer.Cell.State.Select(slot => slot.Width));
    }

    private static LayerPlan Embedding(EmbeddingLayer layer, int width)
    {
        if (width != 1) throw new ResearchException($"Layer '{layer.Name}': an embedding reads one symbol per time step, got {width} features.");
        return new LayerPlan { Layer = layer, OwnWeights = [new WeightDescription($"{layer.Name}/embeddings", [layer.Symbols, layer.Width], layer.Initializer)] };
    }

    private static StepPlan Step(StepEquations step, bool wantInputGradient, Loss? loss)
    {
        // Cross-entropy of a softmax has a simple gradient with respect to the softmax's input.
        Expr seed = loss is { IsCrossEntropy: true } && step.Output.Operation == Operations.Softmax ? step.Output.Operands[0] : step.Output;
        return StepPlanner.Plan(Differentiation.Of(step, seed), [wantInputGradient]);
    }

    private static NoiseSource Noise(double rate, Seeds seeds, string name) => new(rate, "dropout/" + name, seeds.Stream("dropout/" + name));
}
