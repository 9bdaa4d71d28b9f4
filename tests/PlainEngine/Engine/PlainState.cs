using Research.Framework.Models;

namespace Research.Plain.Engine;

/// <summary>A scan's state between two steps, and the loss' gradient of it.</summary>
/// <param name="values">For each slot <c>[rows, width]</c>.</param>
internal sealed class PlainState(double[][,] values)
{
    public double[][,] Values { get; } = values;

    public double[][,] Gradient { get; } = [.. values.Select(slot => new double[slot.GetLength(0), slot.GetLength(1)])];

    /// <summary>A state of numbers that are given one by one, by slot, row and column.</summary>
    public static PlainState Of(ScanNode scan, int rows, Func<int, int, int, double> number) =>
        new([.. scan.Step.Slots.Select((slot, index) => PlainMath.Fill(rows, slot.Width, (row, column) => number(index, row, column)))]);
}
