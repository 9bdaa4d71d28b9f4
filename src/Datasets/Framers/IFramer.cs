using Research.Framework.Data;

namespace Research.Datasets.Framers;

/// <summary>Cuts a sequence into samples. Framers are pure: the same sequence is always framed in the same way.</summary>
public interface IFramer
{
    /// <summary>The name in plans, with its sizes, e.g. <c>time steps of 3</c>.</summary>
    string Name { get; }

    /// <summary>Frames a sequence.</summary>
    /// <param name="sequence">Long enough for at least one sample.</param>
    /// <returns>Inputs <c>[samples, time steps, features]</c> and their targets.</returns>
    Dataset Frame(Sequence sequence);
}
