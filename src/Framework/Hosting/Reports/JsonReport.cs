using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Research.Framework.Engine;
using Research.Framework.Experiments;
using Research.Framework.Hosting.Files;
using Research.Framework.Hosting.Sweeps;
using Research.Framework.Metrics;
using Research.Framework.Training;

namespace Research.Framework.Hosting.Reports;

/// <summary>
/// Results as JSON: an array with, for each experiment, its name, cell, engine, device (of an engine that has several), plan (of the first seed; null where there is none)
/// and runs in order of seeds. Numbers that JSON cannot hold (NaN, infinity) are null.
/// </summary>
internal static class JsonReport
{
    // What a writer may hold before it passes it on.
    private const int PieceBytes = 1 << 14;

    // Readable letters: the file is data, never part of a web page.
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes all results, one run at a time: never more than one of them is in memory for it.</summary>
    /// <param name="stream">Receives them.</param>
    /// <param name="outcomes">The experiments.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="journal">Where results are that were stored; null where none was.</param>
    public static void Write(Stream stream, IReadOnlyList<ExperimentOutcome> outcomes, IEngine engine, JournalFile? journal)
    {
        using (IndentingStream indented = new(stream))
        {
            using Utf8JsonWriter json = new(indented, s_compact);
            json.WriteStartArray();
            foreach (ExperimentOutcome outcome in outcomes) WriteExperiment(json, indented, outcome, engine, journal);
            json.WriteEndArray();
            json.Flush();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <summary>Writes a journal's line about a run that ended: its experiment, cell and engine, and the run or failure as <see cref="Write"/> has it.</summary>
    /// <returns>Where in the line the run is; null where it failed.</returns>
    public static StoredRun? WriteLine(Stream stream, ExperimentOutcome outcome, int index, IEngine engine)
    {
        StoredRun? stored = null;
        using (Utf8JsonWriter json = new(stream, s_compact))
        {
            json.WriteStartObject();
            WriteNames(json, outcome, engine);
            if (outcome.FinishedAt(index)?.Result is { } run)
            {
                json.WritePropertyName("run");
                long begin = Written(json);
                WriteRun(json, run);
                stored = new StoredRun(begin, Written(json) - begin);
            }
            else if (outcome.FailureAt(index) is { } failure)
            {
                json.WritePropertyName("failure");
                WriteFailure(json, failure);
            }

            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stored;
    }

    private static long Written(Utf8JsonWriter json) => json.BytesCommitted + json.BytesPending;

    private static void WriteNames(Utf8JsonWriter json, ExperimentOutcome outcome, IEngine engine)
    {
        json.WriteString("experiment", outcome.Name);
        json.WriteString("cell", outcome.Experiment.Cell.Name);
        json.WriteString("engine", engine.Name);
        if (engine is IDeviceEngine on) json.WriteString("device", on.Device);
    }

    private static void WriteExperiment(Utf8JsonWriter json, Stream stream, ExperimentOutcome outcome, IEngine engine, JournalFile? journal)
    {
        json.WriteStartObject();
        WriteNames(json, outcome, engine);
        json.WritePropertyName("plan");
        if (outcome.Plan is { } plan) PlanTree(plan).WriteTo(json);
        else json.WriteNullValue();
        json.WriteStartArray("runs");
        json.Flush();
        bool isFirst = true;
        foreach (FinishedRun run in outcome.Finished)
        {
            if (!isFirst) stream.WriteByte((byte)',');
            isFirst = false;
            if (run.Stored is { } stored)
            {
                journal!.Read(stored.Begin, stored.Length, stream);
            }
            else
            {
                using Utf8JsonWriter own = new(stream, s_compact);
                WriteRun(own, run.Result!);
            }
        }

        json.WriteEndArray();
        if (outcome.Failures.Count > 0)
        {
            json.WriteStartArray("failures");
            foreach (RunFailure failure in outcome.Failures) WriteFailure(json, failure);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteFailure(Utf8JsonWriter json, RunFailure failure)
    {
        json.WriteStartObject();
        json.WriteNumber("seed", failure.Seed);
        json.WriteString("message", failure.Message);
        json.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter json, ExperimentResult run)
    {
        json.WriteStartObject();
        json.WriteNumber("seed", run.Seed);
        json.WriteStartObject("metrics");
        foreach (MetricValue metric in run.Metrics) WriteNumber(json, metric.Name, metric.Value);
        json.WriteEndObject();
        WriteOutput(json, run.Outputs[0]);
        if (run.Outputs.Count > 1) WriteOthers(json, run);
        json.WriteStartArray("generated");
        foreach (GeneratedText text in run.Generated)
        {
            json.WriteStartObject();
            json.WriteString("from", text.From);
            json.WriteString("text", text.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("epoch_losses");
        foreach (double loss in run.EpochLosses) WriteNumber(json, loss);
        json.WriteEndArray();
        json.WriteStartObject("curves");
        foreach (LearningCurve curve in run.Curves)
        {
            json.WriteStartArray(curve.Name);
            foreach (double value in curve.Values) WriteNumber(json, value);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteBoolean("stopped_early", run.StoppedEarly);
        if (run.BestEpoch is { } best) json.WriteNumber("best_epoch", best);
        json.WriteNumber("steps", run.Steps);
        WriteNumber(json, "seconds", run.Seconds);
        json.WriteString("fingerprint", run.Fingerprint);
        json.WriteEndObject();
    }

    // Of several outputs, each under its name.
    private static void WriteOthers(Utf8JsonWriter json, ExperimentResult run)
    {
        json.WriteStartObject("by_output");
        foreach (OutputResult output in run.Outputs)
        {
            json.WriteStartObject(output.Name);
            WriteOutput(json, output);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    // The names of classes or values, null where there are none. Where targets are values: an array for each sample, what it should
    // have been, and which of its steps count, null where all do. Predictions that were not kept are counted, by sample.
    private static void WriteOutput(Utf8JsonWriter json, OutputResult output)
    {
        WriteNames(json, output);
        json.WriteStartArray("predictions");
        foreach (LabelledPrediction prediction in output.Predictions)
        {
            json.WriteStartObject();
            json.WriteString("input", prediction.Input);
            json.WriteString("expected", prediction.Expected);
            json.WriteString("predicted", prediction.Predicted);
            json.WriteEndObject();
            PassOn(json);
        }

        json.WriteEndArray();
        if (output.LeftOut > 0) json.WriteNumber("left_out", output.LeftOut);
        if (output.LeftOut > 0 || output.Predictions.Count > 0) return;
        WriteValues(json, "outputs", output, output.Values);
        if (output.Targets is { } targets) WriteValues(json, "targets", output, targets);
        else json.WriteNull("targets");
        WriteCounts(json, output);
    }

    private static void WriteValues(Utf8JsonWriter json, string name, OutputResult output, IReadOnlyList<float> values)
    {
        json.WriteStartArray(name);
        foreach (float[] sample in values.Chunk(output.TimeSteps * output.Width))
        {
            json.WriteStartArray();
            foreach (float value in sample)
            {
                if (float.IsFinite(value)) json.WriteNumberValue(value);
                else json.WriteNullValue();
                PassOn(json);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteNames(Utf8JsonWriter json, OutputResult output)
    {
        if (output.Names is not { } names)
        {
            json.WriteNull("names");
            return;
        }

        json.WriteStartArray("names");
        foreach (string name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void WriteCounts(Utf8JsonWriter json, OutputResult output)
    {
        if (output.Counts is not { } counts)
        {
            json.WriteNull("counts");
            return;
        }

        json.WriteStartArray("counts");
        foreach (bool[] sample in counts.Chunk(output.TimeSteps))
        {
            json.WriteStartArray();
            foreach (bool count in sample) json.WriteBooleanValue(count);
            json.WriteEndArray();
            PassOn(json);
        }

        json.WriteEndArray();
    }

    private static void PassOn(Utf8JsonWriter json)
    {
        if (json.BytesPending > PieceBytes) json.Flush();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        WriteNumber(json, value);
    }

    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteNullValue();
    }

    /// <summary>The plan's fields as nested objects; numbered ones as arrays.</summary>
    internal static JsonObject PlanTree(ExperimentPlan plan)
    {
        JsonObject root = [];
        foreach (Setting<ExperimentPlan> field in PlanFields.Of(plan))
        {
            string[] names = field.Name.Split('.');
            JsonNode node = root;
            for (int i = 0; i < names.Length - 1; i++)
            {
                JsonNode? next = Child(node, names[i]);
                if (next is null) Add(node, names[i], next = IsIndex(names[i + 1]) ? new JsonArray() : new JsonObject());
                node = next;
            }

            Add(node, names[^1], Value(field.Value));
        }

        // Lists with nothing in them have no field.
        root.TryAdd("metrics", new JsonArray());
        root.TryAdd("probes", new JsonArray());
        return root;
    }

    private static bool IsIndex(string name) => char.IsAsciiDigit(name[0]);

    private static JsonNode? Child(JsonNode node, string name)
    {
        if (node is not JsonArray array) return node[name];
        int index = int.Parse(name, CultureInfo.InvariantCulture);
        return index < array.Count ? array[index] : null;
    }

    private static void Add(JsonNode node, string name, JsonNode? child)
    {
        if (node is JsonArray array) array.Add(child); // fields of a list come in order
        else node[name] = child;
    }

    private static JsonValue? Value(object value) => value switch
    {
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => double.IsFinite(number) ? JsonValue.Create(number) : null,
        _ => JsonValue.Create(value.ToString()),
    };
}
