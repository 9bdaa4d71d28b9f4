using Research.Cells;
using Research.Datasets.Framers;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using static Research.Datasets.Sources.Alphabet;

namespace Research.Framework.Hosting.Tests;

/// <summary>What is fed while generating, and what comes out of it.</summary>
public sealed class GenerationTests
{
    private static readonly PaddingOptions Zeros = new() { AllowCollision = true };

    private static readonly Dictionary<string, IFramer> Framers = new()
    {
        ["one step"] = new OneStepFramer(),
        ["features"] = new FeatureWindowFramer(3),
        ["time steps"] = new TimeStepsFramer(3),
        ["contiguous"] = new ContiguousRowsFramer(2, 3),
        ["prefixes"] = new PrefixPaddedFramer(25, Zeros),
    };

    private static readonly Seeds Seeds = new(5);

    // Capitals are fed to a fresh row, small letters to one that carries its state.
    [TestCase("one step", "reset-each-epoch", "A", "A b c")]
    [TestCase("one step", "reset-each-epoch", "ABCD", "A b c d e f", Description = "the prompt is fed letter by letter, each once")]
    [TestCase("one step", "never", "AB", "a b c d", Description = "state is zero before the first call")]
    [TestCase("one step", "stateless", "ABCD", "D E F", Description = "what comes before is of no account, and not fed")]
    [TestCase("one step", "reset-at-boundaries", "AB", "A b c d", Description = "one sequence")]
    [TestCase("features", "stateless", "ABCDE", "CDE DEF EFG")]
    [TestCase("features", "reset-each-epoch", "ABCD", "ABC bcd cde def", Description = "as the samples do")]
    [TestCase("time steps", "stateless", "ABCDE", "CDE DEF EFG")]
    [TestCase("time steps", "reset-at-boundaries", "ABCD", "BCD CDE DEF", Description = "each window begins a sequence")]
    [TestCase("time steps", "reset-each-epoch", "ABCD", "A b c d e f", Description = "no letter twice onto a carried state")]
    [TestCase("time steps", "reset-each-epoch", "A", "A b c", Description = "a prompt of any length")]
    [TestCase("contiguous", "reset-at-boundaries", "ABCD", "A b c d e f", Description = "one sequence")]
    [TestCase("contiguous", "never", "A", "a b c")]
    [TestCase("contiguous", "stateless", "ABCD", "BCD CDE DEF")]
    [TestCase("prefixes", "reset-each-epoch", "AB", "AAAAAAAAAAAAAAAAAAAAAAAAA b c d", Description = "a fresh row as the framer pads it")]
    [TestCase("prefixes", "stateless", "CD", "AAAAAAAAAAAAAAAAAAAAAAACD AAAAAAAAAAAAAAAAAAAAAACDE AAAAAAAAAAAAAAAAAAAAACDEF")]
    public void IsFed_WhatTheFramingNeeds_AndNoMore(string framer, string state, string prompt, string fed)
    {
        RecordingModel model = Recording(framer);
        string text = Generation.Generate(model, Text(framer), Policy(state), [prompt], new() { Symbols = 3 }, Seeds)[0];
        Assert.That(text, Is.EqualTo(Latin.Text.Substring(Latin.Text.IndexOf(prompt[^1], StringComparison.Ordinal) + 1, 3)));
        Assert.That(model.Fed(0), Is.EqualTo(fed));
    }

    [TestCase("one step", true)]
    [TestCase("features", true)]
    [TestCase("contiguous", true)]
    [TestCase("time steps", false)]
    [TestCase("prefixes", false)]
    public void Policy_SeesBoundariesAsTheFramingMadeThem(string framer, bool onlyTheFirst)
    {
        Dictionary<int, bool> seen = [];
        IStatePolicy watching = StatePolicy.Of("watching", true, (context, row) =>
        {
            Assert.That(context.Phase, Is.EqualTo(Phase.Generate));
            seen[context.Batch] = context.BeginsSequence(row);
            return RowState.Carry;
        });
        Generation.Generate(Recording(framer), Text(framer), watching, ["ABCDE"], new() { Symbols = 3 }, Seeds);
        Assert.That(seen[0]);
        bool[] later = [.. seen.Where(call => call.Key > 0).Select(call => call.Value)];
        Assert.That(later, Has.Length.GreaterThan(2).And.All.EqualTo(!onlyTheFirst));
        Assert.That(Text(framer).Continues, Is.EqualTo(onlyTheFirst));
    }

