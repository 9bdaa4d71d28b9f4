using Research.Cells;
using Research.Datasets;
using Research.Datasets.Encoders;
using Research.Datasets.Framers;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Metrics;
using Research.Framework.Models;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Tests.Fuzz;

/// <summary>A plan that learns a text, in the making.</summary>
internal sealed class TextDraft
{
    public string Text { get; set; } = "ABCDEF";

    public string? Symbols { get; set; }

    public IEncoder Encoder { get; set; } = Datasets.Encoders.Encoder.IntegerOverCount;

    public Func<IFramer> Framer { get; set; } = () => new OneStepFramer();

    public IStatePolicy State { get; set; } = StatePolicy.Stateless;

    public TrainingOptions Training { get; set; } = new() { Epochs = 1, BatchSize = 2 };

    public bool Masks { get; set; }

    public List<Func<Probe>> Probes { get; } = [];

    public ExperimentPlan Plan()
    {
        Sequence sequence = new(Text, Symbols is null ? Vocabulary.FromText(Text) : Vocabulary.Of(Symbols), Encoder);
        Dataset data = Framer().Frame(sequence);
        Layer recurrent = Layers.Recurrent(new LstmCell(3), returnSequences: data.Target.TimeSteps > 1), scores = Layers.Dense(data.Target.Width, Activation.Softmax);
        return new ExperimentPlan
        {
            Data = data,
            Model = Masks ? Model.Of(Layers.Masking(), recurrent, scores) : Model.Of(recurrent, scores),
            State = State,
            Training = Training,
            Metrics = [Metric.Accuracy, Metric.Perplexity],
            Probes = [.. Probes.Select(probe => probe())],
        };
    }
}
