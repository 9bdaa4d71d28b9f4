using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.Tests.Kernels;
using Research.Framework.Training;

namespace Research.Framework.Tests.Training;

public class OptimizerRunnerTests
{
    private const int Steps = 80;

    private static readonly Optimizer[] Optimizers =
    [
        new Adam { LearningRate = 0.01 },
        new Adam { Beta1 = 0.5, Beta2 = 0.7, Epsilon = 0.01 },
        new Adam { LearningRate = 0.01, AmsGrad = true },
        new Adam { LearningRate = 0.01, Schedule = LearningRateSchedule.Cosine(50, 0.1).AfterWarmUp(10) },
        new AdamW { LearningRate = 0.01, WeightDecay = 0.1 },
        new AdamW { LearningRate = 0.01, AmsGrad = true },
        new Sgd(),
        new Sgd { Schedule = LearningRateSchedule.Steps([20, 40], [0.5, 0.1]) },
        new Sgd { Momentum = 0.9 },
        new Sgd { Momentum = 0.9, Nesterov = true },
        new RmsProp(),
        new RmsProp { EpsilonOutsideRoot = true },
        new RmsProp { LearningRate = 0.01, Rho = 0.8, Momentum = 0.5, Epsilon = 1e-3 },
        new RmsProp { Momentum = 0.9, Centered = true },
        new RmsProp { Centered = true, EpsilonOutsideRoot = true },
        new Sgd { LearningRate = 0.5, ClipNorm = 0.1 },
        new Sgd { LearningRate = 0.5, ClipValue = 0.02 },
        new Sgd { LearningRate = 0.5, GlobalClipNorm = 0.5 },
        new Adam { LearningRate = 0.01, ClipNorm = 0.1 },
        new RmsProp { GlobalClipNorm = 1.5 },
    ];

    private static IEnumerable<TestCaseData> EveryOptimizer() => Optimizers.Select((optimizer, i) => new TestCaseData(optimizer).SetArgDisplayNames($"{i}, {optimizer.Name}"));

    [TestCaseSource(nameof(EveryOptimizer))]
    public void Trajectory_FollowsTheFormula_SameBitsAtEveryWidth(Optimizer optimizer)
    {
        OptimizerOracle oracle = new(optimizer, StartWeights());
        for (int step = 0; step < Steps; step++) oracle.Step([.. Gradients(step).Select(Doubles)]);
        double[] expected = [.. oracle.Weights.SelectMany(w => w)];

        float[]? bits = null;
        foreach (Func<TrainingOptions, OptimizerRig> make in OptimizerRig.Widths)
        {
            OptimizerRig rig = Start(make, new TrainingOptions { Optimizer = optimizer });
            for (int step = 0; step < Steps; step++) rig.Step(Gradients(step));
            float[] weights = rig.AllWeights();
            for (int i = 0; i < weights.Length; i++) Assert.That(weights[i], Is.EqualTo(expected[i]).Within(2e-6), $"element {i}");
            bits ??= weights;
            Assert.That(weights, Is.EqualTo(bits), "bits differ between widths");
        }
    }

    [TestCaseSource(nameof(EveryOptimizer))]
    public void WeightWithoutGradient_StaysExactly_AndLaterStartsAsTheFormulaSays(Optimizer optimizer)
    {
        // Weight decay needs no gradient.
        double kept = optimizer is AdamW adamw ? 1 - adamw.LearningRate * adamw.WeightDecay : 1;
        const int Late = 30;
        OptimizerOracle oracle = new(optimizer, StartWeights());
        OptimizerRig rig = Start(OptimizerRig.Widths.Last(), new TrainingOptions { Optimizer = optimizer });
        float[] start = rig.Weight(2).ToArray();
        for (int step = 0; step < 60; step++)
        {
            float[][] gradients = Gradients(step);
            if (step < Late)
            {
                gradients[2] = new float[gradients[2].Length];
                rig.Step(gradients[0], gradients[1], null);
                if (kept == 1) Assert.That(rig.Weight(2).ToArray(), Is.EqualTo(start));
            }
            else
            {
                rig.Step(gradients);
            }

            oracle.Step([.. gradients.Select(Doubles)]);
        }

        double[] expected = [.. oracle.Weights.SelectMany(w => w)];
        float[] weights = rig.AllWeights();
        for (int i = 0; i < weights.Length; i++) Assert.That(weights[i], Is.EqualTo(expected[i]).Within(2e-6), $"element {i}");
        Assert.That(weights[^1], Is.Not.EqualTo(start[^1]));
    }

