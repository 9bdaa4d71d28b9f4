using Microsoft.Extensions.DependencyInjection;
#if TORCH
using Research.Cells.Torch;
#else
using Research.Framework.Engine;
using Research.Framework.Experiments;
#endif

namespace Research.Experiments;

/// <summary>Registers TorchSharp's engine where this build has it.</summary>
internal static class TorchServiceCollectionExtensions
{
    public static IServiceCollection AddTorchOrSayWhyNot(this IServiceCollection services)
    {
#if TORCH
        return services.AddTorchEngine();
#else
        return services.AddEngine(new UnavailableEngine("torch", "this build leaves TorchSharp out; add -p:Torch=cpu (or cuda) before the -- of dotnet run"));
#endif
    }
}
