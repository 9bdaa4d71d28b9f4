namespace Research.FSharp

open Research.Datasets.Sources
open Research.Framework.Equations
open Research.Framework.Experiments
open Research.Framework.Metrics
open Research.Framework.Models
open Research.Framework.State
open Research.Framework.Objectives
open Research.Framework.Training

/// Every letter predicts the one two places later (or another number, which is a setting), with the state carried over the whole alphabet.
type TwoAhead(cells: ICellFactory) =
    member val Ahead = 2 with get, set

    interface IExperiment with
        member _.Name = "two-ahead"

        member this.Plan(_) =
            ExperimentPlan(
                Data = (Framers.ahead this.Ahead).Frame(Alphabet.Latin),
                Model = Model.Of [| Layers.Recurrent(cells, 32); Layers.Dense(26, Activation.Softmax) |],
                State = StatePolicy.ResetEachEpoch,
                Training = TrainingOptions(Epochs = 200, BatchSize = 1, Shuffle = false, Optimizer = Adam(LearningRate = 0.003)),
                Metrics = [| Metric.Accuracy; Metrics.confidence |],
                Probes = [| Probe.From("A", 12) |]
            )