    [Test]
    public void L2_AddsToLossAndGradient_ClippedWithTheRest()
    {
        Optimizer optimizer = new Sgd { LearningRate = 0.1, ClipNorm = 0.9 };
        TrainingOptions training = new()
        {
            Optimizer = optimizer,
            WeightRules = [new() { Pattern = "*/kernel", L2 = 0.2 }, new() { Pattern = "lstm_1/*", L2 = 0.1 }],
        };
        OptimizerOracle oracle = new(optimizer, StartWeights()) { L2 = [0.2 + 0.1, 0.1, 0.2] };
        OptimizerRig rig = Start(OptimizerRig.Widths.Last(), training);
        for (int step = 0; step < 20; step++)
        {
            float[][] gradients = Gradients(step);
            // The second weight's gradient is the penalty's alone.
            gradients[1].AsSpan().Clear();
            double penalty = rig.Step(gradients[0], null, gradients[2]);
            Assert.That(penalty, Is.EqualTo(oracle.Step([.. gradients.Select(Doubles)])).Within(1e-5));
        }

        double[] expected = [.. oracle.Weights.SelectMany(w => w)];
        float[] weights = rig.AllWeights();
        for (int i = 0; i < weights.Length; i++) Assert.That(weights[i], Is.EqualTo(expected[i]).Within(2e-6), $"element {i}");
    }

    [Test]
    public void MaxNorm_CapsColumnsThatAreTooLong_AndNoOthers()
    {
        TrainingOptions training = new()
        {
            Optimizer = new Sgd { LearningRate = 1e-6 },
            WeightRules = [new() { Pattern = "*", MaxNorm = 9 }, new() { Pattern = "dense_1/kernel", MaxNorm = 1.5 }, new() { Pattern = "*/bias", MaxNorm = 0.5 }],
        };
        foreach (Func<TrainingOptions, OptimizerRig> make in OptimizerRig.Widths)
        {
            OptimizerRig rig = make(training);
            float[] kernel = Memory.Numbers(21, 5), bias = [0.3f, -0.4f, 1.2f, 0, 0], dense = Memory.Numbers(40, 6);
            for (int row = 0; row < 20; row++) dense[row * 2] *= 0.1f;
            kernel.CopyTo(rig.Weight(0));
            bias.CopyTo(rig.Weight(1));
            dense.CopyTo(rig.Weight(2));
            rig.Step(null, null, null);
            Assert.That(rig.Weight(0).ToArray(), Is.EqualTo(kernel), "every column is short enough");
            Assert.That(rig.Weight(1).ToArray(), Is.EqualTo(bias.Select(w => w * 0.5f / 1.3f).ToArray()).Within(1e-6f), "a row vector is one column");
            float[] after = rig.Weight(2).ToArray();
            double norm = Math.Sqrt(Enumerable.Range(0, 20).Sum(row => (double)dense[row * 2 + 1] * dense[row * 2 + 1]));
            Assert.That(norm, Is.GreaterThan(1.5));
            for (int row = 0; row < 20; row++)
            {
                Assert.That(after[row * 2], Is.EqualTo(dense[row * 2]));
                Assert.That(after[row * 2 + 1], Is.EqualTo(dense[row * 2 + 1] * 1.5 / norm).Within(1e-6));
            }
        }
    }

