namespace Research.Reference;

internal static class TutorialCheck
{
    public static void Run(ReferenceFile file) => Assert.Fail("not written yet " + file.Name);
}
