namespace Research.FSharp

open Research.Framework.Equations
open Research.Framework.Models

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
