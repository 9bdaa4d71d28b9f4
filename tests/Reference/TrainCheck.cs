using System.Text.Json;
using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.State;
using Research.Framework.Training;

namespace Research.Reference;

/// <summary>Group train: the loss of every step, weights and states along the way, and what fit reports.</summary>
internal static class TrainCheck
{
    public static void Run(ReferenceFile file, CellKind kind, IEngine engine)
    {
        JsonElement root = file.Root;
        Loss loss = KerasTraining.Loss(root.GetProperty("loss"));
        Optimizer optimizer = KerasTraining.Optimizer(root.GetProperty("optimizer"), file.Keras2);
        double bound = optimizer is Adam or AdamW && optimizer.LearningRate >= 0.01 ? 5e-5 : 2e-5;
        if (root.TryGetProperty("shuffle", out JsonElement shuffle) && shuffle.GetBoolean()) Assert.Fail("This test knows only data in the given order, without shuffling.");

        KerasTensor x = file.Tensor("x"), y = file.Tensor("y");
        KerasModel keras = file.Model(kind);
        if (keras.Drops) Assert.Fail("Training with dropout cannot be compared.");
        TrainingOptions training = new()
        {
            Loss = loss,
            Optimizer = optimizer,
            WeightRules = keras.Rules,
            BatchSize = root.GetProperty("batch_size").GetInt32(),
            Shuffle = false,
        };
        KerasSession session = new(engine, keras, x, training);
        session.SetWeights(file.Weights);
        Dataset data = session.Data(x, file.TensorOrNull("mask"), y, loss, file.TensorOrNull("sample_weight"));
        Steps(root, session, data, training.BatchSize, bound);

        session.ResetStates();
        file.TensorOrNull("predict_after_reset")?.Check("prediction after the last step", session.Predict(data, training.BatchSize), bound);
        Fit(file, engine, keras, x, data, training, bound);
    }

    private static void Steps(JsonElement root, KerasSession session, Dataset data, int batchSize, double bound)
    {
        double[] losses = KerasTensor.Numbers(root.GetProperty("losses"));
        HashSet<int> resets = [.. List(root, "reset_before_steps").Select(step => step.GetInt32())];
        Dictionary<int, JsonElement> snapshots = List(root, "snapshots").ToDictionary(snapshot => snapshot.GetProperty("step").GetInt32());
        int batches = (data.Samples + batchSize - 1) / batchSize, rows = batchSize;
        Assert.That(snapshots.Keys, Is.All.InRange(1, losses.Length), "steps of snapshots");
        for (int step = 1; step <= losses.Length; step++)
        {
            if (resets.Contains(step)) session.ResetStates();
            int first = (step - 1) % batches * batchSize;
            rows = Math.Min(batchSize, data.Samples - first);
            string what = FormattableString.Invariant($"step {step}");
            Assert.That(session.Train(data, first, rows), Is.EqualTo(losses[step - 1]).Within(bound), $"{what}: loss");
            if (!snapshots.TryGetValue(step, out JsonElement snapshot)) continue;
            session.CheckWeights($"after {what}", snapshot.GetProperty("weights").EnumerateArray(), bound);
            if (snapshot.TryGetProperty("states", out JsonElement states)) session.CheckCarried($"after {what}", states, rows, bound);
        }

        if (root.TryGetProperty("final_states", out JsonElement final)) session.CheckCarried("at the end", final, rows, bound);
    }

    private static JsonElement[] List(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement list) && list.ValueKind != JsonValueKind.Null ? [.. list.EnumerateArray()] : [];

    // The same run by this framework's own trainer, as fit ran it in Keras.
    private static void Fit(ReferenceFile file, IEngine engine, KerasModel keras, KerasTensor x, Dataset data, TrainingOptions training, double bound)
    {
        if (!file.Root.TryGetProperty("fit_epoch_losses", out JsonElement fit) || fit.ValueKind == JsonValueKind.Null) return;

        // A state policy holds for a whole model.
        if (keras.Stateful.Distinct().Count() > 1) return;
        double[] expected = KerasTensor.Numbers(fit);
        KerasSession session = new(engine, keras, x, training);
        session.SetWeights(file.Weights);
        IStatePolicy state = !keras.Stateful.Contains(true) ? StatePolicy.Stateless
            : file.Root.TryGetProperty("reset_states_each_epoch", out JsonElement resets) && resets.GetBoolean() ? StatePolicy.ResetEachEpoch
            : StatePolicy.Never;
        TrainingRun run = new(session.Compiled, training with { Epochs = expected.Length }, state, new Seeds(1));
        Assert.That(run.Train(data).EpochLosses, Is.EqualTo(expected).Within(bound), "losses of the epochs of fit");
    }
}