    [TestCase("time steps", "stateless", "AB", "at least 3 symbols, got 2")]
    [TestCase("features", "reset-each-epoch", "AB", "at least 3 symbols, got 2")]
    [TestCase("one step", "stateless", "", "at least 1 symbols, got 0")]
    [TestCase("one step", "stateless", "a", "Unknown symbol 'a'")]
    [TestCase("time steps", "never", "a", "Unknown symbol 'a'")]
    public void Prompt_ThatMakesNoInput_IsRefused(string framer, string state, string prompt, string message) =>
        Assert.That(() => Generation.Generate(Recording(framer), Text(framer), Policy(state), ["ABCD", prompt], new(), Seeds),
            Throws.TypeOf<ResearchException>().With.Message.Contains(message));

    [Test]
    public void Options_OutOfRange_AreRefused()
    {
        GenerationOptions wrong = new() { Symbols = 0, Temperature = double.NaN, TopK = 0, EndSymbol = "?", Stream = "" };
        string message = Assert.Throws<ResearchException>(() => Generation.Generate(Recording("one step"), Text("one step"), StatePolicy.Stateless, ["A"], wrong, Seeds))!.Message;
        foreach (string part in new[] { "symbols: expected at least 1, got 0", "temperature: expected a finite number of 0 or more, got NaN", "top k: expected at least 1", "stream: expected a name", "none of the 26 classes is '?'" })
            Assert.That(message, Does.Contain(part));
        Assert.That(() => Generation.Generate(Recording("one step"), Text("one step"), StatePolicy.Stateless, ["A", null!], new(), Seeds),
            Throws.TypeOf<ResearchException>().With.Message.EqualTo("Nothing can be generated: prompt 1: expected a text, got null."));
        Assert.That(() => Generation.Generate(Recording("one step"), Text("one step"), StatePolicy.Stateless, ["A"], new() { TopK = 3 }, Seeds),
            Throws.TypeOf<ResearchException>().With.Message.Contains("nothing is drawn at a temperature of 0"));
    }

    [Test]
    public void RowsOfOneBatch_HaveTheirOwnLengthsAndEnds()
    {
        RecordingModel model = Recording("one step");
        IReadOnlyList<string> texts = Generation.Generate(model, Text("one step"), StatePolicy.ResetEachEpoch, ["ABC", "W", "M"], new() { Symbols = 4, EndSymbol = "Y" }, Seeds);
        Assert.That(texts, Is.EqualTo(new[] { "DEFG", "X", "NOPQ" }));
        Assert.That(model.Fed(0), Is.EqualTo("A b c d e f"));
        Assert.That(model.Fed(1), Does.StartWith("W x "));
        Assert.That(model.Fed(2), Does.StartWith("M n o p "));
        Assert.That(model.Calls, Has.Count.EqualTo(6));
    }

    [Test]
    public void CallsThatNoRowNeeds_AreLeftOut()
    {
        RecordingModel model = Recording("one step");
        string longest = new('B', 1000);
        Assert.That(Generation.Generate(model, Text("one step"), StatePolicy.Stateless, ["A", longest], new() { Symbols = 2 }, Seeds), Is.EqualTo(new[] { "BC", "CD" }));
        Assert.That(model.Calls, Has.Count.EqualTo(4));
    }

    [Test]
    public void Rows_OfWhichSomeStartFresh_EachKeepTheirState()
    {
        IStatePolicy byRow = StatePolicy.Of("by row", true, (_, row) => row == 0 ? RowState.Reset : RowState.Carry);
        RecordingModel model = Recording("time steps");
        Assert.That(Generation.Generate(model, Text("time steps"), byRow, ["ABCD", "ABCD"], new() { Symbols = 3 }, Seeds), Is.EqualTo(new[] { "EFG", "EFG" }));

        using ICompiledModel trained = Trained("time steps");
        IReadOnlyList<string> both = Generation.Generate(trained, Text("time steps"), byRow, ["KLMN", "ABCD"], new() { Symbols = 20 }, Seeds);
        Assert.That(both[0], Is.EqualTo(Generation.Generate(trained, Text("time steps"), StatePolicy.Stateless, ["KLMN"], new() { Symbols = 20 }, Seeds)[0]));
        Assert.That(both[1], Is.EqualTo(Generation.Generate(trained, Text("time steps"), StatePolicy.Never, ["ABCD"], new() { Symbols = 20 }, Seeds)[0]));
    }

