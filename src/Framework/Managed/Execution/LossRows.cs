using System.Globalization;
using Research.Framework.Data;
using Research.Framework.Numerics;

namespace Research.Framework.Managed.Execution;

/// <summary>
/// The loss of one row of predictions, and its gradient times a scale. Predictions and targets are <c>[width]</c>. In double
/// precision but for what is stored; one order of operations, whatever the machine.
/// </summary>
internal static unsafe class LossRows
{
    // Keras' bounds of a probability.
    private const double Smallest = 1e-7;
    private const double Largest = 1 - 1e-7;

    /// <summary>-Σ y ln p after a softmax; the gradient is that of the softmax's input.</summary>
    public static double SoftmaxCrossEntropy(float* gradient, float* output, float* target, int width, double scale)
    {
        double mass = 0, sum = 0;
        for (int i = 0; i < width; i++)
        {
            mass += target[i];
            if (target[i] != 0) sum -= target[i] * DoubleMath.Log(Math.Clamp(output[i], Smallest, Largest));
        }

        for (int i = 0; i < width; i++) gradient[i] = (float)(scale * (mass * output[i] - target[i]));
        return sum;
    }

    /// <summary>-Σ y ln q, with q the predictions divided by their sum and clipped.</summary>
    /// <param name="data">Named in errors.</param>
    /// <param name="gradient">Receives the gradient.</param>
    /// <param name="output">Predictions.</param>
    /// <param name="target">The distribution y; null for a class.</param>
    /// <param name="targetClass">The class whose y is 1, where there is no distribution.</param>
    /// <param name="width">Classes.</param>
    /// <param name="scale">Times the gradient.</param>
    public static double CrossEntropy(Dataset data, float* gradient, float* output, float* target, int targetClass, int width, double scale)
    {
        double total = 0;
        bool negative = false;
        for (int i = 0; i < width; i++)
        {
            total += output[i];
            negative |= output[i] < 0;
        }

        // Of infinity the others' share would be 0, which is clipped to a number.
        if (double.IsPositiveInfinity(total)) total = double.NaN;
        if (negative || total == 0) throw NoProbabilities(data, output, width);
        double sum = 0, drawn = 0;
        for (int i = 0; i < width; i++)
        {
            double y = target != null ? target[i] : i == targetClass ? 1 : 0;
            if (y == 0) continue;
            double share = output[i] / total;
            sum -= y * DoubleMath.Log(Math.Clamp(share, Smallest, Largest));
            if (share is >= Smallest and <= Largest) drawn += y;
        }

        // q = p / Σp: dq/dp gives each prediction (its own gradient - Σ gradient · q) / Σp.
        for (int i = 0; i < width; i++)
        {
            double y = target != null ? target[i] : i == targetClass ? 1 : 0;
            double share = output[i] / total;
            double own = y != 0 && share is >= Smallest and <= Largest ? y / share : 0;
            gradient[i] = (float)(scale * (drawn - own) / total);
        }

        return sum;
    }

    /// <summary>The mean of -y ln p - (1 - y) ln(1 - p), with p clipped.</summary>
    public static double BinaryCrossEntropy(float* gradient, float* output, float* target, int width, double scale)
    {
        double sum = 0;
        for (int i = 0; i < width; i++)
        {
            double y = target[i], p = float.IsFinite(output[i]) ? Math.Clamp(output[i], Smallest, Largest) : double.NaN;
            sum -= y * DoubleMath.Log(p) + (1 - y) * DoubleMath.Log(1 - p);
            gradient[i] = (double)output[i] is < Smallest or > Largest ? 0 : (float)(scale / width * (p - y) / (p * (1 - p)));
        }

        return sum / width;
    }

    /// <summary>
    /// The same of a sigmoid p = σ(z), from z: max(z, 0) - y z + ln(1 + e^-|z|), which stays finite; the gradient is that of z,
    /// p - y, which never vanishes while p is wrong.
    /// </summary>
    public static double SigmoidCrossEntropy(float* gradient, float* output, float* logit, float* target, int width, double scale)
    {
        double sum = 0;
        for (int i = 0; i < width; i++)
        {
            double y = target[i], z = logit[i];
            sum += Math.Max(z, 0) - y * z + DoubleMath.Log(1 + DoubleMath.Exp(-Math.Abs(z)));
            gradient[i] = (float)(scale / width * ((double)output[i] - y));
        }

        return sum / width;
    }

    /// <summary>The mean of the squared differences.</summary>
    public static double SquaredError(float* gradient, float* output, float* target, int width, double scale)
    {
        double sum = 0;
        float factor = (float)(2 * scale / width);
        for (int i = 0; i < width; i++)
        {
            float difference = output[i] - target[i];
            sum += (double)difference * difference;
            gradient[i] = difference * factor;
        }

        return sum / width;
    }

    /// <summary>The mean of the differences' sizes.</summary>
    public static double AbsoluteError(float* gradient, float* output, float* target, int width, double scale)
    {
        double sum = 0;
        float factor = (float)(scale / width);
        for (int i = 0; i < width; i++)
        {
            double difference = (double)output[i] - target[i];
            sum += Math.Abs(difference);
            gradient[i] = difference > 0 ? factor : difference < 0 ? -factor : 0;
        }

        return sum / width;
    }

    /// <summary>The mean of squares that turn into lines at ±delta.</summary>
    public static double Huber(float* gradient, float* output, float* target, int width, double scale, double delta)
    {
        double sum = 0;
        for (int i = 0; i < width; i++)
        {
            double difference = (double)output[i] - target[i], size = Math.Abs(difference);
            sum += size <= delta ? 0.5 * difference * difference : delta * size - 0.5 * delta * delta;
            gradient[i] = (float)(scale / width * Math.Clamp(difference, -delta, delta));
        }

        return sum / width;
    }

    private static ResearchException NoProbabilities(Dataset data, float* output, int width)
    {
        string row = string.Join(", ", new ReadOnlySpan<float>(output, Math.Min(width, 5)).ToArray().Select(value => value.ToString("G4", CultureInfo.InvariantCulture)));
        return new ResearchException($"Cross-entropy needs predictions that are probabilities: 0 or more, and not all 0; for '{data.Description}' the model predicted {row}{(width > 5 ? ", …" : "")}. End the model in softmax (Activation.Softmax) or choose another loss.");
    }
}
