using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Managed.Planning;
using Research.Framework.Models;

namespace Research.Framework.Managed.Execution;

/// <summary>Finds out, before anything is allocated, whether there is room for a batch.</summary>
internal static class BatchRoom
{
    /// <summary>What keeps a batch from being run; null where nothing does.</summary>
    /// <param name="plan">The planned model.</param>
    /// <param name="data">Data that fit it.</param>
    /// <param name="rows">Samples in the largest batch.</param>
    /// <param name="earlier">The most batches that run again before it.</param>
    /// <param name="memory">The bytes that there are.</param>
    public static string? Finding(ModelPlan plan, Dataset data, int rows, int earlier, long memory)
    {
        Int128 all = 0;
        foreach (NodePlan node in plan.Nodes)
        {
            long steps = StepsOf(node.Node, data, earlier);
            Int128 largest = (Int128)rows * steps * node.Node.Width;
            all += largest;
            if (largest <= PinnedMemory.Longest)
            {
                // Of the step's own results and their gradients, in one piece.
                foreach (StepPlan step in new[] { node.Step, node.LastFunction }.OfType<StepPlan>())
                {
                    long length = BoundLayer.LengthOf(step, rows, (int)steps);
                    all += length;
                    largest = Int128.Max(largest, length);
                }
            }

            if (largest > PinnedMemory.Longest)
                return string.Create(CultureInfo.InvariantCulture, $"layer '{node.Node.Name}': a batch of {rows} rows by {steps} time steps takes {largest:#,0} numbers in one piece, more than an array holds ({Array.MaxLength:#,0}); {Advice(earlier)}");
        }

        foreach (OutputPlan output in plan.Outputs)
        {
            int steps = output.Output.Node.Steps.In(data);
            if (output.Function is { } function && BoundLayer.LengthOf(function, rows, steps) is var length && length > PinnedMemory.Longest)
                return string.Create(CultureInfo.InvariantCulture, $"the loss of output '{output.Output.Name}': a batch of {rows} rows by {steps} time steps takes {length:#,0} numbers in one piece, more than an array holds ({Array.MaxLength:#,0}); {Advice(earlier)}");
        }

        all *= sizeof(float);
        return all > memory
            ? string.Create(CultureInfo.InvariantCulture, $"a batch of {rows} rows takes at least {(double)all / 1e9:#,0.0} GB, and this machine has {memory / 1e9:#,0.0} GB; {Advice(earlier)}")
            : null;
    }

    private static string Advice(int earlier) => $"take a smaller batch size, fewer time steps{(earlier > 0 ? ", fewer earlier batches" : "")} or fewer units";

    // Earlier batches run as further steps before the batch's own.
    private static long StepsOf(GraphNode node, Dataset data, int earlier) => node.Steps.In(data) * (node.Steps.Input is null ? 1 : earlier + 1L);
}
