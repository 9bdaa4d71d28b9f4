namespace Research.Reference;

internal static class MisuseCheck
{
    public static void Run(ReferenceFile file) => Assert.Fail("not written yet " + file.Name);
}
