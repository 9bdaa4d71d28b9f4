using Research.Framework.Equations;

namespace Research.Cells.Tests.Conformance;

/// <summary>One cell under test.</summary>
/// <param name="Name">The name in test names; for a registered cell, the name it is registered under.</param>
/// <param name="Create">Makes it with a number of units.</param>
public sealed record CellDescriptor(string Name, Func<int, ICell> Create)
{
    public override string ToString() => Name;
}
