using Microsoft.Extensions.DependencyInjection;
using Research.Framework;

namespace Research.Cells;

/// <summary>Registers this library's cells.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Adds <c>lstm</c>, <c>gru</c>, <c>gru-v1</c> (reset gate before the product) and <c>simple-rnn</c>. A cell added
    /// later under one of these names takes its place.
    /// </summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddResearchCells(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services
            .AddCell("lstm", units => new LstmCell(units))
            .AddCell("gru", units => new GruCell(units))
            .AddCell("gru-v1", units => new GruV1Cell(units))
            .AddCell("simple-rnn", units => new SimpleRnnCell(units));
    }
}
