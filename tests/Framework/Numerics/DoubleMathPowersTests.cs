using Research.Framework.Numerics;

namespace Research.Framework.Tests.Numerics;

public class DoubleMathPowersTests
{
    [Test]
    public void CosPi_EqualsThePlatforms()
    {
        for (int i = -4000; i <= 4000; i++)
        {
            double x = i / 997.0, reduced = x - 2 * Math.Round(x / 2);
            Assert.That(DoubleMath.CosPi(x), Is.EqualTo(Math.Cos(Math.PI * reduced)).Within(4e-16), $"x = {x}");
        }
    }

    [TestCase(0, ExpectedResult = 1)]
    [TestCase(0.5, ExpectedResult = 0)]
    [TestCase(1, ExpectedResult = -1)]
    [TestCase(-1.5, ExpectedResult = 0)]
    [TestCase(1e9, ExpectedResult = 1)]
    [TestCase(1e9 + 1, ExpectedResult = -1)]
    public double CosPi_IsExactWhereItCanBe(double x) => DoubleMath.CosPi(x);

    [Test]
    public void CosPi_Thirds() => Assert.That(DoubleMath.CosPi(1 / 3.0), Is.EqualTo(0.5).Within(2e-16));

    [Test]
    public void Pow_EqualsThePlatforms()
    {
        foreach (double x in (double[])[1e-3, 0.1, 0.5, 0.9, 0.999, 1, 1.5, 10])
        {
            foreach (double y in (double[])[0, 0.01, 0.5, 1, 2, 7.25, 50])
            {
                double expected = Math.Pow(x, y);
                Assert.That(DoubleMath.Pow(x, y), Is.EqualTo(expected).Within(expected * 2e-16 * (2 + Math.Abs(y * Math.Log(x)))), $"{x}^{y}");
            }
        }
    }
}
