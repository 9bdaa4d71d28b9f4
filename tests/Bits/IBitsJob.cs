using Research.Framework.Engine;

namespace Research.Bits;

/// <summary>A short training whose results are hashed.</summary>
internal interface IBitsJob
{
    /// <summary>What is trained, e.g. <c>time-steps lstm</c>.</summary>
    string Title { get; }

    /// <summary>Trains and hashes.</summary>
    /// <param name="engine">What trains; several jobs may use it at once.</param>
    string Run(IEngine engine);
}
