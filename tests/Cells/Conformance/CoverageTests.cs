using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Equations;

namespace Research.Cells.Tests.Conformance;

/// <summary>No cell gets by without the conformance suite.</summary>
public sealed class CoverageTests
{
    [Test]
    public void EveryPublicCell_IsUnderTest()
    {
        IEnumerable<Type> cells = typeof(LstmCell).Assembly.GetExportedTypes().Where(type => typeof(ICell).IsAssignableFrom(type) && !type.IsAbstract);
        Assert.That(CellsUnderTest.All.Select(descriptor => descriptor.Create(2).GetType()), Is.SupersetOf(cells));
    }

    [Test]
    public void EveryRegisteredName_IsUnderTest()
    {
        IEnumerable<CellRegistration> registered = new ServiceCollection().AddResearchCells()
            .Select(service => service.ImplementationInstance).OfType<CellRegistration>();
        Assert.That(registered, Is.Not.Empty);
        Dictionary<string, Type> tested = CellsUnderTest.All.ToDictionary(descriptor => descriptor.Name, descriptor => descriptor.Create(2).GetType());
        Assert.That(
            registered.ToDictionary(cell => cell.Name, cell => cell.Create(2).GetType()),
            Is.SubsetOf(tested));
    }
}
