using System.Text.Json;
using Research.Framework.Engine;

namespace Research.Reference;

/// <summary>Group forward: calls on one model instance, with masks, initial states, carried states and resets.</summary>
internal static class ForwardCheck
{
    private const double LeastBound = 2e-6, RoundingOfInputs = 1e-7;

    public static void Run(ReferenceFile file, CellKind kind, IEngine engine)
    {
        KerasModel keras = file.Model(kind);
        JsonElement[] steps = [.. file.Root.GetProperty("steps").EnumerateArray()];
        KerasTensor first = KerasTensor.Of(steps.First(step => step.TryGetProperty("input", out _)).GetProperty("input"));
        // Numbers are given in double, and taken as floats: of large ones even the exact result is another.
        double bound = Math.Max(LeastBound, RoundingOfInputs * first.Data.Max(Math.Abs));
        KerasSession session = new(engine, keras, first);
        session.SetWeights(file.Weights);
        for (int i = 0; i < steps.Length; i++)
        {
            JsonElement step = steps[i];
            string what = FormattableString.Invariant($"step {i + 1}"), operation = step.GetProperty("op").GetString()!;
            int rows = first.Rows;
            if (operation == "reset_states")
            {
                session.ResetStates();
            }
            else
            {
                if (operation != "call") Assert.Fail($"{what}: unknown operation '{operation}'.");
                KerasTensor input = KerasTensor.Of(step.GetProperty("input"));
                KerasTensor? mask = Optional(step, "mask") is { } given ? KerasTensor.Of(given) : null;
                rows = input.Rows;
                IReadOnlyList<KerasOutput> outputs = session.Call(input, mask, Optional(step, "initial_state") is { } initial ? KerasTensor.List(initial) : null);
                KerasTensor[] expected = KerasTensor.List(step.GetProperty("outputs"))!;
                Assert.That(outputs, Has.Count.EqualTo(expected.Length), $"{what}: number of outputs");
                for (int k = 0; k < expected.Length; k++) outputs[k].Check(FormattableString.Invariant($"{what}, output {k}"), expected[k], bound);
                if (Optional(step, "final_state") is { } final) session.CheckFinal(what, KerasTensor.List(final)!, rows, bound);
            }

            if (Optional(step, "states_after") is { } states) session.CheckCarried(what, states, rows, bound);
        }
    }

    private static JsonElement? Optional(JsonElement step, string name) =>
        step.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
