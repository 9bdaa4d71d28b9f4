module Research.FSharp.SeriesTests

open NUnit.Framework
open Research.Datasets.Series
open Research.Datasets.Tables
open Research.Framework.Metrics

[<Test>]
let ``Series come from a table, are scaled by their training part and cut into windows`` () =
    let series = CsvFile.Parse("towns", "town,x,y\nUlm,1,10\nUlm,2,20\nUlm,3,30\nUlm,4,40\n", CsvOptions(Key = "town")) |> Seq.exactlyOne
    let scaler = Scaler.Fit(ScalerKind.MinMax, [| series.SplitAtShare(0.5).Before |])
    let data = Windows.Of(scaler.Apply series, 2, 1, WindowOptions(Targets = [| "y" |]))
    data.Input.Values |> Check.equal [| 0f; 0f; 1f; 1f; 1f; 1f; 2f; 2f |]
    data.Target.Values |> Check.equal [| 2f; 3f |]
    let zeros = Predictions(data, data.Target, [| 0f; 0f |])
    // Zero stands for 10; the last values known are 20 and 30.
    Metric.MeanAbsoluteError.Evaluate zeros |> Check.equal 25.0
    Metric.MeanAbsoluteError.OfBaseline("naive").Evaluate zeros |> Check.equal 10.0
