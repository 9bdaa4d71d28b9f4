namespace Research.FSharp

open Research.Framework
open Research.Framework.Data
open Research.Framework.Equations
open Research.Framework.Experiments
open Research.Framework.Metrics
open Research.Framework.Models
open Research.Framework.Objectives
open Research.Framework.Training

/// Three letters in, the same three out in reverse: one layer reads them, another starts from its final state and writes.
/// Learnt on every second stretch of the alphabet, validated and tested on the others.
type Backwards(cells: ICellFactory) =
    let frame description (firsts: int seq) =
        let firsts = Seq.toArray firsts
        let inputs = [| for first in firsts do for i in 0..2 -> float32 (first + i) |]
        let classes = [| for first in firsts do for i in 2..-1..0 -> first + i |]

        Dataset(
            Description = description,
            Samples = firsts.Length,
            Input = InputBlock(TimeSteps = 3, Features = 1, Values = inputs),
            Target = TargetBlock(TimeSteps = 3, Width = 26, Classes = classes)
        )

    interface IExperiment with
        member _.Name = "backwards"

        member _.Plan(_) =
            ExperimentPlan(
                Data = frame "every second stretch of three" [ 0..2..23 ],
                ValidationData = frame "half of those between" [ 1..4..23 ],
                TestData = frame "the other half" [ 3..4..23 ],
                Model =
                    Model.Build(fun model ->
                        let letters = model.Add(Layers.Embedding(26, 16), model.Input())
                        let read = model.Add(RecurrentLayer(cells, 32, Name = "reader"), letters)
                        let written = model.Add(RecurrentLayer(cells, 32, Name = "writer", ReturnSequences = true), model.Repeat(read, 3), startsFrom = read)
                        model.Output("output", model.Add(Layers.Dense(26, Activation.Softmax), written))),
                Training = TrainingOptions(Epochs = 300, BatchSize = 4, Optimizer = Adam(LearningRate = 0.01)),
                Metrics = [| Metric.Accuracy |]
            )
