using Microsoft.Extensions.DependencyInjection;
using Research.Framework.Experiments;

namespace Research.Cells;

/// <summary>Registers this library's cells.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Adds <c>lstm</c>, <c>gru</c>, <c>gru-v1</c> (reset gate before the product), <c>simple-rnn</c>,
    /// <c>hand-rolled-lstm</c> and <c>hand-rolled-gru</c>. A cell added later under one of these names takes its place.
    /// </summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddResearchCells(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services
            .AddCell("lstm", units => new LstmCell(units))
            .AddCell("gru", units => new GruCell(units))
            .AddCell("gru-v1", units => new GruV1Cell(units))
            .AddCell("simple-rnn", units => new SimpleRnnCell(units))
            .AddCell("hand-rolled-lstm", units => new HandRolledLstmCell(units))
            .AddCell("hand-rolled-gru", units => new HandRolledGruCell(units));
    }
}
