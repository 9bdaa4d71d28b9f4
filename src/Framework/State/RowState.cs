namespace Research.Framework.State;

/// <summary>What happens to one row's recurrent state before a batch.</summary>
public enum RowState
{
    /// <summary>The row starts fresh, from zero state.</summary>
    Reset,

    /// <summary>The row continues where row i of the batch before it ended.</summary>
    Carry,
}
