module Research.FSharp.Tests.TorchTests

open NUnit.Framework
open Research.Cells.Torch
open Research.Framework
open Research.Framework.Data
open Research.Framework.Engine
open Research.Framework.Equations
open Research.Framework.Models
open Research.Framework.Objectives
open TorchSharp

/// h' = h / 2 + x·W, with a torch function of its own.
type Decay(units: int) =
    interface ITorchCell with
        member _.State = [| StateSlot("hidden", units) |]

        member _.Step(cell, input, state) =
            let h = 0.5 * state["hidden"] + input.Dot(cell.Kernel("kernel", units))
            CellStep(h, [| h |])

        member _.Scan scan =
            let half = torch.tensor (0.5f, device = scan.Input.device)
            let step (h: torch.Tensor) (x: torch.Tensor) = torch.addmm (h * half, x, scan.Weight "kernel", 1f, 1f)
            let outputs = Array.scan step scan.State[0] (scan.Input.unbind 0) |> Array.tail
            TorchScanResult(torch.stack (outputs, 0L), [| Array.last outputs |])

let private data =
    Dataset(
        Description = "a line",
        Samples = 4,
        Input = InputBlock(TimeSteps = 3, Features = 1, Values = [| for i in 0..11 -> float32 i / 12f |]),
        Target = TargetBlock(Width = 1, Values = [| for i in 0..3 -> float32 i / 4f |])
    )

[<Test>]
let ``An engine is made from options, and moved to another device by name`` () =
    let engine = TorchEngine(TorchOptions(Device = "cpu", Threads = 2))
    Assert.That((engine.On "cuda" :?> IDeviceEngine).Device, Is.EqualTo "cuda")
    Assert.That(engine.Devices, Does.Contain "mps")

[<Test>]
let ``A cell with a torch function of its own trains where libtorch is, and says why not elsewhere`` () =
    let graph = Model.Of([| Layers.Recurrent(Decay 3); Layers.Dense 1 |]).Graph data
    let objective = Objective(Loss = Loss.MeanSquaredError)
    let engine = TorchEngine(TorchOptions())
    let findings = engine.Findings(graph, objective)

    if findings.Count > 0 then
        Assert.That(findings[0].Message, Does.StartWith "Torch: ")
    else
        use model = (engine :> IEngine).Compile(graph, objective, Seeds 1)
        let batch = Batch(data, 4, Rows = 4)
        [ 0..3 ] |> List.iter (fun row -> batch.Samples[row] <- row)
        let first = model.TrainBatch(batch, model.CreateState()).Loss
        for _ in 1..20 do model.TrainBatch(batch, model.CreateState()) |> ignore
        Assert.That(model.TrainBatch(batch, model.CreateState()).Loss, Is.LessThan first)
