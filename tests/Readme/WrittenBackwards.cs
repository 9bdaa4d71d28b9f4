using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Equations.Activation;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace ReadersProject;

/// <summary>A reader's own model of two inputs: three letters are read, and written backwards with teacher forcing.</summary>
public sealed class WrittenBackwards(ICellFactory cells) : IExperiment
{
    public string Name => "written-backwards";

    public ExperimentPlan Plan(Seeds seeds) => new()
    {
        Data = Words(),
        Model = Model.Build(model =>
        {
            Flow read = model.Add(Recurrent(cells, 32), model.Input("word"));
            Flow written = model.Add(Recurrent(cells, 32, returnSequences: true), model.Input("written so far"), startsFrom: read);
            model.Output("backwards", model.Add(Dense(26, Softmax), written));
        }),
        Training = new() { Epochs = 1000, BatchSize = 4, Optimizer = new Adam { LearningRate = 0.005 } },
        Metrics = [Accuracy],
    };

    private static Dataset Words() => new()
    {
        Description = "ABC to XYZ, backwards",
        Samples = 24,
        Inputs =
        [
            new() { Name = "word", TimeSteps = 3, Features = 1, Values = [.. Letters((word, step) => word + step).Select(letter => letter / 26f)] },
            new() { Name = "written so far", TimeSteps = 3, Features = 1, Values = [.. Letters((word, step) => step == 0 ? -1 : word + 3 - step).Select(letter => letter / 26f)] },
        ],
        Targets = [new() { Name = "backwards", TimeSteps = 3, Width = 26, Classes = [.. Letters((word, step) => word + 2 - step)] }],
    };

    private static IEnumerable<int> Letters(Func<int, int, int> letter) => Enumerable.Range(0, 24 * 3).Select(i => letter(i / 3, i % 3));
}