    [Test]
    public void APrompt_DoesNotDependOnTheOthers([Values("one step", "time steps", "features", "prefixes")] string framer, [Values] bool carries, [Values(0, 0.8)] double temperature)
    {
        using ICompiledModel model = Trained(framer);
        IStatePolicy state = carries ? StatePolicy.ResetEachEpoch : StatePolicy.Stateless;
        GenerationOptions options = new() { Symbols = 30, Temperature = temperature, EndSymbol = "Q" };
        string[] prompts = ["ABC", "KLMNO", "CDEFGHIJ", "XYZ"];
        IReadOnlyList<string> together = Of(prompts);
        for (int row = 0; row < prompts.Length; row++)
        {
            string[] others = [.. prompts.Select((prompt, index) => index == row ? prompt : "FGHIJKL"[(index % 3)..])];
            Assert.That(Of(others)[row], Is.EqualTo(together[row]));
            if (temperature == 0) Assert.That(Of([prompts[row]])[0], Is.EqualTo(together[row]));
        }

        IReadOnlyList<string> Of(string[] rows) => Generation.Generate(model, Text(framer), state, rows, options, Seeds);
    }

    [Test]
    public void CarriedState_HoldsAsMuchAsAWindow()
    {
        // Fed step by step or all at once: the same scores, and the same text.
        using ICompiledModel model = Trained("prefixes");
        string prompt = Latin.Text[..10];
        ITextFraming steps = Text("one step"), window = new TimeStepsFramer(10).Frame(Latin).Text!;
        Assert.That(
            Generation.Generate(model, steps, StatePolicy.Never, [prompt], new() { Symbols = 1 }, Seeds),
            Is.EqualTo(Generation.Generate(model, window, StatePolicy.Stateless, [prompt], new() { Symbols = 1 }, Seeds)));
    }

    [Test]
    public void Drawn_InProportionToTheModelsProbabilities()
    {
        float[] scores = new float[26];
        (scores[1], scores[3], scores[4], scores[7]) = (0.1f, 0.4f, 0.1f, 0.4f);
        Assert.That(Shares(new() { Temperature = 1 }), Is.EqualTo(new[] { 0.1, 0.4, 0.1, 0.4 }).Within(0.03));
        Assert.That(Shares(new() { Temperature = 0.5 }), Is.EqualTo(new[] { 0.01 / 0.34, 0.16 / 0.34, 0.01 / 0.34, 0.16 / 0.34 }).Within(0.03));
        Assert.That(Shares(new() { Temperature = 1000 }), Is.EqualTo(new[] { 0.25, 0.25, 0.25, 0.25 }).Within(0.03));
        Assert.That(Shares(new() { Temperature = 0.001 }), Is.EqualTo(new[] { 0, 0.5, 0, 0.5 }).Within(0.03));
        Assert.That(Shares(new() { Temperature = 1, TopK = 3 }), Is.EqualTo(new[] { 1 / 9.0, 4 / 9.0, 0, 4 / 9.0 }).Within(0.03), "of equal ones the first");
        Assert.That(Shares(new() { Temperature = 1, TopK = 1 }), Is.EqualTo(new double[] { 0, 1, 0, 0 }));
        Assert.That(Shares(new()), Is.EqualTo(new double[] { 0, 1, 0, 0 }));

        double[] Shares(GenerationOptions options)
        {
            RecordingModel model = new(Recording("one step").Graph) { Scores = (_, _) => scores };
            string text = Generation.Generate(model, Text("one step"), StatePolicy.Stateless, ["A"], options with { Symbols = 4000 }, Seeds)[0];
            Assert.That(text, Has.Length.EqualTo(4000));
            return [.. "BDEH".Select(symbol => text.Count(letter => letter == symbol) / 4000.0)];
        }
    }

