using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.Objectives;
using Research.Framework.Training;

namespace Research.Reference;

/// <summary>Group gradient: gradients of weights and input, of the mean loss over every output position.</summary>
internal static class GradientCheck
{
    private const double OutputBound = 2e-6, Bound = 5e-6;

    public static void Run(ReferenceFile file, CellKind kind, IEngine engine)
    {
        Loss loss = KerasTraining.Loss(file.Root.GetProperty("loss"));
        KerasTensor x = file.Tensor("x"), y = file.Tensor("y");
        KerasModel keras = file.Model(kind);
        if (keras.Rules.Any(rule => rule.L2 != 0)) Assert.Fail("A gradient with regularizers is unknown here.");
        if (keras.Drops) Assert.Fail("A gradient with dropout cannot be compared.");
        KerasTensor? input = keras.TakesSymbols ? null : file.TensorOrNull("input_gradient");
        KerasSession session = new(engine, keras, x, new TrainingOptions { Loss = loss, Optimizer = new Sgd() }, learnsInput: input is not null);
        session.SetWeights(file.Weights);
        Dataset data = session.Data(x, file.TensorOrNull("mask"), y, loss, file.TensorOrNull("sample_weight"));
        if (file.TensorOrNull("output") is { } output) output.Check("output", session.Predict(data, data.Samples), OutputBound);

        // The weights move only after the gradients have been taken.
        session.ResetStates();
        double value = session.Train(data, 0, data.Samples);
        Assert.That(value, Is.EqualTo(file.Root.GetProperty("loss_value").GetDouble()).Within(OutputBound), "loss");
        session.CheckGradients(file.Root.GetProperty("gradients").EnumerateArray(), Bound);
        input?.Check("gradient of the input", session.InputGradient, Bound);
    }
}
