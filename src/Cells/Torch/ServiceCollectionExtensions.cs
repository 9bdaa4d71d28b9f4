using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Experiments;

namespace Research.Cells.Torch;

/// <summary>Registers TorchSharp as an engine.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds the engine <c>torch</c>. Nothing is loaded before it is used.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">Device and libraries; null for the defaults: the CPU, with the libraries that the application brings.</param>
    public static IServiceCollection AddTorchEngine(this IServiceCollection services, TorchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddEngine(new TorchEngine(options ?? new TorchOptions()));
    }
}
