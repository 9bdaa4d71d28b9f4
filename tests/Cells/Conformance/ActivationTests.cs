using Research.Framework;
using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.Training;
using static Research.Framework.Models.Layers;

namespace Research.Cells.Tests.Conformance;

/// <summary>What arrives at 0, where layers without bias and padded steps all are: a wrong derivative there stops learning.</summary>
public sealed class ActivationTests
{
    private static readonly Dictionary<string, double> s_derivativesAtZero = new()
    {
        ["linear"] = 1,
        ["sigmoid"] = 0.25,
        ["tanh"] = 1,
        ["relu"] = 0,
        ["hard_sigmoid"] = 1 / 6.0,
        ["hard_sigmoid_keras2"] = 0.2,
        ["leaky_relu"] = 0.2,
        ["relu6"] = 0,
        ["elu"] = 1,
        ["selu"] = 1.0507009873554805,
        ["celu"] = 1,
        ["softplus"] = 0.5,
        ["softsign"] = 1,
        ["silu"] = 0.5,
        ["gelu"] = 0.5,
        ["exponential"] = 1,
        ["mish"] = 0.6,
    };

    private static IEnumerable<Activation> ElementWise => Activation.All.Where(activation => activation != Activation.Softmax);

    [TestCaseSource(nameof(ElementWise))]
    public void DerivativeAtZero(Activation activation)
    {
        Model model = Model.Of(Dense(1, activation));
        ICompiledModel compiled = new ManagedEngine().Compile(model, 1, new TrainingOptions { Loss = Loss.MeanSquaredError }, new Seeds(7));
        float[] output = new float[1];
        compiled.PredictBatch(One(0), compiled.CreateState(), output);
        compiled.TrainBatch(One(output[0] - 0.5f), compiled.CreateState()); // so that 2 (y - target) is 1
        Assert.That(compiled.GetGradient("dense_1/bias")[0], Is.EqualTo(s_derivativesAtZero[activation.Name]).Within(1e-6));
    }

    private static Batch One(float target)
    {
        Dataset data = new() { Description = "zero", Samples = 1, Input = new() { TimeSteps = 1, Features = 1, Values = [0] }, Target = new() { Width = 1, Values = [target] } };
        return EngineRun.Batch(data);
    }
}
