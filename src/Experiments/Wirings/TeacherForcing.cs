using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Objectives;
using static Research.Framework.Metrics.Metric;
using static Research.Framework.Models.Layers;

namespace Research.Experiments.Wirings;

/// <summary>Random words in, the same backwards out, by a decoder that is told the truth or runs free.</summary>
/// <param name="cells">The cell under study.</param>
public sealed class TeacherForcing(ICellFactory cells) : IExperiment
{
    private const int Units = 32;
    private const int Length = 6;
    private const int Learnt = 256;
    private const int Judged = 64;

    /// <summary>What the decoder is fed in training.</summary>
    /// <value>Default <see cref="DecoderTraining.TeacherForcing"/>.</value>
    public DecoderTraining Mode { get; set; } = DecoderTraining.TeacherForcing;

    /// <summary>Passes over the words to learn; at least 1.</summary>
    /// <value>Default 80.</value>
    public int Passes { get; set; } = 80;

    /// <inheritdoc/>
    public string Name => "teacher-forcing";

    /// <inheritdoc/>
    public string Summary => "BADCAF -> FACDAB: a decoder is told what it should have written, or fed what it wrote.";

    /// <inheritdoc/>
    public string Description =>
        "The model has two inputs: the word, and what stands before each letter that is to be written. Told the truth there (teacher forcing), it learns quickly, but never meets " +
        "its own mistakes; when it is used it is fed its own letters. --set mode=free_running trains as it is used, mode=scheduled_sampling goes from the one to the other " +
        "(Bengio, Vinyals, Jaitly and Shazeer, Scheduled sampling for sequence prediction with recurrent neural networks, 2015). The figures are of words that were not learnt, " +
        "free running; validation/accuracy is of the same words with the truth told, and mostly better: that is the price of never having met a mistake. " +
        "Here, where each letter has one right answer, teacher forcing wins all the same. An epoch is the whole schedule: passes over the words, in an order drawn for each.";

    /// <inheritdoc/>
    public ExperimentPlan Plan(Seeds seeds)
    {
        if (Passes < 1) throw new ResearchException($"passes: expected at least 1, got {Passes}.");
        Pairs pairs = new("ABCDEF");
        Random letters = seeds.Stream("words"), order = seeds.Stream("order"), coin = seeds.Stream("coin");
        HashSet<string> all = [];
        while (all.Count < Learnt + Judged) all.Add(string.Concat(letters.GetItems("ABCDEF".AsSpan(), Length)));
        string[] learnt = [.. all.Take(Learnt)], judged = [.. all.Skip(Learnt)];
        List<string> passed = [];
        for (int pass = 0; pass < Passes; pass++)
        {
            order.Shuffle(learnt);
            passed.AddRange(learnt);
        }

        FeedbackCell decoder = new(cells.Create(Units), Units, pairs.Count);
        return new()
        {
            Data = Words("words to learn", passed, IsTold),
            TestData = Words("other words, free running", judged, (_, _) => false),
            ValidationData = Words("other words, told", judged, (_, _) => true),
            Model = Model.Build(model =>
            {
                Flow state = model.Add(Recurrent(decoder.Encoder) with { Name = "encoder" }, model.Input("word"));
                model.Output("backwards", model.Add(Recurrent(decoder, returnSequences: true) with { Name = "decoder" }, model.Input("written so far"), startsFrom: state));
            }),
            Training = new() { Epochs = 1, BatchSize = 16, Shuffle = false, Optimizer = new Adam { LearningRate = 0.01 } },
            Metrics = [Accuracy, CrossEntropy],
        };

        bool IsTold(int sample, int step) => Mode switch
        {
            DecoderTraining.TeacherForcing => true,
            DecoderTraining.FreeRunning => false,
            _ => coin.NextDouble() >= sample / (double)passed.Count,
        };

        Dataset Words(string description, IReadOnlyList<string> words, Func<int, int, bool> isTold)
        {
            string[] written = [.. words.Select(Pairs.Backwards)];
            return new()
            {
                Description = description,
                Samples = words.Count,
                Inputs = [pairs.Input("word", words), pairs.WrittenSoFar("written so far", written, isTold)],
                Targets = [pairs.Target("backwards", written)],
                InputLabels = words,
            };
        }
    }
}
