module Research.FSharp.Policies

open Research.Framework.State

/// Carries the state from batch to batch, and zeroes it before every so many batches.
let resetEvery batches =
    { new IStatePolicy with
        member _.Name = $"reset-every-{batches}"
        member _.CarriesBetweenBatches = batches > 1
        member _.Before(context, _) = if context.Batch % batches = 0 then RowState.Reset else RowState.Carry }

/// The same as a function.
let resetEveryAsFunction batches =
    StatePolicy.Of($"reset-every-{batches}", batches > 1, fun context _ -> if context.Batch % batches = 0 then RowState.Reset else RowState.Carry)

/// Another policy, but for one row, which starts every batch fresh.
let resettingRow fresh (policy: IStatePolicy) =
    { new IStatePolicy with
        member _.Name = $"{policy.Name}, row {fresh} fresh"
        member _.CarriesBetweenBatches = policy.CarriesBetweenBatches
        member _.Before(context, row) = if row = fresh then RowState.Reset else policy.Before(context, row) }
