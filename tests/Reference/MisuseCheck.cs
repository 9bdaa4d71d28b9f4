using System.Text.Json;
using Research.Cells;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Experiments;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;
using Research.Framework.Weights;

namespace Research.Reference;

/// <summary>
/// Files on misuse: what Keras does with a mistake, or with what looks like one, is recorded there; what this framework does
/// instead is asserted here: one clear error before anything runs, or it simply works. The table is in docs/keras.md.
/// </summary>
/// <param name="engine">What runs the models.</param>
internal sealed class MisuseCheck(IEngine engine)
{
    private const int Units = 3, Features = 2, Classes = 4, Steps = 3;

    private Dictionary<string, Action> Ours => new()
    {
        // State is kept row by row and sized on first use: no batch size is ever declared.
        ["stateful without a batch size (Sequential, first layer batch None)"] = () => TrainStateful(samples: 8, batchSize: 2),
        ["stateful without a batch size"] = () => TrainStateful(samples: 8, batchSize: 2),
        ["stateful, no Input at all, Sequential built by the first fit (batch taken from the data)"] = () => TrainStateful(samples: 8, batchSize: 2),
        ["batch_input_shape keyword on a layer (Keras 2 / tutorial spelling)"] = () => TrainStateful(samples: 8, batchSize: 1),
        ["input_shape keyword on a layer"] = () => TrainStateful(samples: 8, batchSize: 1),
        ["stateful: predict with another batch size than declared (declared 2, predict 4 samples with batch_size 4)"] = () => PredictAfterTraining(rows: 4),
        ["stateful predict with batch 4 (declared 2)"] = () => PredictAfterTraining(rows: 4),
        ["stateful: predict one sample, declared batch 2"] = () => PredictAfterTraining(rows: 1),
        ["stateful: fit, number of samples not divisible by the batch size (7 samples, batch 2)"] = () => TrainStateful(samples: 7, batchSize: 2),
        ["stateful fit 7 samples batch 2"] = () => TrainStateful(samples: 7, batchSize: 2),
        ["stateful: fit batch_size differs from the declared batch (declared 2, fit 4)"] = () => TrainStateful(samples: 8, batchSize: 4),
        ["stateful: fit without batch_size (default 32; 8 samples, declared 2)"] = () => TrainStateful(samples: 8, batchSize: 32),
        ["stateful fit default batch size 32"] = () => TrainStateful(samples: 8, batchSize: 32),
        ["stateful: fit with validation_split leaving a non-divisible part (8 samples, split 0.3, batch 2)"] = () =>
        {
            TrainStateful(samples: 5, batchSize: 2);
            PredictAfterTraining(rows: 3);
        },
        ["stateful: evaluate with batch_size not dividing"] = () => PredictAfterTraining(rows: 7),

        // Carrying state to a shuffled sample is silently wrong in Keras; here it is refused with the reason.
        ["stateful: fit with the default shuffle=True"] = RefusesShuffle,
        ["stateful fit shuffle default"] = RefusesShuffle,

        ["model.reset_states()"] = ResetsAll,
        ["layer.reset_states() on a non-stateful layer"] = ResetsAll,
        ["resetStates on a non-stateful layer"] = ResetsAll,
        ["layer.reset_states() on a stateful layer before it is built"] = ResetsAll,
        ["reset_states(states=...) with values"] = SetsState,
        ["resetStates(states) with values"] = SetsState,
        ["reset_states(states=...) with the wrong number of arrays"] = RefusesUnknownState,
        ["resetStates(states) wrong count"] = RefusesUnknownState,
        ["initial_state with the wrong number of states"] = RefusesUnknownState,
        ["reset_states(states=...) with the wrong shape"] = RefusesStateOfOtherWidth,
        ["resetStates(states) wrong shape"] = RefusesStateOfOtherWidth,
        ["initial_state with the wrong units"] = RefusesStateOfOtherWidth,

        ["input of rank 2 to an LSTM model"] = () => Refuses(Train(Data(8) with { Inputs = new float[8 * Features] }), "inputs: expected [8, 3, 2] = 48 values, got 16"),
        ["rank 2 input"] = () => Refuses(Train(Data(8) with { Inputs = new float[8 * Features] }), "inputs: expected [8, 3, 2] = 48 values, got 16"),
        ["input of rank 4 to an LSTM model"] = () => Refuses(Train(Data(8) with { Inputs = new float[8 * Steps * Features * 2] }), "inputs: expected [8, 3, 2] = 48 values, got 96"),
        ["LSTM layer called on a rank 2 Input"] = () => Refuses(Train(Data(8) with { TimeSteps = 0, Inputs = new float[8 * Features] }), "time steps: expected at least 1"),
        ["wrong feature count (model of 2 features, data of 5)"] = RefusesOtherFeatures,
        ["wrong feature count"] = RefusesOtherFeatures,
        ["wrong number of time steps (model declared T=3, data T=6)"] = TrainsAtTwoLengths,
        ["wrong time steps"] = TrainsAtTwoLengths,
        ["variable time steps (declared T=None), T=3 then T=6"] = TrainsAtTwoLengths,
        ["zero time steps"] = () => Refuses(Train(Data(8) with { TimeSteps = 0, Inputs = [] }), "time steps: expected at least 1, got 0"),
        ["zero samples, fit"] = () => Refuses(Train(Data(8) with { Samples = 0, Inputs = [], Classes = [] }), "samples: expected at least 1, got 0"),
        ["x and y of different length"] = () => Refuses(Train(Data(8) with { Classes = new int[5] }), "target classes: expected [8, 1] = 8 indices, got 5"),
        ["target of the wrong class count (output 4, target 6)"] = () => Refuses(Train(Data(8) with { Width = 6 }), "yields [1, 4]", "are [1, 6]"),
        ["mask of the wrong length (T=3, mask T=2)"] = () => Refuses(Train(Data(8) with { Mask = new bool[8 * 2] }), "mask: expected [8, 3] = 24 flags, got 16"),
        ["NaN in the input, fit"] = () => Refuses(Train(Data(8) with { Inputs = [.. Enumerable.Repeat(float.NaN, 48)] }), "inputs: expected finite values, got NaN at sample 0"),

        ["stacked LSTM, the first without return_sequences"] = RefusesSequenceOverLastStep,
        ["stacked without returnSequences"] = RefusesSequenceOverLastStep,
        // A dense layer works on whatever steps there are, one included.
        ["TimeDistributed on a rank 2 input"] = () =>
            Assert.That(Compile(Model.Of(Layers.Dense(Classes))).OutputSteps(1), Is.EqualTo(1)),
        ["RepeatVector(0)"] = () => Refuses(() => Layers.RepeatVector(0), "expected at least 1 step, got 0"),
        // An argument of another type does not compile.
        ["RepeatVector('3')"] = () => Assert.That(ArgumentType(typeof(Layers), nameof(Layers.RepeatVector)), Is.EqualTo(typeof(int))),
        ["units=2.5"] = () => Assert.That(typeof(LstmCell).GetConstructors().Single().GetParameters()[0].ParameterType, Is.EqualTo(typeof(int))),
        ["RepeatVector on a rank 3 input"] = () => Refuses(
            () => Model.Of(Layers.Recurrent(new LstmCell(Units), returnSequences: true), Layers.RepeatVector(2)).Graph(Features).RequireFit(Data(8).Build(), needsTargets: false), "repeats a single step"),
        ["units=0"] = () => Refuses(() => _ = new LstmCell(0), "expected at least 1 unit, got 0"),
        ["units 0"] = () => Refuses(() => _ = new LstmCell(0), "expected at least 1 unit, got 0"),
        ["units=-1"] = () => Refuses(() => _ = new LstmCell(-1), "expected at least 1 unit, got -1"),
        ["unknown activation name"] = () => Refuses(() => PlanOverrides.Apply(Plan(shuffle: false), ["model.layers.1.activation=nope"]), "nope"),
        ["Bidirectional with an unknown merge_mode"] = () => Refuses(
            () => Model.Of(Layers.Bidirectional(new LstmCell(Units), new LstmCell(Units)) with { Merge = (MergeMode)99 }).Graph(Features), "expected a merge mode of Concat"),
        // Only what an engine has compiled can be trained.
        ["fit before compile"] = () => Assert.That(typeof(Model).GetMethods().Select(method => method.Name), Has.None.StartsWith("Train")),
        ["set_weights with a wrong shape"] = () =>
        {
            ICompiledModel model = Compile();
            Refuses(() => model.SetWeight("lstm_1/kernel", new float[81]), "expected [2, 12] = 24 numbers, got 81");
            Refuses(() => ModelWeights.Apply(model, new([.. ModelWeights.Of(model).Tensors.Skip(1), NamedTensor.OfFloats("lstm_1/kernel", [12, 2], new float[24])])), "'lstm_1/kernel' is Float32 [12, 2], expected Float32 [2, 12]");
        },
        ["set_weights with a wrong count"] = () =>
        {
            ICompiledModel model = Compile();
            Refuses(() => ModelWeights.Apply(model, new([.. ModelWeights.Of(model).Tensors.Skip(2)])), "'lstm_1/kernel' is missing; 'lstm_1/recurrent_kernel' is missing");
        },

        ["FACT state after fit (stateful): is it kept into predict?"] = PredictionStartsFresh,
        ["FACT evaluate changes the state"] = PredictionStartsFresh,
        ["FACT is the state reset between epochs of one fit(epochs=2)?"] = EpochsAreAsThePolicySays,
        ["FACT validation data inside fit: does the validation pass change the training state?"] = PredictingWhileTrainingChangesNothing,
        ["FACT weights listed: are the states among get_weights()?"] = () =>
            Assert.That(Compile().Graph.Weights.Select(weight => weight.Name), Is.EqualTo((string[])["lstm_1/kernel", "lstm_1/recurrent_kernel", "lstm_1/bias", "dense_1/kernel", "dense_1/bias"])),
        ["FACT set_weights / a new model: is the state copied?"] = () =>
        {
            RecurrentState used = Used(out ICompiledModel model), other = model.CreateState();
            Assert.That(used["lstm_1"]["hidden"].Get(0), Has.Some.Not.Zero);
            Assert.That(other["lstm_1"]["hidden"].Get(0), Is.All.Zero);
        },
        ["FACT does one long sequence equal the chunks with state (T=6 vs 2 x T=3)?"] = ChunksEqualOneSequence,
        ["FACT state rows: state of batch index i comes from sample i of the batch (permute the second batch's rows -> outputs differ)"] = RowsKeepTheirState,
    };

