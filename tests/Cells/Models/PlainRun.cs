namespace Research.Cells.Tests.Models;

/// <summary>What a recurrent layer yields for one sample.</summary>
/// <param name="Outputs">Each step's output.</param>
/// <param name="Hidden">The final hidden state.</param>
/// <param name="Cell">The final cell state.</param>
internal sealed record PlainRun(double[][] Outputs, double[] Hidden, double[] Cell);
