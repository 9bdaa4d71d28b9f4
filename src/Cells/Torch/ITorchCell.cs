using Research.Framework.Equations;

namespace Research.Cells.Torch;

/// <summary>
/// A cell with a torch function of its own for all time steps. <see cref="ICell.Step"/> stays as the specification, as what other engines
/// run, and as the oracle that the function is tested against; torch's engine reads it, too, where a mask arrives or state is dropped out.
/// </summary>
public interface ITorchCell : ICell
{
    /// <summary>Runs the cell over time. Must be differentiable; tensors that it makes are disposed of by the engine.</summary>
    /// <param name="scan">Input, state and weights.</param>
    TorchScanResult Scan(TorchScan scan);
}