    public void Run(ReferenceFile file)
    {
        Dictionary<string, Action> ours = Ours;
        string[] names = [.. file.Root.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("case").GetString()!)];
        Assert.That(names, Is.Not.Empty);
        Assert.That(names.Except(ours.Keys), Is.Empty, "cases nobody here has an answer to");
        Assert.Multiple(() =>
        {
            foreach (string name in names) Assert.That(() => ours[name](), Throws.Nothing, name);
        });
    }

    private void TrainStateful(int samples, int batchSize)
    {
        Dataset data = Data(samples).Build();
        TrainingSummary summary = new TrainingRun(Compile(), Options(batchSize), StatePolicy.ResetEachEpoch, new Seeds(1)).Train(data);
        Assert.That(summary.Steps, Is.EqualTo(2 * ((samples + batchSize - 1) / batchSize)));
        Assert.That(summary.EpochLosses, Is.All.GreaterThan(0));
    }

    // Trained with two rows, then any number of rows is predicted, each as if it were alone.
    private void PredictAfterTraining(int rows)
    {
        ICompiledModel model = Compile();
        Dataset data = Data(8).Build();
        new TrainingRun(model, Options(2), StatePolicy.ResetEachEpoch, new Seeds(1)).Train(data);
        float[] together = Predict(model, model.CreateState(), data, [.. Enumerable.Range(0, rows)]);
        for (int row = 0; row < rows; row++)
            Assert.That(together[(row * Classes)..((row + 1) * Classes)], Is.EqualTo(Predict(model, model.CreateState(), data, [row])).Within(Engines.BetweenRows));
    }

    private static void RefusesShuffle()
    {
        Assert.That(PlanValidator.Findings(Plan(shuffle: true)).Select(finding => finding.Message), Has.One.Contains("a row's state would be handed to an unrelated sample"));
        Assert.That(PlanValidator.Findings(Plan(shuffle: false)), Is.Empty);
    }

    private void ResetsAll()
    {
        RecurrentState state = Used(out ICompiledModel model);
        state.Reset();
        Assert.That(state.Layers.SelectMany(layer => layer.Slots).SelectMany(slot => slot.Get(0)), Is.All.Zero);
        Assert.That(() => model.CreateState().Reset(), Throws.Nothing, "a state never used");
    }

    private void SetsState()
    {
        RecurrentState state = Compile().CreateState();
        state["lstm_1"]["cell"].Set(1, [1, 2, 3]);
        Assert.That(state["lstm_1"]["cell"].Get(1), Is.EqualTo((float[])[1, 2, 3]));
        Assert.That(state["lstm_1"]["cell"].Get(0), Is.All.Zero);
    }

    // States are set by name, so that their number cannot be wrong, only their names.
    private void RefusesUnknownState()
    {
        RecurrentState state = Compile().CreateState();
        Refuses(() => state["lstm_1"]["memory"].Set(0, [1, 2, 3]), "no state 'memory'; it has 'hidden', 'cell'");
        Refuses(() => _ = state["lstm_2"], "no recurrent layer 'lstm_2'");
    }

    private void RefusesStateOfOtherWidth() =>
        Refuses(() => Compile().CreateState()["lstm_1"]["hidden"].Set(0, [1, 2, 3, 4]), "expected [3] numbers, got 4");

    private void RefusesOtherFeatures() =>
        Refuses(Train(Data(8) with { Features = 5, Inputs = new float[8 * Steps * 5] }), "made for 2 features", "has 5");

    private static void RefusesSequenceOverLastStep() => Refuses(
        () => Model.Of(Layers.Recurrent(new LstmCell(Units)), Layers.Recurrent(new LstmCell(Units))).Graph(Features),
        "'lstm_2' reads a sequence, but 'lstm_1' yields only its last step");

    private void TrainsAtTwoLengths()
    {
        ICompiledModel model = Compile();
        foreach (int steps in (int[])[3, 6])
        {
            Dataset data = (Data(8) with { TimeSteps = steps, Inputs = Noise(8 * steps * Features) }).Build();
            Assert.That(new TrainingRun(model, Options(2), StatePolicy.Stateless, new Seeds(1)).Train(data).EpochLosses, Is.All.GreaterThan(0));
        }
    }

    private void PredictionStartsFresh()
    {
        Dataset data = Data(8).Build();
        ICompiledModel model = Compile();
        new TrainingRun(model, Options(2), StatePolicy.Never, new Seeds(1)).Train(data);
        float[] Predicted() => [.. Evaluation.Predict(model, data, StatePolicy.Never, 2)[0].Values];
        float[] first = Predicted(), second = Predicted();
        Assert.That(second, Is.EqualTo(first), "two predictions in a row");
    }

    private void EpochsAreAsThePolicySays()
    {
        // With a step too small to move any weight, epochs differ in nothing but the state they begin with.
        Dataset data = Data(8).Build();
        TrainingOptions still = Options(2) with { Optimizer = new Sgd { LearningRate = 1e-30 } };
        ICompiledModel Still() => engine.Compile(Network(), Features, still, new Seeds(1));
        IReadOnlyList<double> reset = new TrainingRun(Still(), still, StatePolicy.ResetEachEpoch, new Seeds(1)).Train(data).EpochLosses;
        IReadOnlyList<double> never = new TrainingRun(Still(), still, StatePolicy.Never, new Seeds(1)).Train(data).EpochLosses;
        Assert.That(reset[1], Is.EqualTo(reset[0]));
        Assert.That(never[1], Is.Not.EqualTo(never[0]));
    }

    private void PredictingWhileTrainingChangesNothing()
    {
        Dataset data = Data(8).Build();
        IReadOnlyList<double> Losses(bool predicting)
        {
            ICompiledModel model = Compile();
            TrainingRun run = new(model, Options(2) with { Epochs = 3 }, StatePolicy.Never, new Seeds(1))
            {
                Observers = predicting ? [new AtEachEpoch(() => Evaluation.Predict(model, data, StatePolicy.Never, 2))] : [],
            };
            return run.Train(data).EpochLosses;
        }

        Assert.That(Losses(predicting: true), Is.EqualTo(Losses(predicting: false)));
    }

    private void ChunksEqualOneSequence()
    {
        ICompiledModel model = Compile();
        Dataset whole = (Data(1) with { TimeSteps = 6, Inputs = Noise(6 * Features) }).Build();
        Dataset chunks = (Data(2) with { Inputs = whole.Input.Values }).Build();
        RecurrentState state = model.CreateState();
        Predict(model, state, chunks, [0]);
        Assert.That(Predict(model, state, chunks, [1]), Is.EqualTo(Predict(model, model.CreateState(), whole, [0])));
    }

    private void RowsKeepTheirState()
    {
        ICompiledModel model = Compile();
        Dataset data = Data(4).Build();
        float[] Second(params int[] samples)
        {
            RecurrentState state = model.CreateState();
            Predict(model, state, data, [0, 1]);
            return Predict(model, state, data, samples);
        }

        float[] straight = Second(2, 3), swapped = Second(3, 2);
        Assert.That(straight[..Classes], Is.Not.EqualTo(swapped[Classes..]), "the same sample, after another row's first batch");
    }

    private RecurrentState Used(out ICompiledModel model)
    {
        model = Compile();
        RecurrentState state = model.CreateState();
        Predict(model, state, Data(8).Build(), [0]);
        return state;
    }

    private static float[] Predict(ICompiledModel model, RecurrentState state, Dataset data, int[] samples)
    {
        Batch batch = new(data, samples.Length) { Rows = samples.Length };
        for (int row = 0; row < samples.Length; row++)
        {
            batch.Samples[row] = samples[row];
            batch.RowStates[row] = RowState.Carry;
        }

        float[] predictions = new float[samples.Length * Classes];
        model.PredictBatch(batch, state, predictions);
        return predictions;
    }

    private Action Train(Sketch data) => () => new TrainingRun(Compile(), Options(2), StatePolicy.ResetEachEpoch, new Seeds(1)).Train(data.Build());

    private static void Refuses(Action act, params string[] message)
    {
        ResearchException refusal = Assert.Throws<ResearchException>(() => act())!;
        foreach (string part in message) Assert.That(refusal.Message, Does.Contain(part));
    }

    private static Type ArgumentType(Type type, string method) => type.GetMethod(method)!.GetParameters()[0].ParameterType;

    private static Model Network() => Model.Of(Layers.Recurrent(new LstmCell(Units)), Layers.Dense(Classes, Activation.Softmax));

    private ICompiledModel Compile(Model? model = null) => model is null
        ? engine.Compile(Network(), Features, Options(2), new Seeds(1))
        : engine.Compile(model, Features, new TrainingOptions { Loss = Loss.MeanSquaredError }, new Seeds(1));

    private static TrainingOptions Options(int batchSize) => new() { Epochs = 2, BatchSize = batchSize, Shuffle = false };

    private static ExperimentPlan Plan(bool shuffle) => new()
    {
        Data = Data(8).Build(),
        Model = Network(),
        State = StatePolicy.ResetEachEpoch,
        Training = Options(2) with { Shuffle = shuffle },
    };

    private static Sketch Data(int samples) =>
        new(samples, Steps, Features, Noise(samples * Steps * Features), Classes, [.. Enumerable.Range(0, samples).Select(sample => sample % Classes)], null);

    private static float[] Noise(int count)
    {
        Random random = new Seeds(1).Stream("noise");
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())];
    }

    /// <summary>A dataset in the making, to be spoilt with <c>with</c>.</summary>
    private sealed record Sketch(int Samples, int TimeSteps, int Features, float[] Inputs, int Width, int[] Classes, bool[]? Mask)
    {
        public Dataset Build() => new()
        {
            Description = "misuse",
            Samples = Samples,
            Input = new() { TimeSteps = TimeSteps, Features = Features, Values = Inputs, Mask = Mask },
            Target = new() { Width = Width, Classes = Classes },
        };
    }

    private sealed class AtEachEpoch(Action act) : ITrainingObserver
    {
        public void EpochEnded(EpochEnd epoch) => act();
    }
}
