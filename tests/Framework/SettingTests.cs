using System.Globalization;

namespace Research.Framework.Tests;

/// <summary>Values that are shown as text and set from it, of something with one value.</summary>
public sealed class SettingTests
{
    private sealed record Owner(object? Value);

    private static readonly Func<object?, Owner> Make = value => new Owner(value);

    private static readonly Setting<Owner>
        Epochs = Setting.Whole("epochs", 3, value => Make(value), atLeast: 0),
        Threads = Setting.Whole("threads", 3, value => Make(value), atLeast: 1, atMost: 1024),
        Degrees = Setting.Whole("degrees", -3, value => Make(value), atMost: 0),
        Any = Setting.Whole("any", 3, value => Make(value)),
        Rate = Setting.Number("rate", 0.1, value => Make(value), above: 0),
        Decay = Setting.Number("decay", 0.1, value => Make(value), atLeast: 0),
        Share = Setting.Number("share", 0.1, value => Make(value), atLeast: 0, below: 1),
        Limit = Setting.Optional("limit", null, value => Make(value), above: 0),
        Shuffle = Setting.Flag("shuffle", true, value => Make(value)),
        Loss = Setting.Choice("loss", "mean_squared_error", ["huber"], name => name, value => Make(value)),
        Prompt = Setting.Text("prompt", "A", value => Make(value));

    private static IEnumerable<TestCaseData> Given() =>
    [
        new(Epochs, " 7 ", 7, "a whole number, 0 or more"),
        new(Threads, "1024", 1024, "a whole number from 1 to 1024"),
        new(Degrees, "-7", -7, "a whole number, 0 or less"),
        new(Any, "-2147483648", int.MinValue, "a whole number"),
        new(Rate, "2.5e-3", 0.0025, "a number above 0"),
        new(Rate, "5E-324", double.Epsilon, "a number above 0"),
        new(Decay, "0", 0d, "a number, 0 or more"),
        new(Share, "0.9999999999999999", 0.9999999999999999, "a number, at least 0 and below 1"),
        new(Limit, "0.5", 0.5, "a number above 0, or none"),
        new(Limit, " None ", null, "a number above 0, or none"),
        new(Shuffle, "False", false, "true or false"),
        new(Loss, "HUBER", "huber", "one of huber, mean_squared_error"),
        new(Loss, "Mean-Squared-Error", "mean_squared_error", "one of huber, mean_squared_error"),
        new(Prompt, " B ", " B ", "a text"),
        new(Prompt, "", "", "a text"),
    ];

    [TestCaseSource(nameof(Given))]
    public void Set_AValueThatIsAllowed_GivesTheOwnerWithIt(object setting, string text, object? value, string allowed)
    {
        Setting<Owner> known = (Setting<Owner>)setting;
        Assert.That(known.Set(text).Value, Is.EqualTo(value));
        Assert.That(known.Allowed, Is.EqualTo(allowed));
    }

    private static IEnumerable<TestCaseData> Refused() =>
    [
        new(Epochs, "-1", "Setting 'epochs': expected a whole number, 0 or more, got '-1'."),
        new(Epochs, "1.5", "Setting 'epochs': expected a whole number, 0 or more, got '1.5'."),
        new(Epochs, "99999999999", "Setting 'epochs': expected a whole number, 0 or more, got '99999999999'; the largest is 2147483647."),
        new(Threads, "1025", "Setting 'threads': expected a whole number from 1 to 1024, got '1025'."),
        new(Rate, "0", "Setting 'rate': expected a number above 0, got '0'."),
        new(Rate, "Infinity", "Setting 'rate': expected a number above 0, got 'Infinity'."),
        new(Share, "1", "Setting 'share': expected a number, at least 0 and below 1, got '1'."),
        new(Limit, "0", "Setting 'limit': expected a number above 0, or none, got '0'."),
        new(Shuffle, "yes", "Setting 'shuffle': expected true or false, got 'yes'."),
        new(Loss, "mse", "Setting 'loss': expected one of huber, mean_squared_error, got 'mse'; did you mean 'mean_squared_error'?"),
        new(Loss, "x", "Setting 'loss': expected one of huber, mean_squared_error, got 'x'."),
        new(Setting.Shown<Owner>("samples", 3), "4", "Setting 'samples' is decided by code and cannot be set."),
    ];

