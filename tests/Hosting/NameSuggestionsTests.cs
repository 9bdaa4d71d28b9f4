using Research.Framework.Experiments;

namespace Research.Framework.Hosting.Tests;

public sealed class NameSuggestionsTests
{
    private static readonly string[] Known = ["lstm", "gru", "gru-v1", "simple-rnn", "hand-rolled-lstm"];

    [TestCase("lsmt", "lstm")]
    [TestCase("LSTN", "lstm")]
    [TestCase("gru_v1", "gru-v1")]
    [TestCase("simple", "simple-rnn")]
    [TestCase("hand-roled-lstm", "hand-rolled-lstm")]
    public void Nearest_FindsTheSlip(string typed, string meant) => Assert.That(NameSuggestions.Nearest(typed, Known), Is.EqualTo(meant));

    [TestCase("transformer")]
    [TestCase("x")]
    [TestCase("")]
    public void Nearest_NothingNear_IsNull(string typed) => Assert.That(NameSuggestions.Nearest(typed, Known), Is.Null);
}
