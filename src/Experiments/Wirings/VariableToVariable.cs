using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>One to three letters in, up to four after them and an end symbol out.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class VariableToVariable(ICellFactory cells) : IExperiment
{
    private const int Units = 32;
    private const char End = '.';

    /// <inheritdoc/>
    public string Name => "variable-to-variable";

    /// <inheritdoc/>
    public string Summary => "C -> DEFG, AB -> CDEF, Y -> Z: any length is read, and an end symbol ends what is written.";

    /// <inheritdoc/>
    public string Description =>
        "Shorter inputs are padded and masked: a masked step leaves the state as it was, so that the encoder's final state is that after the last letter, wherever " +
        "it stands. That state starts the decoder, which is fed what it wrote before and says itself when it is done, by an end symbol, shown as a full stop. " +
        "It learns with the right letters before it (teacher forcing), and is judged while it is fed its own.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        string[] read = [.. Enumerable.Range(1, 3).SelectMany(length => Pairs.Stretches(length, followed: 0))];
        string[] written = [.. read.Select(word => Pairs.After(word, 4) + End)];
        Pairs letters = new(Pairs.Latin), symbols = new(Pairs.Latin + End);
        FeedbackCell decoder = new(cells.Create(Units), Units, symbols.Count);
        return new()
        {
            Data = Words(isTold: true),
            TestData = Words(isTold: false),
            Model = Model.Build(model =>
            {
                Flow state = model.Add(Recurrent(decoder.Encoder) with { Name = "encoder" }, model.Input("word"));
                model.Output("continuation", model.Add(Recurrent(decoder, returnSequences: true) with { Name = "decoder" }, model.Input("written so far"), startsFrom: state));
            }),
            Training = new() { Epochs = 80, BatchSize = 8, Optimizer = new Adam { LearningRate = 0.01 } },
            Metrics = [Accuracy, CrossEntropy],
        };

        Dataset Words(bool isTold) => new()
        {
            Description = isTold ? "one to three letters and what follows" : "one to three letters, what follows not told",
            Samples = read.Length,
            Inputs = [letters.Input("word", read), symbols.WrittenSoFar("written so far", written, (_, _) => isTold)],
            Targets = [symbols.Target("continuation", written)],
            InputLabels = read,
        };
    }
}
