using Research.Framework.Data;
using Research.Framework.Engine;
using Research.Framework.Models;
using Research.Framework.State;

namespace Research.Framework.Training;

/// <summary>
/// Feeds a model's own predictions back to it: symbols of a text, or numbers. State starts from zero, and the state policy is
/// asked before each call, in <see cref="Phase.Generate"/>. A row whose state is carried is fed one time step, with what it
/// has not seen; one that starts fresh is fed the last window of its history. What an earlier reset makes of no account is not fed.
/// </summary>
/// <remarks>Nothing is allocated for a symbol or step. Only the first output of a model is read, at its last time step.</remarks>
public static class Generation
{
    /// <summary>Goes on with texts.</summary>
    /// <param name="model">A model of one input, whose output has a score for each class.</param>
    /// <param name="framing">How text becomes an input and a class a symbol: that of the data the model has learnt.</param>
    /// <param name="state">Asked before each call, for each row. A call is a batch; it is the same call for all rows.</param>
    /// <param name="prompts">A row each; what one yields does not depend on the others. At least <see cref="ITextFraming.MinimumHistory"/> symbols, or those of a single step where the state is carried.</param>
    /// <param name="options">How many symbols, how they are chosen, what ends a text.</param>
    /// <param name="seeds">Where the random streams come from; nothing is drawn at a temperature of 0.</param>
    /// <param name="cancellation">Checked before each call.</param>
    /// <returns>What follows each prompt, without the prompt and the end symbol.</returns>
    /// <exception cref="ResearchException">An option is out of range, a prompt is too short or has an unknown symbol, the framing does not fit the model, or a score is not a number.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<string> Generate(
        ICompiledModel model, ITextFraming framing, IStatePolicy state, IReadOnlyList<string> prompts, GenerationOptions options, Seeds seeds, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(framing);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(seeds);
        if (prompts.Count == 0) return [];
        string[] findings = [.. Findings(framing, state, prompts, options, model.Graph.Outputs[0].Node.Width)];
        if (findings.Length > 0) throw new ResearchException($"Nothing can be generated: {string.Join("; ", findings)}.");
        return new TextFeed(model, framing, state, prompts, options, seeds).Generate(cancellation);
    }

    /// <summary>Goes on with series of numbers: what the model yields is its next input.</summary>
    /// <param name="model">A model of one input, whose output is as wide and means what comes one step later.</param>
    /// <param name="state">Asked before each call, for each row. A call is a batch; it is the same call for all rows.</param>
    /// <param name="history">What is known, <c>[rows, time steps, features]</c>, without a mask; each row is forecast on its own.</param>
    /// <param name="options">How many steps, and how the model was trained.</param>
    /// <param name="cancellation">Checked before each call.</param>
    /// <returns>What follows the history, <c>[rows, steps, features]</c>.</returns>
    /// <exception cref="ResearchException">An option is out of range, the history does not fit the model or is too short, or a forecast is not finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static float[] Forecast(ICompiledModel model, IStatePolicy state, InputBlock history, ForecastOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(options);
        string[] findings = [.. Findings(model.Graph, state, history, options)];
        if (findings.Length > 0) throw new ResearchException($"Nothing can be forecast: {string.Join("; ", findings)}.");
        return new NumberFeed(model, state, history, options).Forecast(cancellation);
    }

    /// <summary>What keeps texts from being generated, as far as it is known without a model; empty when all is well.</summary>
    /// <param name="framing">The framing.</param>
    /// <param name="state">The state policy.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="options">The options.</param>
    /// <param name="classes">How many classes there are.</param>
    internal static IEnumerable<string> Findings(ITextFraming framing, IStatePolicy state, IReadOnlyList<string> prompts, GenerationOptions options, int classes)
    {
        foreach (string finding in options.Findings()) yield return finding;
        if (options.EndSymbol is { Length: > 0 } end && TextFeed.ClassOf(framing, end, classes) < 0)
            yield return $"end symbol: none of the {classes} classes is '{end}'";
        FeedCalls calls = FeedCalls.Of(framing, state, prompts.Count);
        for (int row = 0; row < prompts.Count; row++)
        {
            if (prompts[row] is null)
            {
                yield return FormattableString.Invariant($"prompt {row}: expected a text, got null");
                continue;
            }

            int symbols = TextRow.CountSymbols(framing, prompts[row]);
            if (calls.Least(row, symbols) is var least && symbols < least)
            {
                yield return FormattableString.Invariant($"expected a prompt of at least {least} symbols, got {symbols}");
                continue;
            }

            string? unknown = null;
            try
            {
                // By steps where the prompt is shorter than a window.
                _ = (symbols < framing.MinimumHistory ? framing.Step : framing).Encode(prompts[row]);
            }
            catch (ResearchException exception)
            {
                unknown = exception.Message.TrimEnd('.');
            }

            if (unknown is not null) yield return unknown;
        }
    }

    /// <summary>What keeps numbers from being forecast; empty when all is well.</summary>
    internal static IEnumerable<string> Findings(ModelGraph graph, IStatePolicy state, InputBlock history, ForecastOptions options)
    {
        if (options.Steps < 1) yield return $"steps: expected at least 1, got {options.Steps}";
        if (options.Window is < 1) yield return $"window: expected at least 1, got {options.Window}";
        int features = history.Features, steps = history.TimeSteps, width = graph.Outputs[0].Node.Width;
        if (features != width) yield return $"the model yields {width} numbers, which are its next input; the history has {features} features";
        if (history.Mask is not null) yield return "a history's mask is not read; give only the steps that are real";
        if (features < 1 || steps < 1 || history.Values.Length == 0 || history.Values.Length % ((long)steps * features) != 0)
        {
            yield return $"history: expected [rows, {steps}, {features}] values, got {history.Values.Length}";
            yield break;
        }

        if (Array.Exists(history.Values, value => !float.IsFinite(value))) yield return "history: expected finite values";
        if (options.Window is < 1) yield break;
        FeedCalls calls = FeedCalls.Of(history, state, options);
        for (int row = 0; row < calls.Rows; row++)
        {
            if (calls.Least(row, steps) is var least && steps < least)
            {
                yield return FormattableString.Invariant($"expected a history of at least {least} time steps, got {steps}");
                yield break;
            }
        }
    }
}