    [Test]
    public void Drawn_FromTheStreamOfItsName()
    {
        using ICompiledModel model = Trained("one step");
        IReadOnlyList<string> first = Of("generate", 5);
        Assert.That(Of("generate", 5), Is.EqualTo(first));
        Assert.That(Of("other", 5), Is.Not.EqualTo(first));
        Assert.That(Of("generate", 6), Is.Not.EqualTo(first));
        Assert.That(first[0], Is.Not.EqualTo(first[1]), "each row has a stream");

        IReadOnlyList<string> Of(string stream, int seed) =>
            Generation.Generate(model, Text("one step"), StatePolicy.Never, ["A", "A"], new() { Symbols = 30, Temperature = 1.5, Stream = stream }, new Seeds(seed));
    }

    [TestCase(float.NaN, 0, "not finite: NaN, 0")]
    [TestCase(float.PositiveInfinity, 1, "not finite")]
    [TestCase(-0.5f, 1, "drawn by probabilities")]
    [TestCase(0f, 1, "drawn by probabilities")]
    public void Scores_ThatNothingCanBeChosenBy_AreRefused(float score, double temperature, string message)
    {
        float[] scores = new float[26];
        scores[0] = score;
        RecordingModel model = new(Recording("one step").Graph) { Scores = (_, _) => scores };
        Assert.That(() => Generation.Generate(model, Text("one step"), StatePolicy.Stateless, ["A"], new() { Temperature = temperature }, Seeds),
            Throws.TypeOf<ResearchException>().With.Message.Contains(message));
    }

