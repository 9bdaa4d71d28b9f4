using System.Runtime.CompilerServices;
using NUnit.Framework.Internal;

namespace Research.Snapshots;

/// <summary>
/// Compares a text with the snapshot beside the test's source, <c>{TestClass}.{TestMethod}.verified.txt</c>. Names, files
/// and workflow are Verify's: a mismatch leaves <c>*.received.txt</c> for a person to look at and, if right, to rename.
/// </summary>
public static class Snapshot
{
    /// <summary>Passes when the text equals its snapshot, line ends aside; nothing is ever accepted on its own.</summary>
    /// <param name="text">The text; not empty.</param>
    /// <param name="sourceFile">Filled in by the compiler.</param>
    public static async Task Verify(string text, [CallerFilePath] string sourceFile = "")
    {
#if VERIFY
        await VerifyNUnit.Verifier.Verify(text, sourceFile: sourceFile);
#else
        SnapshotFile file = new(Path.GetDirectoryName(sourceFile)!, SnapshotNames.Of(TestExecutionContext.CurrentContext.CurrentTest));
        if (file.FindMismatch(text) is not string mismatch)
        {
            DiffTool.Close(file);
            return;
        }

        TestContext.AddTestAttachment(file.ReceivedPath);
        await DiffTool.Open(file);
        Assert.Fail(mismatch);
#endif
    }
}
