using System.Text.Json;
using Research.Cells;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;

namespace Research.Reference;

/// <summary>Keras layers in this framework's words.</summary>
internal sealed class KerasModel
{
    private readonly CellKind _kind;
    private readonly bool _keras2;
    private readonly List<Layer> _layers = [];
    private readonly List<bool> _stateful = [];
    private readonly List<Rule> _rules = [];

    private KerasModel(CellKind kind, bool keras2)
    {
        _kind = kind;
        _keras2 = keras2;
    }

    public IReadOnlyList<Layer> AllLayers => _layers;

    public Model Description => Model.Of([.. _layers]);

    /// <summary>The layers' names in the model; whatever the number of features, they are the same.</summary>
    private string[] LayerNames => [.. Description.Graph(1).Layers.Select(layer => layer.Name)];

    /// <summary>For each state (a bidirectional layer has two), whether it is carried from call to call.</summary>
    public IReadOnlyList<bool> Stateful => _stateful;

    /// <summary>Whether the last layer yields its final state besides its output.</summary>
    public bool ReturnState { get; private set; }

    /// <summary>Whether the two directions of the last layer are two outputs.</summary>
    public bool Unmerged => _layers[^1] is BidirectionalLayer { Merge: MergeMode.None };

    /// <summary>Whether training draws random numbers, which no two frameworks draw alike.</summary>
    public bool Drops => _layers.Any(layer => layer is DropoutLayer { Rate: > 0 } or RecurrentLayer { Dropout: > 0 } or RecurrentLayer { RecurrentDropout: > 0 });

    /// <summary>L2 and max-norm of single weights.</summary>
    public IReadOnlyList<WeightRule> Rules =>
        [.. _rules.Select(rule => new WeightRule { Pattern = $"{LayerNames[rule.Layer]}/{rule.Weight}", L2 = rule.L2, MaxNorm = rule.MaxNorm })];

    /// <summary>Columns of the output that are the forward direction's, where the two directions are two outputs.</summary>
    public int ForwardUnits { get; private set; }

    /// <summary>Whether the first layer makes a mask of its own or none, and does not look at one that is given.</summary>
    public bool IgnoresMask => _layers[0] is EmbeddingLayer or MaskingLayer;

    /// <summary>Whether the input is symbols, [batch, time steps].</summary>
    public bool TakesSymbols => _layers[0] is EmbeddingLayer;

    /// <summary>A stack of layers.</summary>
    /// <param name="layers">A list of <c>{class, config, weights}</c>.</param>
    /// <param name="kind">Which implementation of a cell is meant.</param>
    /// <param name="keras2">Whether names mean what they meant in Keras 2.</param>
    public static KerasModel Of(JsonElement layers, CellKind kind, bool keras2)
    {
        KerasModel model = new(kind, keras2);
        foreach (JsonElement layer in layers.EnumerateArray()) model.Add(KerasConfig.ClassOf(layer), layer.GetProperty("config"));
        return model;
    }

    /// <summary>A single layer.</summary>
    public static KerasModel Of(string layerClass, JsonElement config, CellKind kind)
    {
        KerasModel model = new(kind, keras2: false);
        model.Add(layerClass, config);
        return model;
    }

    /// <summary>A Keras activation by name.</summary>
    public static Activation Activation(string name, bool keras2 = false)
    {
        if (name == "hard_sigmoid" && keras2) return Framework.Equations.Activation.HardSigmoidKeras2;
        string known = name == "swish" ? "silu" : name;
        return Framework.Equations.Activation.All.FirstOrDefault(activation => activation.Name == known && activation != Framework.Equations.Activation.HardSigmoidKeras2)
            ?? throw new AssertionException($"There is no activation '{name}' here.");
    }