    [Test]
    public void Symbols_CostNoMemoryBeyondTheText([Values("one step", "time steps", "features", "prefixes")] string framer, [Values] bool carries, [Values(0, 0.8)] double temperature)
    {
        using ICompiledModel model = Trained(framer);
        IStatePolicy state = carries ? StatePolicy.ResetEachEpoch : StatePolicy.Stateless;
        ITextFraming text = Text(framer);
        long few = Bytes(1000), many = Bytes(11_000);
        Assert.That((many - few) / 10_000.0, Is.LessThan(32), "letters, where each begins, and room to grow");

        long Bytes(int symbols)
        {
            long least = long.MaxValue;
            for (int i = 0; i < 3; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Generation.Generate(model, text, state, ["ABC"], new() { Symbols = symbols, Temperature = temperature, TopK = temperature > 0 ? 5 : null }, Seeds);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            return least;
        }
    }

    [TestCase("stateless", 3, true, "CDE DEF EFG")]
    [TestCase("stateless", 1, true, "E F G")]
    [TestCase("reset-each-epoch", 3, true, "A b c d e f g")]
    [TestCase("reset-at-boundaries", 3, true, "A b c d e f g")]
    [TestCase("reset-at-boundaries", 3, false, "CDE DEF EFG")]
    public void Numbers_AreFedBack(string state, int window, bool continues, string fed)
    {
        RecordingModel model = new(Model.Of(Layers.Recurrent(new LstmCell(4)), Layers.Dense(1)).Graph(1)) { Scores = (call, _) => [(Letters(state, window, continues) + call) / 26f] };
        InputBlock history = new() { TimeSteps = 5, Features = 1, Values = [0, 1 / 26f, 2 / 26f, 3 / 26f, 4 / 26f] };
        float[] forecast = Generation.Forecast(model, Policy(state), history, new() { Steps = 3, Window = window, Continues = continues });
        Assert.That(forecast, Is.EqualTo(new[] { 5 / 26f, 6 / 26f, 7 / 26f }));
        Assert.That(model.Fed(0), Is.EqualTo(fed));

        // The letter after the one that the first call shows last.
        static int Letters(string state, int window, bool continues) => state == "stateless" || (!continues && window > 1) ? 5 : 1;
    }

    [Test]
    public void Forecast_EqualsALoopByHand()
    {
        const int Rows = 3, Window = 4, Features = 2, Steps = 10;
        using ICompiledModel model = new ManagedEngine().Compile(
            Model.Of(Layers.Recurrent(new LstmCell(8)), Layers.Dense(Features)).Graph(Features), new Objective { Loss = Loss.MeanSquaredError }, Seeds);
        Random random = Seeds.Stream("numbers");
        float[] start = [.. Enumerable.Range(0, Rows * Window * Features).Select(_ => random.NextSingle())];
        InputBlock history = new() { TimeSteps = Window, Features = Features, Values = start };

        float[][] rows = [.. start.Chunk(Window * Features)];
        for (int step = 0; step < Steps; step++)
        {
            Dataset data = new() { Description = "windows", Samples = Rows, Input = new() { TimeSteps = Window, Features = Features, Values = [.. rows.SelectMany(row => row[^(Window * Features)..])] } };
            float[] next = Evaluation.Predict(model, data, StatePolicy.Stateless, Rows)[0].Values;
            for (int row = 0; row < Rows; row++) rows[row] = [.. rows[row], .. next.AsSpan(row * Features, Features)];
        }

        float[] expected = [.. rows.SelectMany(row => row[(Window * Features)..])];
        Assert.That(Generation.Forecast(model, StatePolicy.Stateless, history, new() { Steps = Steps }), Is.EqualTo(expected));
        Assert.That(Generation.Forecast(model, StatePolicy.Never, history, new() { Steps = Steps })[..2], Is.EqualTo(expected[..2]), "the first is the same");
        InputBlock last = new() { TimeSteps = Window, Features = Features, Values = start[^(Window * Features)..] };
        Assert.That(Generation.Forecast(model, StatePolicy.Never, last, new() { Steps = Steps }), Is.EqualTo(Generation.Forecast(model, StatePolicy.Never, history, new() { Steps = Steps })[^(Steps * Features)..]), "a row does not depend on the others");
    }

    [Test]
    public void Forecast_OfWhatCannotBe_IsRefused()
    {
        ModelGraph graph = Model.Of(Layers.Recurrent(new LstmCell(4)), Layers.Dense(2)).Graph(2);
        InputBlock history = new() { TimeSteps = 2, Features = 2, Values = [1, 2, 3, 4] };
        Refused("expected [rows, 2, 2] values, got 3", new() { TimeSteps = 2, Features = 2, Values = [1, 2, 3] }, new());
        Refused("the history has 1 features", new() { TimeSteps = 4, Features = 1, Values = [1, 2, 3, 4] }, new());
        Refused("history of at least 3 time steps, got 2", history, new() { Window = 3 });
        Refused("mask is not read", new() { TimeSteps = 2, Features = 2, Values = [1, 2, 3, 4], Mask = [true, true] }, new());
        Refused("steps: expected at least 1", history, new() { Steps = 0 });
        Refused("window: expected at least 1", history, new() { Window = 0 });
        Refused("became NaN at step 1", history, new());

        void Refused(string message, InputBlock given, ForecastOptions options) =>
            Assert.That(() => Generation.Forecast(new RecordingModel(graph) { Scores = (_, _) => [1, float.NaN] }, StatePolicy.Stateless, given, options), Throws.TypeOf<ResearchException>().With.Message.Contains(message));
    }

    [Test]
    public void AModelOfSeveralInputs_IsRefused()
    {
        Model two = Model.Build(model => model.Output("output", model.Join(Layers.Concatenate(), model.Input("left"), model.Input("right"))));
        RecordingModel recording = new(two.Graph([new("left", 1), new("right", 25)]));
        Assert.That(() => Generation.Generate(recording, Text("one step"), StatePolicy.Stateless, ["A"], new(), Seeds), Throws.TypeOf<ResearchException>().With.Message.Contains("'left', 'right'"));
    }

    private static IStatePolicy Policy(string name) => StatePolicy.All.Single(policy => policy.Name == name);

    private static Dataset Data(string framer) => Framers[framer].Frame(Latin);

    private static ITextFraming Text(string framer) => Data(framer).Text!;

    private static Model Lstm(bool everyStep) => Model.Of(Layers.Recurrent(new LstmCell(12), returnSequences: everyStep), Layers.Dense(26, Activation.Softmax));

    private static RecordingModel Recording(string framer) => new(Lstm(framer == "contiguous").Graph(Data(framer)));

    // A little, so that its texts are not all of one letter.
    private static ICompiledModel Trained(string framer)
    {
        Dataset data = Data(framer);
        TrainingOptions training = new() { Epochs = 20, BatchSize = 1, Optimizer = new Adam { LearningRate = 0.02 } };
        ICompiledModel model = new ManagedEngine().Compile(Lstm(everyStep: false).Graph(data), training.Objective, Seeds);
        new TrainingRun(model, training, StatePolicy.Stateless, Seeds).Train(data);
        return model;
    }
}
