using Research.Framework;

namespace Research.Bits;

/// <summary>Prints hashes of what short trainings end with.</summary>
internal static class BitsProgram
{
    public const string Usage = """
          fingerprints   trains short versions of everything and prints a hash of each one's weights
          random-models  trains 60 random models and prints a hash of each one's losses, predictions, states and weights
          all            both
                           --threads N         jobs at once (default 1)
                           --training-threads N  threads of one training (default 1)
                           --order NAME        forward, backward or shuffled (default forward)
                           --culture NAME      decimal-comma, or a culture of this machine
        """;

    public static int Main(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        try
        {
            IReadOnlyList<IBitsJob> jobs = arguments switch
            {
                ["fingerprints", ..] => ExperimentJob.All(),
                ["random-models", ..] => RandomModelJob.All(),
                ["all", ..] => [.. ExperimentJob.All(), .. RandomModelJob.All()],
                _ => throw new ResearchException("Usage: VERB [options]\n\n" + Usage),
            };
            BitsCommand.Run(jobs, new Options(arguments[1..], BitsCommand.Known));
            return 0;
        }
        catch (ResearchException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }
}
