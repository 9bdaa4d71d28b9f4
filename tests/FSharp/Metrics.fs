module Research.FSharp.Metrics

open Research.Framework.Metrics

/// The mean of each row's largest probability: well above the accuracy, a model is sure of what it gets wrong.
let confidence =
    Metric.Of("confidence", fun predictions ->
        let rows = Array.chunkBySize predictions.Target.Width predictions.Values
        rows |> Seq.indexed |> Seq.filter (fst >> predictions.Counts) |> Seq.averageBy (snd >> Array.max >> float))
