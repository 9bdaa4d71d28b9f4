using Research.Cells.Torch;
using Research.Framework.Equations;
using TorchSharp;

namespace Research.Torch.Tests;

/// <summary>h' = h / 2 + x·W, with a torch function of its own.</summary>
internal sealed class DecayCell(int units) : ITorchCell
{
    public string Name => "decay";

    public IReadOnlyList<StateSlot> State { get; } = [new StateSlot("hidden", units)];

    /// <summary>Whether the function yields one step alone.</summary>
    public bool IsWrong { get; init; }

    /// <summary>Whether the function multiplies what cannot be multiplied.</summary>
    public bool Fails { get; init; }

    public CellStep Step(CellScope cell, Expr input, CellState state)
    {
        Expr h = 0.5 * state["hidden"] + input.Dot(cell.Kernel("kernel", units));
        return new CellStep(h, h);
    }

    public TorchScanResult Scan(TorchScan scan)
    {
        if (Fails) _ = scan.Input[0].mm(scan.Input[0]);
        torch.Tensor half = torch.tensor(0.5f, device: scan.Input.device), h = scan.State[0];
        List<torch.Tensor> outputs = [];
        foreach (torch.Tensor x in scan.Input.unbind(0)) outputs.Add(h = torch.addmm(h * half, x, scan.Weight("kernel"), 1, 1));
        return new TorchScanResult(torch.stack(IsWrong ? outputs[..1] : outputs, 0), [h]);
    }
}
