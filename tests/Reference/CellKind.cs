namespace Research.Reference;

/// <summary>Which implementation of a cell a case runs.</summary>
internal enum CellKind
{
    /// <summary>The equations, differentiated by the engine.</summary>
    Equations,

    /// <summary>Kernels written by hand, where a cell has them.</summary>
    HandRolled,
}
