using Research.Framework.Engine.Planning;
using Research.Framework.Equations;
using Research.Framework.Models;

namespace Research.Framework.Engine.Execution;

/// <summary>All layers bound for one number of rows and time steps, with room for a batch's inputs, targets and mask.</summary>
internal sealed unsafe class BoundModel
{
    private readonly PinnedMemory _input;

    public BoundModel(IReadOnlyList<Layer> layers, IReadOnlyList<StepPlan> plans, int features, int rows, int steps, bool masked, IReadOnlyDictionary<WeightDescription, WeightSlot> weights)
    {
        Rows = rows;
        Steps = steps;
        _input = new PinnedMemory((long)rows * steps * features);
        Mask = masked ? GC.AllocateArray<bool>(rows * steps, pinned: true) : null;
        Operand flow = new() { First = _input.Pointer, RowStride = features, TimeStride = (nint)rows * features, Mask = -1 };
        Layers = new BoundLayer[layers.Count];
        LayerIsMasked = new bool[layers.Count];
        bool sequence = true;
        for (int i = 0; i < layers.Count; i++)
        {
            int layerSteps = sequence ? steps : 1;
            LayerIsMasked[i] = masked && sequence && layers[i] is RecurrentLayer;
            BoundLayer layer = new(plans[i], rows, layerSteps, flow, weights, LayerIsMasked[i]);
            Layers[i] = layer;
            flow = layer.Output;
            if (layers[i] is RecurrentLayer { ReturnSequences: false })
            {
                flow.First = layer.Output.At(layerSteps - 1);
                flow.Shift = 0;
                sequence = false;
            }
        }

        OutputSteps = sequence ? steps : 1;
        Output = flow;
        Classes = GC.AllocateArray<int>(rows * OutputSteps, pinned: true);
        Targets = new PinnedMemory((long)rows * OutputSteps * Layers[^1].OutputColumns);
    }

    public int Rows { get; }

    public int Steps { get; }

    public int OutputSteps { get; }

    public BoundLayer[] Layers { get; }

    /// <summary>Whether the batch's mask applies to the layer.</summary>
    public bool[] LayerIsMasked { get; }

    /// <summary>The batch's inputs, <c>[T, B, features]</c>.</summary>
    public float* Input => _input.Pointer;

    /// <summary>The batch's mask, <c>[T, B]</c>; null where every step counts.</summary>
    public bool[]? Mask { get; }

    /// <summary>The last layer's output, <c>[output steps, B, width]</c>.</summary>
    public Operand Output { get; }

    /// <summary>The batch's target classes, <c>[output steps, B]</c>.</summary>
    public int[] Classes { get; }

    /// <summary>The batch's target values, <c>[output steps, B, width]</c>.</summary>
    public PinnedMemory Targets { get; }

    /// <summary>Whether each output step has a target of its own, which counts only where the mask says so.</summary>
    public bool CountsPerStep => Mask is not null && OutputSteps == Steps && Steps > 1;

    /// <summary>Output rows that count in the loss.</summary>
    public int CountedRows { get; set; }
}
