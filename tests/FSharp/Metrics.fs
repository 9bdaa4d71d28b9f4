module Research.FSharp.Metrics

open Research.Framework.Metrics

/// The mean of each row's largest probability: well above the accuracy, a model is sure of what it gets wrong.
let confidence =
    Metric.Of("confidence", fun predictions ->
        let rows = Array.chunkBySize predictions.Target.Width predictions.Values
        rows |> Seq.indexed |> Seq.filter (fst >> predictions.Counts) |> Seq.averageBy (snd >> Array.max >> float))

/// The same by a function of a row: a streamed metric, which needs not all predictions at once.
let surest =
    Metric.Mean("surest", fun predictions row -> predictions.Row row |> Seq.max |> float)

/// The largest probability of all: neither a mean nor a sum, and streamed all the same.
type Peak() =
    interface IStreamedMetric with
        member _.Name = "peak"

        member _.Begin() =
            let mutable peak = 0.0

            { new IMetricAccumulator with
                member _.Add predictions =
                    for row in Seq.filter predictions.Counts (seq { 0 .. predictions.Count - 1 }) do
                        peak <- max peak (predictions.Row row |> Seq.max |> float)

                member _.Result() = peak }
