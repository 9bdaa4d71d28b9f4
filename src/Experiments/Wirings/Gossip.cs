using Research.Datasets.Sources;

namespace Research.Experiments.Wirings;

/// <summary>
/// A small language whose words agree over long distances: verbs with the number of a subject that may stand before a relative
/// clause, or two within each other, and with the tense that a paragraph's first word sets.
/// </summary>
internal static class Gossip
{
    public static StochasticGrammar Grammar { get; } = StochasticGrammar.Parse(
        """
        paragraph -> 1 today <now>|1 before <then>
        now -> 3 <now.sentence> <now>|1 <now.sentence>\n
        now.sentence -> 1 <now.one> <now.does>.|1 <now.all> <now.do>.
        now.does -> 2 <rest>s|3 <act>s <now.any>
        now.do -> 2 <rest>|3 <act> <now.any>
        now.any -> 1 <now.one>|1 <now.all>
        now.one -> 4 the <thing>|1 the <thing> that <now.does>|1 the <thing> that <now.seen>
        now.all -> 4 the <thing>s|1 the <thing>s that <now.do>|1 the <thing>s that <now.seen>
        now.seen -> 1 <now.one> <act>s|1 <now.all> <act>
        then -> 3 <then.sentence> <then>|1 <then.sentence>\n
        then.sentence -> 1 <then.any> <then.did>.
        then.did -> 2 <rest>ed|3 <act>ed <then.any>
        then.any -> 1 <then.one>|1 <then.all>
        then.one -> 4 the <thing>|1 the <thing> that <then.did>|1 the <thing> that <then.any> <act>ed
        then.all -> 4 the <thing>s|1 the <thing>s that <then.did>|1 the <thing>s that <then.any> <act>ed
        thing -> 5 <noun>|1 old <noun>|1 small <noun>|1 quiet <noun>
        noun -> 4 dog|3 farmer|2 bird|2 neighbour|1 doctor|1 girl|1 uncle|1 sister
        rest -> 3 wait|2 jump|2 laugh|1 bark|1 walk
        act -> 4 follow|2 help|2 want|1 visit|1 need|1 greet
        """);
}