    [Test]
    public void PatternThatFitsNoWeight_IsRefused()
    {
        TrainingOptions rule = new() { WeightRules = [new() { Pattern = "gru_1/*", L2 = 1 }] };
        TrainingOptions decay = new() { Optimizer = new AdamW { DecayPattern = "kernel" } };
        ModelGraph graph = Model.Of(Layers.Dense(2, Activation.Softmax)).Graph(1);
        Assert.That(rule.Objective.Findings(graph).Single().Message, Does.Contain("gru_1/*").And.Contain("dense_1/kernel"));
        Assert.That(decay.Objective.Findings(graph).Single().Message, Does.Contain("weight decay"));
        Assert.That(() => new ManagedEngine().Compile(graph, rule.Objective, new Seeds(1)), Throws.TypeOf<ResearchException>().With.Message.Contains("gru_1/*"));
    }

    [Test]
    public void DecayPattern_LeavesOthersAlone()
    {
        OptimizerRig rig = Start(OptimizerRig.Widths.First(), new TrainingOptions { Optimizer = new AdamW { WeightDecay = 0.5, DecayPattern = "*kernel" } });
        float[] kernel = rig.Weight(0).ToArray(), bias = rig.Weight(1).ToArray();
        rig.Step(null, null, null);
        Assert.That(rig.Weight(0).ToArray(), Is.EqualTo(kernel.Select(w => w * (1 - 0.001f * 0.5f)).ToArray()).Within(1e-6f).And.Not.EqualTo(kernel));
        Assert.That(rig.Weight(1).ToArray(), Is.EqualTo(bias));
    }

    [TestCaseSource(nameof(EveryOptimizer))]
    public void Resumed_EqualsUninterrupted_BitForBit(Optimizer optimizer)
    {
        TrainingOptions training = new() { Optimizer = optimizer };
        OptimizerRig straight = Start(OptimizerRig.Widths.Last(), training), first = Start(OptimizerRig.Widths.Last(), training);
        for (int step = 0; step < 25; step++)
        {
            float[][] gradients = Gradients(step);
            straight.Step(gradients[0], gradients[1], null);
            first.Step(gradients[0], gradients[1], null);
        }

        // The second model has been through something else before.
        OptimizerRig second = Start(OptimizerRig.Widths.Last(), training);
        for (int step = 50; step < 55; step++) second.Step(Gradients(step));
        second.Import(first.Export());
        for (int i = 0; i < OptimizerRig.Descriptions.Length; i++) first.Weight(i).CopyTo(second.Weight(i));
        for (int step = 25; step < 60; step++)
        {
            float[][] gradients = Gradients(step);
            float[]? third = step < 40 ? null : gradients[2];
            straight.Step(gradients[0], gradients[1], third);
            second.Step(gradients[0], gradients[1], third);
        }

        Assert.That(second.AllWeights(), Is.EqualTo(straight.AllWeights()));
        Assert.That(Find(second, "optimizer/steps").ToLongs(), Is.EqualTo((long[])[60]));
        Assert.That(Text(second), Is.EqualTo(Text(straight)));
    }

    [Test]
    public void Export_NamesAllThatTheOptimizerRemembers()
    {
        OptimizerRig rig = Start(OptimizerRig.Widths.First(), new TrainingOptions());
        rig.Step(Gradients(0));
        Assert.That(rig.Export().Select(tensor => tensor.Name), Is.EqualTo((string[])
        [
            "optimizer/steps", "optimizer/learning_rate_factor", "optimizer/beta1_power", "optimizer/beta2_power",
            "optimizer/first_moment/lstm_1/kernel", "optimizer/first_moment/lstm_1/bias", "optimizer/first_moment/dense_1/kernel",
            "optimizer/second_moment/lstm_1/kernel", "optimizer/second_moment/lstm_1/bias", "optimizer/second_moment/dense_1/kernel",
        ]));
        Assert.That(Find(rig, "optimizer/first_moment/lstm_1/kernel").Shape, Is.EqualTo((int[])[3, 7]));
        Assert.That(Find(rig, "optimizer/beta1_power").ToDoubles(), Is.EqualTo((double[])[0.9]));
        Assert.That(Find(rig, "optimizer/beta2_power").ToDoubles(), Is.EqualTo((double[])[0.999]));
    }

