using Research.Framework.Numerics;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Research.Framework.Tests.Numerics;

public sealed class DoubleMathTests
{
    // True to 17 digits: ln 10, ln ½, ln 1e-7, ln (1 + 2^-52).
    [TestCase(10, 2.3025850929940457)]
    [TestCase(0.5, -0.69314718055994531)]
    [TestCase(1e-7, -16.118095650958320)]
    [TestCase(1.0000000000000002, 2.2204460492503128e-16)]
    public void Log_KnownValues(double value, double expected) =>
        Assert.That(DoubleMath.Log(value), Is.EqualTo(expected).Within(1e-15 * Math.Abs(expected)));

    [TestCase(double.NaN, double.NaN)]
    [TestCase(-1, double.NaN)]
    [TestCase(double.NegativeInfinity, double.NaN)]
    [TestCase(0, double.NegativeInfinity)]
    [TestCase(-0.0, double.NegativeInfinity)]
    [TestCase(double.PositiveInfinity, double.PositiveInfinity)]
    [TestCase(double.Epsilon, -744.44007192138126)]
    [TestCase(double.MaxValue, 709.78271289338397)]
    [TestCase(1, 0)]
    public void Log_Ends(double value, double expected) => Assert.That(DoubleMath.Log(value), Is.EqualTo(expected).Within(1).Ulps);

    [TestCase(1, 2.7182818284590452)]
    [TestCase(-1, 0.36787944117144232)]
    [TestCase(10, 22026.465794806717)]
    [TestCase(-700, 9.8596765437597708e-305)]
    [TestCase(709, 8.2184074615549724e307)]
    public void Exp_KnownValues(double value, double expected) =>
        Assert.That(DoubleMath.Exp(value), Is.EqualTo(expected).Within(4e-16 * expected));

    [Test]
    public void Exp_Ends()
    {
        Assert.That(DoubleMath.Exp(0), Is.EqualTo(1));
        Assert.That(DoubleMath.Exp(710), Is.EqualTo(double.PositiveInfinity));
        Assert.That(DoubleMath.Exp(double.PositiveInfinity), Is.EqualTo(double.PositiveInfinity));
        Assert.That(DoubleMath.Exp(-746), Is.Zero);
        Assert.That(DoubleMath.Exp(double.NegativeInfinity), Is.Zero);
        Assert.That(DoubleMath.Exp(-745), Is.EqualTo(double.Epsilon), "the smallest subnormal");
        Assert.That(DoubleMath.Exp(double.NaN), Is.NaN);
    }

    [Property]
    public void TanhAgreesWithThePlatform_AndKeepsSmallNumbers(double any)
    {
        double value = double.IsFinite(any) ? any : 1;
        foreach (double x in new[] { value, value % 1, 1e-9 * value })
            Assert.That(DoubleMath.Tanh(x), Is.EqualTo(Math.Tanh(x)).Within(1e-15 * Math.Abs(Math.Tanh(x))));
    }

    [Property]
    public void ExpAndLogAreInverse(short thousandths)
    {
        double value = thousandths / 1000.0;

        Assert.That(DoubleMath.Log(DoubleMath.Exp(value)), Is.EqualTo(value).Within(2e-14));
    }

    [Property]
    public void TheyAgreeWithThePlatformToTheLastDigits(double any)
    {
        double value = double.IsFinite(any) ? Math.Clamp(any, -700, 700) : 1;

        Assert.That(DoubleMath.Exp(value) / Math.Exp(value), Is.EqualTo(1).Within(1e-15));
        if (value > 1e-300) Assert.That(DoubleMath.Log(value), Is.EqualTo(Math.Log(value)).Within(1e-15 + 4e-16 * Math.Abs(Math.Log(value))));
    }
}
