namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>Something that may be run or be refused.</summary>
internal interface IFuzzCase
{
    /// <summary>Runs it.</summary>
    /// <exception cref="ResearchException">It is refused.</exception>
    void Run();

    /// <summary>Cases that are simpler by a part of what this one is made of, the simplest first.</summary>
    IEnumerable<IFuzzCase> Smaller();
}
