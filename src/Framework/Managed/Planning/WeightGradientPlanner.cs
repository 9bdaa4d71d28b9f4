using Research.Framework.Equations;

namespace Research.Framework.Managed.Planning;

/// <summary>Plans what the steps leave for the weights' gradients.</summary>
internal static class WeightGradientPlanner
{
    /// <summary>Plans all contributions, in the order in which they are made.</summary>
    /// <param name="analysis">The step.</param>
    /// <param name="table">Where their factors lie.</param>
    public static WeightGradientPlan[] Plan(StepAnalysis analysis, PlaceTable table)
    {
        List<Expr> written = [];
        List<WeightGradientPlan> plans = [];
        foreach (WeightGradient weight in analysis.Gradient.WeightGradients)
        {
            bool clears = !IsCovered(analysis.Gradient.WeightGradients, weight.Weight.Weight!);
            plans.Add(new WeightGradientPlan
            {
                Weight = weight.Weight,
                Left = weight.Left is null ? Place.None : table.Of(weight.Left),
                Gradient = table.Of(weight.Gradient),
                Clears = clears && !written.Exists(other => ReferenceEquals(other.Weight, weight.Weight.Weight)),
                Accumulate = clears || written.Exists(other => Overlap(other, weight.Weight)),
                ZeroAtZeroState = weight.Left is not null && StepAnalysis.IsZeroAtZeroState(weight.Left),
            });
            written.Add(weight.Weight);
        }

        return [.. plans];
    }

    /// <summary>Whether the views of a weight, each written and then added to, leave none of its gradient as it was: they cover all, and none reaches over only a part of another.</summary>
    private static bool IsCovered(IReadOnlyList<WeightGradient> gradients, WeightDescription weight)
    {
        List<Expr> views = [];
        foreach (WeightGradient gradient in gradients)
        {
            Expr view = gradient.Weight;
            if (!ReferenceEquals(view.Weight, weight) || views.Exists(other => IsSameView(other, view))) continue;
            if (views.Exists(other => Overlap(other, view))) return false;
            views.Add(view);
        }

        return views.Sum(view => (long)view.Rows * view.Columns) == weight.Count;
    }

    private static bool IsSameView(Expr left, Expr right) =>
        left.Index == right.Index && left.Columns == right.Columns && left.RowIndex == right.RowIndex && left.Rows == right.Rows;

    private static bool Overlap(Expr left, Expr right) =>
        ReferenceEquals(left.Weight, right.Weight)
        && left.Index < right.Index + right.Columns && right.Index < left.Index + left.Columns
        && left.RowIndex < right.RowIndex + right.Rows && right.RowIndex < left.RowIndex + left.Rows;
}
