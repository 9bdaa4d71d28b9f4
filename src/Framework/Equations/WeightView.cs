namespace Research.Framework.Equations;

/// <summary>A weight, or some rows and columns of it. Equal views are equal.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="FirstRow">The first row, from 0; 0 for a row vector.</param>
/// <param name="Rows">How many rows; 1 for a row vector.</param>
/// <param name="FirstColumn">The first column, from 0.</param>
/// <param name="Columns">How many columns.</param>
public sealed record WeightView(WeightDescription Weight, int FirstRow, int Rows, int FirstColumn, int Columns)
{
    /// <summary>The weight.</summary>
    public WeightDescription Weight { get; init => field = Required.Value(value); } = Required.Value(Weight);

    /// <summary>Whether it is all of the weight.</summary>
    public bool IsWhole => Rows == Weight.Rows && Columns == Weight.Columns;
}
