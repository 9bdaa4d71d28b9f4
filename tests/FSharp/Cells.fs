namespace Research.FSharp

open Research.Framework
open Research.Framework.Equations
open Research.Framework.Models
open Research.Framework.Numerics

open type Research.Framework.Equations.Functions

/// The minimal gated unit (Zhou et al., 2016): a GRU whose one gate both forgets and resets.
type MinimalGatedUnit(units: int) =
    interface ICell with
        member _.State = [| StateSlot("hidden", units) |]

        member _.Step(cell, input, state) =
            let h = state["hidden"]
            let x = input.Dot(cell.Kernel("kernel", 2 * units)) + cell.Bias("bias", 2 * units, Initializers.Ones)
            let u = cell.RecurrentKernel("recurrent_kernel", 2 * units)
            let f = Sigmoid(x.Part(0, 2) + h.Dot(u.Part(0, 2)))
            let g = Tanh(x.Part(1, 2) + (f * h).Dot(u.Part(1, 2)))
            let next = (1.0 - f) * h + f * g
            CellStep(next, [| next |])

/// h + leak (tanh z - h), forward and backward.
type LeakyKernel(units: int, leak: float32) =
    interface IFusedKernel with
        member _.InputWidths = [| units; units |]
        member _.OutputWidths = [| units |]
        member _.SavedWidth = units

        member _.Forward(_, blocks) =
            let z = blocks.Input 0
            let h = blocks.Input 1
            let g = blocks.Saved
            let next = blocks.Output 0

            for i in 0 .. next.Length - 1 do
                g[i] <- FloatMath.Tanh z[i]
                next[i] <- h[i] + leak * (g[i] - h[i])

        member _.Backward(_, blocks) =
            let g = blocks.Saved
            let arriving = blocks.OutputGradient 0
            let dz = blocks.InputGradient 0
            let dh = blocks.InputGradient 1

            for i in 0 .. arriving.Length - 1 do
                dz[i] <- arriving[i] * leak * (1f - g[i] * g[i])
                dh[i] <- arriving[i] * (1f - leak)

/// A leaky integrator (Jaeger et al., 2007) with a hand-written kernel beside its equations.
type LeakyCell(units: int, leak: float) =
    let sum (cell: CellScope) (input: Expr) (h: Expr) =
        input.Dot(cell.Kernel("kernel", units)) + h.Dot(cell.RecurrentKernel("recurrent_kernel", units)) + cell.Bias("bias", units)

    interface IFusedCell with
        member _.State = [| StateSlot("hidden", units) |]

        member _.Settings = [| Setting.Number<ICell>("leak", leak, (fun value -> LeakyCell(units, value)), above = 0.0, atMost = 1.0) |]

        member _.Step(cell, input, state) =
            let h = state["hidden"]
            let next = h + leak * (Tanh(sum cell input h) - h)
            CellStep(next, [| next |])

        member _.FusedStep(cell, input, state) =
            let h = state["hidden"]
            let next = cell.Fused(LeakyKernel(units, float32 leak), sum cell input h, h)[0]
            CellStep(next, [| next |])

module Cells =

    /// Long short-term memory as a function, with Keras' order of gates: i, f, c, o.
    let lstm units =
        let step (cell: CellScope) (input: Expr) (state: CellState) =
            let fromInput = input.Dot(cell.Kernel("kernel", 4 * units)) + cell.Bias("bias", 4 * units, Initializers.UnitForgetBias)
            let gates = fromInput + state["hidden"].Dot(cell.RecurrentKernel("recurrent_kernel", 4 * units))
            let i, f, o = Sigmoid(gates.Part(0, 4)), Sigmoid(gates.Part(1, 4)), Sigmoid(gates.Part(3, 4))
            let c = f * state["cell"] + i * Tanh(gates.Part(2, 4))
            let h = o * Tanh(c)
            CellStep(h, [| h; c |])

        FunctionCell("lstm", [| StateSlot("hidden", units); StateSlot("cell", units) |], step)

    /// The simplest recurrent network, as an object expression.
    let elman units =
        { new ICell with
            member _.State = [| StateSlot("hidden", units) |]

            member _.Step(cell, input, state) =
                let h = Tanh(input.Dot(cell.Kernel("kernel", units)) + state["hidden"].Dot(cell.RecurrentKernel("recurrent_kernel", units)))
                CellStep(h, [| h |]) }
