namespace Research.Reference;

/// <summary>One of the things a call returns, <c>[rows, steps, width]</c>; without the middle axis where there is one step.</summary>
internal sealed record KerasOutput(int Steps, float[] Values)
{
    public void Check(string what, KerasTensor expected, double bound, double relative = 0)
    {
        Assert.That(Steps, Is.EqualTo(expected.Shape.Length == 3 ? expected.Shape[1] : 1), $"{what}: time steps");
        KerasTensor.Numbers(what, expected.Data, Values, bound, relative);
    }
}
