using System.Text.Json;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Objectives;

namespace Research.Reference;

/// <summary>Group loss: the loss of each sample.</summary>
internal static class LossCheck
{
    private const double Bound = 2e-6;

    // Keras has them, this framework does not; docs/keras.md says so.
    private static readonly string[] NotOffered = ["log_cosh", "kl_divergence"];

    public static void Run(ReferenceFile file, IEngine engine)
    {
        KerasTensor truth = file.Tensor("y_true"), predicted = file.Tensor("y_pred");
        int width = truth.Shape[1];
        foreach (JsonProperty loss in file.Root.GetProperty("losses").EnumerateObject())
        {
            if (NotOffered.Contains(loss.Name))
            {
                Assert.That(Loss.All.Select(known => known.Name), Has.None.EqualTo(loss.Name), $"'{loss.Name}' is here now: check it, and mend docs/keras.md");
                continue;
            }

            double[] expected = KerasTensor.Numbers(loss.Value.GetProperty("per_sample"));
            for (int row = 0; row < expected.Length; row++)
            {
                float[] p = predicted.ToFloats()[(row * width)..((row + 1) * width)], y = truth.ToFloats()[(row * width)..((row + 1) * width)];
                string what = FormattableString.Invariant($"{loss.Name}, sample {row}");
                double allowed = Bound * Math.Max(1, Math.Abs(expected[row]));
                bool sparse = loss.Name.StartsWith("sparse", StringComparison.Ordinal);
                int? targetClass = loss.Name.Contains("categorical", StringComparison.Ordinal) ? Array.IndexOf(y, 1f) : null;
                Assert.That(IdentityModel.Evaluate(engine, KerasTraining.Loss(loss.Name), Activation.Linear, p, targetClass, y), Is.EqualTo(expected[row]).Within(allowed), what);
                if (targetClass is null) continue;

                // Where the model ends in softmax, from the softmax's input; and with the target written as a distribution.
                float[] logits = Array.ConvertAll(p, value => value == 0 ? -1000 : (float)Math.Log(value));
                Assert.That(IdentityModel.Evaluate(engine, KerasTraining.Loss(loss.Name), Activation.Softmax, logits, targetClass, null), Is.EqualTo(expected[row]).Within(allowed), $"{what}, from softmax");
                if (sparse) continue;
                Assert.That(IdentityModel.Evaluate(engine, KerasTraining.Loss(loss.Name), Activation.Softmax, logits, null, y), Is.EqualTo(expected[row]).Within(allowed), $"{what}, from softmax, with a distribution");
            }
        }
    }
}
