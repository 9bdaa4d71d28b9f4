module Research.FSharp.Host

open Research.Framework.Experiments
open Research.Framework.Hosting

let main (args: string[]) =
    ResearchHost.RunAsync(args, fun services -> services.AddCell("minimal-gated-unit", fun units -> MinimalGatedUnit units).AddExperiment<TwoAhead>()).Result
