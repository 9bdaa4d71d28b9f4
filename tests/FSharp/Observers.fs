namespace Research.FSharp

open Research.Framework.Experiments
open Research.Framework.Training

/// Keeps what a run's validation says, epoch by epoch.
type Diary() =
    let entries = System.Collections.Concurrent.ConcurrentQueue<string * int * int * float>()
    member _.Entries = entries.ToArray()
    member _.Add(run: ExperimentRun, epoch: int, accuracy: float) = entries.Enqueue(run.Experiment, run.Seed, epoch, accuracy)

/// Made for each run: writes the accuracy of validation data down, and stops the run once that is high enough.
type StopWhenGood(run: ExperimentRun, diary: Diary) =
    interface ITrainingObserver with
        member _.EpochEnded epoch =
            let accuracy = epoch.Metric "accuracy"
            diary.Add(run, epoch.Epoch, accuracy)
            if accuracy > 0.25 then epoch.Stop()
