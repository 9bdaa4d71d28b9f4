using System.Text.Json;
using Research.Framework.Training;

namespace Research.Reference;

/// <summary>Keras' optimizers and losses in this framework's words.</summary>
internal static class KerasTraining
{
    public static Loss Loss(string name) =>
        Framework.Training.Loss.All.FirstOrDefault(known => known.Name == name)
        ?? throw new AssertionException($"There is no loss '{name}' here.");

    public static Optimizer Optimizer(JsonElement optimizer, bool keras2)
    {
        string optimizerClass = optimizer.GetProperty("class").GetString()!;
        KerasConfig config = new(optimizerClass, optimizer.GetProperty("config"));
        config.RequireOff("use_ema", "ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps", "decay");
        config.Ignore("ema_momentum", "jit_compile");
        double rate = config.Double("learning_rate");
        double? norm = config.DoubleOrNull("clipnorm"), globalNorm = config.DoubleOrNull("global_clipnorm"), value = config.DoubleOrNull("clipvalue");
        double? weightDecay = config.DoubleOrNull("weight_decay");
        if (optimizerClass != "AdamW" && weightDecay is not (null or 0)) Assert.Fail($"{optimizerClass}: this test knows weight_decay only in AdamW.");

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
            "Adam" => new Adam
            {
                LearningRate = rate,
                Beta1 = config.Double("beta_1", 0.9),
                Beta2 = config.Double("beta_2", 0.999),
                Epsilon = config.Double("epsilon", 1e-7),
                AmsGrad = config.Bool("amsgrad"),
            },
            "AdamW" => new AdamW
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
        return result with { ClipNorm = norm, GlobalClipNorm = globalNorm, ClipValue = value };
    }
}
