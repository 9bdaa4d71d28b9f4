using System.Text.Json;
using Research.Framework.Objectives;

namespace Research.Reference;

/// <summary>Keras' optimizers and losses in this framework's words.</summary>
internal static class KerasTraining
{
    /// <summary>A loss by any of Keras' names for it.</summary>
    public static Loss Loss(string name)
    {
        string known = name switch
        {
            "mse" or "MSE" or "MeanSquaredError" => "mean_squared_error",
            "mae" or "MAE" or "MeanAbsoluteError" => "mean_absolute_error",
            "bce" or "BCE" or "BinaryCrossentropy" => "binary_crossentropy",
            "CategoricalCrossentropy" => "categorical_crossentropy",
            "SparseCategoricalCrossentropy" => "sparse_categorical_crossentropy",
            "Huber" => "huber",
            _ => name,
        };
        return Framework.Objectives.Loss.All.FirstOrDefault(loss => loss.Name == known)
            ?? throw new AssertionException($"There is no loss '{name}' here.");
    }

    /// <summary>A loss by its name, after which a remark may follow, or as an object with arguments.</summary>
    public static Loss Loss(JsonElement loss)
    {
        if (loss.ValueKind == JsonValueKind.String) return Loss(loss.GetString()!.Split(' ')[0]);
        KerasConfig config = KerasConfig.OfObject(loss);
        Loss result = config.Owner == "Huber" ? Framework.Objectives.Loss.Huber(config.Double("delta", 1)) : Loss(config.Owner);
        if (config.Text("reduction", "sum_over_batch_size") is not "sum_over_batch_size" and var reduction) Assert.Fail($"{config.Owner}: unknown reduction '{reduction}'.");
        if (config.Take("axis") is { } axis && axis.GetInt32() != -1) Assert.Fail($"{config.Owner}: this test knows only the last axis.");
        config.RequireOff("from_logits", "label_smoothing", "ignore_class");
        config.Done();
        return result;
    }

    public static Optimizer Optimizer(JsonElement optimizer, bool keras2)
    {
        KerasConfig config = KerasConfig.OfObject(optimizer);
        string optimizerClass = config.Owner;
        config.RequireOff("use_ema", "loss_scale_factor", "gradient_accumulation_steps");
        config.Ignore("ema_momentum", "ema_overwrite_frequency", "jit_compile", "is_legacy_optimizer");
        JsonElement? given = config.Take("learning_rate") ?? config.Take("lr");
        LearningRateSchedule schedule = LearningRateSchedule.Constant;
        double rate = optimizerClass == "SGD" ? 0.01 : 0.001;
        if (given is { ValueKind: JsonValueKind.Object } changing) (rate, schedule) = Schedule(KerasConfig.OfObject(changing));
        else if (given is { } constant) rate = constant.GetDouble();

        // Keras 2's own decay of the learning rate.
        double decay = config.Double("decay");
        if (decay != 0 && !keras2) Assert.Fail($"{optimizerClass}: Keras 3 has no decay.");
        if (decay != 0) schedule = LearningRateSchedule.InverseTime(1, decay);
        double? norm = config.DoubleOrNull("clipnorm"), globalNorm = config.DoubleOrNull("global_clipnorm"), value = config.DoubleOrNull("clipvalue");
        double? weightDecay = config.DoubleOrNull("weight_decay");
        if (optimizerClass is not ("AdamW" or "Adam") && weightDecay is not (null or 0)) Assert.Fail($"{optimizerClass}: this test knows weight_decay only in Adam and AdamW.");

        // One norm over all tensors was called clipnorm in Keras 2.
        if (keras2) (norm, globalNorm) = (null, norm ?? globalNorm);
        Optimizer result = optimizerClass switch
        {
            "SGD" => new Sgd { LearningRate = rate, Momentum = config.Double("momentum"), Nesterov = config.Bool("nesterov") },
            "RMSprop" => new RmsProp
            {
                LearningRate = rate,
                Rho = config.Double("rho", 0.9),
                Momentum = config.Double("momentum"),
                Epsilon = config.Double("epsilon", 1e-7),
                Centered = config.Bool("centered"),
                EpsilonOutsideRoot = keras2,
            },
            "Adam" when weightDecay is null or 0 => new Adam
            {
                LearningRate = rate,
                Beta1 = config.Double("beta_1", 0.9),
                Beta2 = config.Double("beta_2", 0.999),
                Epsilon = config.Double("epsilon", 1e-7),
                AmsGrad = config.Bool("amsgrad"),
            },
            // Keras' Adam with weight decay is AdamW.
            "AdamW" or "Adam" => new AdamW
            {
                LearningRate = rate,
                Beta1 = config.Double("beta_1", 0.9),
                Beta2 = config.Double("beta_2", 0.999),
                Epsilon = config.Double("epsilon", 1e-7),
                AmsGrad = config.Bool("amsgrad"),
                WeightDecay = weightDecay ?? 0.004,
            },
            _ => throw new AssertionException($"Unknown optimizer '{optimizerClass}'."),
        };
        config.Done();
        return result with { Schedule = schedule, ClipNorm = norm, GlobalClipNorm = globalNorm, ClipValue = value };
    }

    // The learning rate that the factors of the schedule are of, and the schedule.
    private static (double Rate, LearningRateSchedule Schedule) Schedule(KerasConfig config)
    {
        double rate = config.Double("initial_learning_rate");
        long steps = (long)config.Double("decay_steps");
        double decay = config.Double("decay_rate");
        bool staircase = config.Bool("staircase");
        LearningRateSchedule schedule;
        switch (config.Owner)
        {
            case "ExponentialDecay":
                schedule = LearningRateSchedule.Exponential(steps, decay, staircase);
                break;
            case "InverseTimeDecay":
                schedule = staircase
                    ? LearningRateSchedule.Of("inverse time in stairs", step => 1 / (1 + decay * (step / steps)))
                    : LearningRateSchedule.InverseTime(steps, decay);
                break;
            case "PolynomialDecay":
                double end = config.Double("end_learning_rate", 0.0001), power = config.Double("power", 1);
                config.RequireOff("cycle");
                schedule = power == 1
                    ? LearningRateSchedule.Linear(steps, end / rate)
                    : LearningRateSchedule.Of("polynomial", step => (end + (rate - end) * Math.Pow(1 - (double)Math.Min(step, steps) / steps, power)) / rate);
                break;
            case "CosineDecay":
                schedule = LearningRateSchedule.Cosine(steps, config.Double("alpha"));
                long warmUp = (long)config.Double("warmup_steps");
                if (config.DoubleOrNull("warmup_target") is { } target)
                {
                    double first = rate / target;
                    LearningRateSchedule after = schedule;
                    if (first == 0 && warmUp > 0) schedule = after.AfterWarmUp(warmUp);
                    else schedule = LearningRateSchedule.Of("cosine after a warm-up", step => step < warmUp ? first + (1 - first) * step / warmUp : after.At(step - warmUp));
                    rate = target;
                }

                break;
            case "PiecewiseConstantDecay":
                double[] values = KerasTensor.Numbers(config.Take("values")!.Value);
                rate = values[0];
                schedule = LearningRateSchedule.Steps(
                    [.. KerasTensor.Numbers(config.Take("boundaries")!.Value).Select(boundary => (long)boundary)],
                    [.. values.Skip(1).Select(value => value / rate)]);
                break;
            default:
                throw new AssertionException($"Unknown learning-rate schedule '{config.Owner}'.");
        }

        config.Done();
        return (rate, schedule);
    }
}