    private void Add(string layerClass, JsonElement arguments)
    {
        KerasConfig config = new(layerClass, arguments);
        switch (layerClass)
        {
            case "LSTM" or "GRU" or "SimpleRNN" or "RNN":
                Recurrent recurrent = Recurrence(layerClass, config);
                _stateful.Add(recurrent.Stateful);
                ReturnState = recurrent.ReturnState;
                _layers.Add(new RecurrentLayer(recurrent.Cell)
                {
                    ReturnSequences = recurrent.ReturnSequences,
                    GoBackwards = recurrent.GoBackwards,
                    ZeroOutputForMask = recurrent.ZeroOutputForMask,
                    Dropout = recurrent.Dropout,
                    RecurrentDropout = recurrent.RecurrentDropout,
                });
                break;
            case "Bidirectional":
                AddBidirectional(config);
                break;
            case "Dense":
                _layers.Add(Dense(config));
                break;
            case "TimeDistributed":
                // A dense layer works on every time step anyway.
                JsonElement inner = config.Take("layer")!.Value;
                if (KerasConfig.ClassOf(inner) is not "Dense" and var unknown) Assert.Fail($"TimeDistributed: unknown layer class '{unknown}'.");
                _layers.Add(Dense(KerasConfig.OfObject(inner)));
                break;
            case "Embedding":
                config.Initializers("embeddings_initializer");
                config.Ignore("input_length");
                config.RequireOff("weights", "activity_regularizer", "lora_rank", "lora_alpha", "quantization_config");
                TakeRules(config, ["embeddings"]);
                _layers.Add(Layers.Embedding(config.Int("input_dim"), config.Int("output_dim"), config.Bool("mask_zero")));
                break;
            case "Masking":
                _layers.Add(Layers.Masking((float)config.Double("mask_value")));
                break;
            case "RepeatVector":
                _layers.Add(Layers.RepeatVector(config.Int("n")));
                break;
            case "Dropout":
                config.Ignore("seed");
                config.RequireOff("noise_shape");
                _layers.Add(Layers.Dropout(config.Double("rate")));
                break;
            default:
                Assert.Fail($"Unknown layer class '{layerClass}'.");
                break;
        }

        config.Done();
    }

    private void AddBidirectional(KerasConfig config)
    {
        JsonElement layer = config.Take("layer")!.Value;
        Recurrent forward = Wrapped(layer, "forward/");
        Recurrent backward = config.Take("backward_layer") is { ValueKind: JsonValueKind.Object } own
            ? Wrapped(own, "backward/")
            : Wrapped(layer, "backward/") with { GoBackwards = true };
        if (forward.Dropout > 0 || forward.RecurrentDropout > 0 || backward.Dropout > 0 || backward.RecurrentDropout > 0) Assert.Fail("Bidirectional: dropout inside is unknown here.");

        // Keras insists on the same, but for the two directions the other way round. It ignores zero_output_for_mask inside.
        if (forward.GoBackwards || !backward.GoBackwards || (backward with { Cell = forward.Cell, GoBackwards = false, ZeroOutputForMask = forward.ZeroOutputForMask }) != forward)
            Assert.Fail("Bidirectional: this test knows a forward and a backward layer that agree in all but their cells.");
        config.RequireOff("weights");
        JsonElement? merge = config.Take("merge_mode");
        ForwardUnits = forward.Cell.State[0].Width;
        _stateful.AddRange([forward.Stateful, forward.Stateful]);
        ReturnState = forward.ReturnState;
        _layers.Add(new BidirectionalLayer(forward.Cell, backward.Cell)
        {
            ReturnSequences = forward.ReturnSequences,
            Merge = merge is { ValueKind: JsonValueKind.Null } ? MergeMode.None : (merge?.GetString() ?? "concat") switch
            {
                "concat" => MergeMode.Concat,
                "sum" => MergeMode.Sum,
                "mul" => MergeMode.Multiply,
                "ave" => MergeMode.Average,
                string unknown => throw new AssertionException($"Bidirectional: unknown merge_mode '{unknown}'."),
            },
        });
    }

    private Recurrent Wrapped(JsonElement layer, string direction)
    {
        string layerClass = KerasConfig.ClassOf(layer);
        if (layerClass is not ("LSTM" or "GRU" or "SimpleRNN" or "RNN")) Assert.Fail($"Bidirectional: unknown layer class '{layerClass}'.");
        KerasConfig config = KerasConfig.OfObject(layer);
        Recurrent recurrent = Recurrence(layerClass, config, direction);
        config.Done();
        return recurrent;
    }