    [TestCaseSource(nameof(Refused))]
    public void Set_AnotherValue_IsRefused(object setting, string text, string message) =>
        Assert.That(() => ((Setting<Owner>)setting).Set(text), Throws.TypeOf<ResearchException>().With.Message.EqualTo(message));

    [TestCase(0.1)]
    [TestCase(1 / 3d)]
    [TestCase(double.MaxValue)]
    [TestCase(double.Epsilon)]
    [TestCase(-0d)]
    public void ANumber_GoesRoundExactly(double value)
    {
        Setting<Owner> setting = Setting.Number("rate", value, changed => Make(changed));
        Assert.That(BitConverter.DoubleToInt64Bits((double)setting.Set(setting.ToString()).Value!), Is.EqualTo(BitConverter.DoubleToInt64Bits(value)));
    }

    [TestCase(0.1f, "0.1")]
    [TestCase(1 / 3f, "0.33333334")]
    [TestCase(float.MaxValue, "3.4028235E+38")]
    [TestCase(float.Epsilon, "1E-45")]
    public void ANumberOf32Bits_GoesRoundExactly_AndIsShort(float value, string text)
    {
        Setting<Owner> setting = Setting.Single("value", value, changed => Make(changed));
        Assert.That(setting.ToString(), Is.EqualTo(text));
        Assert.That(setting.Set(text).Value, Is.EqualTo(value));
    }

    [Test]
    public void TextIsTheSameInEveryCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            comma.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = comma;
            Assert.That(Rate.ToString(), Is.EqualTo("0.1"));
            Assert.That(Degrees.ToString(), Is.EqualTo("-3"));
            Assert.That(Rate.Set("0.5").Value, Is.EqualTo(0.5));
            Assert.That(() => Rate.Set("0,5"), Throws.TypeOf<ResearchException>());
            Assert.That(Setting.Number("x", 0.5, value => Make(value), above: 0.25).Allowed, Is.EqualTo("a number above 0.25"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void Within_NamesThePathAndTheWhole()
    {
        Setting<string> within = Epochs.Within(owner => $"whole of {owner.Value}", "training.first");
        Assert.That(within.Name, Is.EqualTo("training.first.epochs"));
        Assert.That(within.Value, Is.EqualTo(3));
        Assert.That(within.Set("5"), Is.EqualTo("whole of 5"));
        Assert.That(() => within.Set("x"), Throws.TypeOf<ResearchException>().With.Message.StartsWith("Setting 'training.first.epochs': expected"));
        Assert.That(Limit.Within(owner => owner).Name, Is.EqualTo("limit"));
        Assert.That(Setting.Shown<Owner>("samples", 3).Within(owner => owner, "data").Allowed, Is.Null);
    }

    [TestCase("")]
    [TestCase("Epochs")]
    [TestCase("batch size")]
    [TestCase("a.b")]
    [TestCase("2nd")]
    [TestCase("a=b")]
    public void ANameThatIsNotInSnakeCase_IsRefused(string name) =>
        Assert.That(() => Setting.Flag(name, true, value => Make(value)), Throws.TypeOf<ResearchException>().With.Message.Contains("snake case"));

    [Test]
    public void Shown_OfOtherValues_IsTheirText()
    {
        Assert.That(Setting.Shown<Owner>("value", 0.1f).ToString(), Is.EqualTo("0.1"));
        Assert.That(Setting.Shown<Owner>("day", DayOfWeek.Friday).Value, Is.EqualTo("Friday"));
        Assert.That(Setting.Shown<Owner>("flag", true).ToString(), Is.EqualTo("true"));
    }

    [TestCase("TimeSteps", "time_steps")]
    [TestCase("L2", "l2")]
    [TestCase("MaxURLCount", "max_url_count")]
    [TestCase("URL", "url")]
    [TestCase("Time_Steps", "time_steps")]
    [TestCase("window", "window")]
    [TestCase("Layer2Units", "layer2_units")]
    public void SnakeCase_OfNamesInCode(string name, string snake) => Assert.That(SnakeCase.Of(name), Is.EqualTo(snake));
}