    [Test]
    public void Import_WhatDoesNotFit_IsRefusedAndChangesNothing()
    {
        OptimizerRig rig = Start(OptimizerRig.Widths.First(), new TrainingOptions());
        rig.Step(Gradients(0));
        string[] before = [.. Text(rig)];
        NamedTensor good = NamedTensor.OfLongs("optimizer/steps", [1], [77]);
        (NamedTensor Wrong, string Says)[] cases =
        [
            (NamedTensor.OfLongs("optimizer/steps", [1], [-1]), "twice"),
            (NamedTensor.OfDoubles("optimizer/beta1_power", [1], [double.NaN]), "between 0 and 1"),
            (NamedTensor.OfDoubles("optimizer/learning_rate_factor", [1], [-1]), "0 or more"),
            (NamedTensor.OfFloats("optimizer/velocity/lstm_1/kernel", [3, 7], new float[21]), "optimizer/velocity/lstm_1/kernel"),
            (NamedTensor.OfFloats("optimizer/first_moment/lstm_1/kernel", [7, 3], new float[21]), "[7, 3]"),
            (NamedTensor.OfDoubles("optimizer/first_moment/lstm_1/kernel", [3, 7], new double[21]), "Float64"),
        ];
        foreach ((NamedTensor wrong, string says) in cases)
        {
            Assert.That(() => rig.Import([good, wrong]), Throws.TypeOf<ResearchException>().With.Message.Contains(says));
            Assert.That(Text(rig), Is.EqualTo(before));
        }

        Assert.That(() => rig.Import([NamedTensor.OfLongs("optimizer/steps", [1], [-1])]), Throws.TypeOf<ResearchException>().With.Message.Contains("0 or more, got -1"));
    }

    private static NamedTensor Find(OptimizerRig rig, string name) => rig.Export().Single(tensor => tensor.Name == name);

    // Every tensor with its bits.
    private static IEnumerable<string> Text(OptimizerRig rig) => rig.Export().Select(tensor => $"{tensor} {Convert.ToHexString(tensor.Bytes)}");

    [TestCaseSource(nameof(EveryOptimizer))]
    public void Step_AllocatesNothing(Optimizer optimizer)
    {
        OptimizerRig rig = Start(OptimizerRig.Widths.Last(), new TrainingOptions { Optimizer = optimizer, WeightRules = [new() { Pattern = "*", L2 = 0.1, MaxNorm = 1 }] });
        float[][] gradients = Gradients(0);
        Assert.That(Allocations.Of(() => rig.Step(gradients)), Is.Zero);
    }

    private static OptimizerRig Start(Func<TrainingOptions, OptimizerRig> make, TrainingOptions training)
    {
        OptimizerRig rig = make(training);
        double[][] weights = StartWeights();
        for (int i = 0; i < weights.Length; i++) weights[i].Select(w => (float)w).ToArray().CopyTo(rig.Weight(i));
        return rig;
    }

    private static double[][] StartWeights() => [.. OptimizerRig.Descriptions.Select((weight, i) => Doubles(Memory.Numbers(weight.Count, (uint)(i + 1), -1, 1)))];

    // Some elements have small gradients, some never have one.
    private static float[][] Gradients(int step) =>
    [
        .. OptimizerRig.Descriptions.Select((weight, i) =>
        {
            Random random = new Seeds(step).Stream($"gradient/{i}");
            float[] gradient = [.. Enumerable.Range(0, weight.Count).Select(_ => (float)(1.1 * random.NextDouble() - 0.5))];
            for (int j = 0; j < gradient.Length; j++) gradient[j] *= j % 4 == 3 ? 0.01f : j % 9 == 4 ? 0 : 1;
            return gradient;
        }),
    ];

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];
}