    private DenseLayer Dense(KerasConfig config)
    {
        config.Initializers("kernel_initializer", "bias_initializer");
        config.RequireOff("activity_regularizer", "lora_rank", "lora_alpha", "quantization_config");
        bool useBias = config.Bool("use_bias", true);
        TakeRules(config, ["kernel", "bias"], useBias);
        DenseLayer layer = new(config.Int("units"))
        {
            Activation = Activation(config.Activation("activation", "linear"), _keras2),
            UseBias = useBias,
        };
        config.Done();
        return layer;
    }

    private Recurrent Recurrence(string layerClass, KerasConfig config, string direction = "")
    {
        // How Keras runs its loop is of no account.
        config.Ignore("unroll", "implementation", "use_cudnn", "reset_state");
        config.RequireOff("activity_regularizer", "time_major");

        // The general layer holds the cell's arguments in an object of their own.
        KerasConfig cell = config;
        if (layerClass == "RNN")
        {
            cell = config.Nested("cell", "LSTMCell", "GRUCell", "SimpleRNNCell") ?? throw new AssertionException("RNN: expected a cell.");
            layerClass = cell.Owner[..^"Cell".Length];
        }

        cell.Initializers("kernel_initializer", "recurrent_initializer", "bias_initializer");
        cell.Ignore("seed");
        Recurrent recurrent = new(
            Cell(layerClass, cell, direction),
            config.Bool("return_sequences"),
            config.Bool("return_state"),
            config.Bool("go_backwards"),
            config.Bool("stateful"),
            config.Bool("zero_output_for_mask"),
            cell.Double("dropout"),
            cell.Double("recurrent_dropout"));
        cell.Done();
        return recurrent;
    }

    // Of the layer about to be added.
    private void TakeRules(KerasConfig config, string[] weights, bool useBias = true, string direction = "")
    {
        foreach (string weight in weights)
        {
            KerasConfig? penalty = config.Nested(weight + "_regularizer", "L2", "l2", "L1L2", "l1_l2"), limit = config.Nested(weight + "_constraint", "MaxNorm", "max_norm", "maxnorm");
            if (penalty is null && limit is null) continue;
            bool both = penalty?.Owner is "L1L2" or "l1_l2";
            if (both) penalty!.RequireOff("l1");
            Rule rule = new(_layers.Count, direction + (weight == "recurrent" ? "recurrent_kernel" : weight), penalty?.Double("l2", both ? 0 : 0.01) ?? 0, limit?.Double("max_value", 2));
            limit?.RequireOff("axis");
            penalty?.Done();
            limit?.Done();
            if (useBias || weight != "bias") _rules.Add(rule);
        }
    }

    private ICell Cell(string layerClass, KerasConfig config, string direction)
    {
        int units = config.Int("units");
        bool useBias = config.Bool("use_bias", true);
        TakeRules(config, ["kernel", "recurrent", "bias"], useBias, direction);
        Activation activation = Activation(config.Activation("activation", "tanh"), _keras2);
        if (layerClass == "SimpleRNN") return new SimpleRnnCell(units) { Activation = activation, UseBias = useBias };
        Activation recurrent = Activation(config.Activation("recurrent_activation", "sigmoid"), _keras2);
        bool plain = activation == Framework.Equations.Activation.Tanh && recurrent == Framework.Equations.Activation.Sigmoid;
        if (layerClass == "LSTM")
        {
            config.Ignore("unit_forget_bias");
            LstmCell lstm = new(units) { Activation = activation, RecurrentActivation = recurrent, UseBias = useBias };
            return _kind == CellKind.HandRolled && plain ? new HandRolledLstmCell(lstm) : lstm;
        }

        if (!config.Bool("reset_after", true)) return new GruV1Cell(units) { Activation = activation, RecurrentActivation = recurrent, UseBias = useBias };
        GruCell gru = new(units) { Activation = activation, RecurrentActivation = recurrent, UseBias = useBias };
        return _kind == CellKind.HandRolled && plain ? new HandRolledGruCell(gru) : gru;
    }

    private sealed record Rule(int Layer, string Weight, double L2, double? MaxNorm);

    private sealed record Recurrent(ICell Cell, bool ReturnSequences, bool ReturnState, bool GoBackwards, bool Stateful, bool ZeroOutputForMask, double Dropout, double RecurrentDropout);
}
