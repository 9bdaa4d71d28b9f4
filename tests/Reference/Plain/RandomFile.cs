using System.Text.Json.Nodes;

namespace Research.Reference.Plain;

/// <summary>Files in the format of the reference files, whose truth is this folder's plain implementation. One seed, one file.</summary>
internal sealed class RandomFile
{
    private static readonly string[] Cells = ["LSTM", "GRU", "GRU0", "SimpleRNN"];

    private readonly string _group;
    private readonly Random _random;
    private readonly PlainModel _model;
    private readonly int _features;
    private readonly int _width;
    private readonly int _symbols;
    private readonly bool _stateful;
    private readonly double? _padding;
    private readonly string _loss;
    private readonly int _steps;
    private readonly bool _masked;

    private RandomFile(string group, int seed)
    {
        _group = group;
        _random = new Framework.Seeds(seed).Stream("reference/" + group);
        _features = 1 + _random.Next(3);
        _steps = 2 + _random.Next(4);
        _stateful = Chance(2);
        _loss = Pick("categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy", "mean_squared_error", "mean_absolute_error", "huber");
        List<PlainLayer> layers = [];
        int width = _features;
        switch (_random.Next(4))
        {
            case 0:
                _padding = Pick(0.0, -1.0);
                _masked = true;
                layers.Add(new PlainInputLayer("Masking", new JsonObject { ["mask_value"] = _padding }));
                break;
            case 1:
                _masked = Chance(2);
                _symbols = 5;
                _features = 1;
                width = 3;
                PlainWeight vectors = new(_random, _symbols, width);
                layers.Add(new PlainInputLayer("Embedding", new JsonObject { ["input_dim"] = _symbols, ["output_dim"] = width, ["mask_zero"] = _masked }, vectors));
                break;
            case 2:
                _masked = true;
                GivenMask = true;
                break;
        }

        _width = AddLayers(layers, width);
        _model = new PlainModel(layers);
    }

    private bool GivenMask { get; }

    public static ReferenceFile Make(string group, int seed)
    {
        RandomFile file = new(group, seed);
        JsonObject root = group switch
        {
            "forward" => file.Forward(),
            "gradient" => file.Gradient(),
            _ => file.Train(),
        };
        root["group"] = group;
        return ReferenceFile.Parse(FormattableString.Invariant($"random_{group}_{seed}"), root.ToJsonString());
    }

    private bool Chance(int of) => _random.Next(of) == 0;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private int AddLayers(List<PlainLayer> layers, int width)
    {
        bool forward = _group == "forward", masked = _masked;
        int count = 1 + _random.Next(3);
        bool dense = !forward || Chance(2);
        for (int i = 0; i < count; i++)
        {
            bool last = i == count - 1, sequences = !last || Chance(2), ends = last && !dense && forward;
            bool stateful = _stateful && (_group != "train" || !Chance(4));
            PlainCell cell = Cell(width);
            if (Chance(3))
            {
                string? merge = Pick("concat", "sum", "mul", "ave");
                bool sameWidth = merge != "concat";
                if (ends && Chance(3)) merge = null;
                PlainCell backward = Cell(width, sameWidth ? cell.Units : 0);
                layers.Add(new PlainBidirectional(cell, backward, sequences, merge, stateful, returnState: ends && Chance(2)));
                width = merge is "concat" or null ? cell.Units + backward.Units : cell.Units;
            }
            else
            {
                // What a mask over reversed sequences means is a matter of its own.
                bool backwards = Chance(3) && (!masked || !sequences);
                layers.Add(new PlainRecurrent(cell, sequences, backwards, zeroOutput: Chance(3), stateful, returnState: ends && Chance(2)));
                width = cell.Units;
            }

            if (!sequences) masked = false;
            if (!last && forward && Chance(4)) layers.Add(new PlainInputLayer("Dropout", new JsonObject { ["rate"] = 0.3, ["seed"] = 7 }));
            if (last && !sequences && dense && Chance(2))
            {
                layers.Add(new PlainInputLayer("RepeatVector", new JsonObject { ["n"] = 3 }));
                cell = Cell(width);
                layers.Add(new PlainRecurrent(cell, sequences: true, backwards: Chance(3), zeroOutput: false, stateful, returnState: false));
                width = cell.Units;
            }
        }

        if (!dense) return width;
        int units = 2 + _random.Next(3);
        string activation = forward ? Pick(PlainMath.Activations) : _loss switch
        {
            "categorical_crossentropy" or "sparse_categorical_crossentropy" => Pick("softmax", "softmax", "sigmoid"),
            "binary_crossentropy" => "sigmoid",
            _ => Pick("linear", "tanh"),
        };
        layers.Add(new PlainDense(width, units, activation, wrapped: _steps > 1 && Returns(layers), _random));
        return units;
    }

    private static bool Returns(List<PlainLayer> layers) =>
        layers[^1].Config()["return_sequences"] is { } own ? (bool)own : layers[^1].Config()["layer"]?["config"]?["return_sequences"] is { } inner && (bool)inner;

    private PlainCell Cell(int features, int units = 0)
    {
        PlainCell cell = new(Pick(Cells), features, units > 0 ? units : 2 + _random.Next(3), plain: Chance(2) || _group == "train", _random);
        if (_group != "train") return cell;
        foreach (PlainWeight weight in cell.Weights.Values)
        {
            if (Chance(6)) weight.L2 = 0.01;
            if (Chance(6)) weight.MaxNorm = 0.9;
        }

        return cell;
    }

    // Rows [steps, features]; about a third of the steps masked, a row now and then wholly.
    private PlainSequence[] Rows(int count)
    {
        PlainSequence[] rows = new PlainSequence[count];
        for (int row = 0; row < count; row++)
        {
            bool[] real = new bool[_steps];
            for (int t = 0; t < _steps; t++) real[t] = !_masked || !Chance(3);

            // A batch in which no step counts has no loss.
            if (row == 0 || _group == "train") real[_random.Next(_steps)] = true;
            double[][] steps = new double[_steps][];
            for (int t = 0; t < _steps; t++)
            {
                steps[t] = new double[_features];
                for (int i = 0; i < _features; i++)
                {
                    steps[t][i] = _symbols > 0 ? (real[t] ? _random.Next(_masked ? 1 : 0, _symbols) : 0)
                        : !real[t] && _padding is { } padding ? padding
                        : (float)(2 * _random.NextDouble() - 1);
                }
            }

            rows[row] = new PlainSequence(steps, GivenMask ? real : null);
        }

        return rows;
    }

    private JsonObject Input(PlainSequence[] rows) => _symbols > 0
        ? PlainWeight.ToJson(rows.SelectMany(row => row.Steps.Select(step => step[0])), rows.Length, _steps)
        : PlainWeight.ToJson(rows.SelectMany(row => row.Steps.SelectMany(step => step)), rows.Length, _steps, _features);

    private JsonObject? Mask(PlainSequence[] rows) =>
        GivenMask ? PlainWeight.ToJson(rows.SelectMany(row => row.Mask!.Select(real => real ? 1.0 : 0)), rows.Length, _steps) : null;

    private JsonObject Root() => new()
    {
        ["source"] = "the plain implementation of this project's tests",
        ["layers"] = new JsonArray([.. _model.Layers.Select(layer => (JsonNode)layer.ToJson())]),
    };

    // What is carried, or zeros.
    private double[][][] Start(double[][][] carried)
    {
        double[][][] zero = _model.ZeroStates();
        bool[] stateful = _model.Stateful;
        return [.. carried.Select((state, i) => stateful[i] ? state : zero[i])];
    }

    private JsonArray? Carried(IReadOnlyList<double[][][]> states, int rows)
    {
        bool[] stateful = _model.Stateful;
        if (!stateful.Contains(true)) return null;
        return new JsonArray([.. Enumerable.Range(0, stateful.Length).Where(i => stateful[i]).Select(i => (JsonNode)Parts(states, i, rows))]);
    }

    private static JsonArray Parts(IReadOnlyList<double[][][]> states, int index, int rows) =>
        new([.. Enumerable.Range(0, states[0][index].Length).Select(part =>
            (JsonNode)PlainWeight.ToJson(states.Take(rows).SelectMany(row => row[index][part]), rows, states[0][index][part].Length))]);

    private JsonObject Forward()
    {
        int rows = 1 + _random.Next(4);
        List<double[][][]> states = [.. Enumerable.Range(0, rows).Select(_ => _model.ZeroStates())];
        JsonArray steps = [];
        bool single = _model.Layers.Count(layer => layer.ZeroStates().Any()) == 1;
        for (int call = 0; call < 4; call++)
        {
            if (call == 3 && _model.Stateful.Contains(true))
            {
                states = [.. Enumerable.Range(0, rows).Select(_ => _model.ZeroStates())];
                steps.Add((JsonNode)new JsonObject { ["op"] = "reset_states", ["states_after"] = Carried(states, rows) });
            }

            PlainSequence[] input = Rows(rows);
            List<double[][][]> start = [.. states.Select(Start)];
            bool initial = single && call == 1;
            if (initial) start = [.. start.Select(row => Array.ConvertAll(row, state => Array.ConvertAll(state, part => Array.ConvertAll(part, _ => (double)(float)(_random.NextDouble() - 0.5)))))];
            JsonArray? given = initial
                ? new JsonArray([.. Enumerable.Range(0, start[0].Length).SelectMany(i => Parts(start, i, rows).Select(part => part!.DeepClone()))])
                : null;
            PlainSequence[] outputs = [.. input.Select((row, i) => _model.Run(row, start[i]))];
            states = start;
            steps.Add((JsonNode)new JsonObject
            {
                ["op"] = "call",
                ["input"] = Input(input),
                ["mask"] = Mask(input),
                ["initial_state"] = given,
                ["outputs"] = Outputs(outputs, states),
                ["states_after"] = Carried(states, rows),
            });
        }

        JsonObject root = Root();
        root["steps"] = steps;
        return root;
    }

    private JsonArray Outputs(PlainSequence[] rows, IReadOnlyList<double[][][]> states)
    {
        PlainLayer last = _model.Layers[^1];
        JsonObject config = last.Config();
        JsonArray outputs = [];
        if (last is PlainBidirectional && config["merge_mode"] is null)
        {
            int forward = states[0][^2][0].Length;
            outputs.Add((JsonNode)Tensor(rows, 0, forward));
            outputs.Add((JsonNode)Tensor(rows, forward, _width - forward));
        }
        else
        {
            outputs.Add((JsonNode)Tensor(rows, 0, _width));
        }

        bool returnState = (config["return_state"] ?? config["layer"]?["config"]?["return_state"]) is { } asked && (bool)asked;
        int directions = last is PlainBidirectional ? 2 : 1;
        for (int i = states[0].Length - directions; i < states[0].Length && returnState; i++)
        {
            foreach (JsonNode? part in Parts(states, i, rows.Length)) outputs.Add(part!.DeepClone());
        }

        return outputs;
    }

    private static JsonObject Tensor(PlainSequence[] rows, int first, int width)
    {
        IEnumerable<double> values = rows.SelectMany(row => row.Steps.SelectMany(step => step[first..(first + width)]));
        return rows[0].Steps.Length == 1 ? PlainWeight.ToJson(values, rows.Length, width) : PlainWeight.ToJson(values, rows.Length, rows[0].Steps.Length, width);
    }

    // Targets as the loss takes them.
    private double[][] Targets(int steps)
    {
        double[][] targets = new double[steps][];
        for (int t = 0; t < steps; t++)
        {
            targets[t] = new double[_width];
            if (_loss.Contains("categorical", StringComparison.Ordinal)) targets[t][_random.Next(_width)] = 1;
            else for (int i = 0; i < _width; i++) targets[t][i] = _loss == "binary_crossentropy" ? _random.Next(2) : (float)(2 * _random.NextDouble() - 1);
        }

        // Distributions are targets too.
        if (_loss == "categorical_crossentropy" && _width > 2) targets[0] = [0.25, 0.75, .. new double[_width - 2]];
        return targets;
    }

    private JsonObject TargetsToJson(IReadOnlyList<double[][]> targets)
    {
        int steps = targets[0].Length;
        if (_loss.StartsWith("sparse", StringComparison.Ordinal))
            return PlainWeight.ToJson(targets.SelectMany(row => row.Select(step => (double)Array.IndexOf(step, 1.0))), targets.Count, steps);
        return PlainWeight.ToJson(targets.SelectMany(row => row.SelectMany(step => step)), targets.Count, steps, _width);
    }

    private JsonArray WeightsToJson(Func<PlainWeight, JsonNode> of) => new([.. _model.Layers.Select(layer =>
    {
        JsonObject weights = [];
        foreach ((string name, PlainWeight weight) in layer.Weights) weights[name] = of(weight);
        return (JsonNode)weights;
    })]);

    private JsonObject Gradient()
    {
        int count = 2 + _random.Next(3);
        PlainSequence[] rows = Rows(count);
        double[][][][] states = [.. rows.Select(_ => _model.ZeroStates())];
        PlainSequence[] outputs = [.. rows.Select(row => _model.Run(row, _model.ZeroStates()))];
        double[][][] targets = [.. outputs.Select(output => Targets(output.Steps.Length))];
        double[]? weights = Chance(3) ? [.. rows.Select(_ => (double)(float)(2 * _random.NextDouble()))] : null;
        double Loss() => _model.Loss(_loss, rows, targets, weights, states);
        JsonObject root = Root();
        root["loss"] = _loss;
        root["x"] = Input(rows);
        root["y"] = TargetsToJson(targets);
        root["mask"] = Mask(rows);
        root["sample_weight"] = weights is null ? null : PlainWeight.ToJson(weights, count);
        root["output"] = Tensor(outputs, 0, _width);
        root["loss_value"] = Loss();
        root["gradients"] = WeightsToJson(weight => PlainWeight.ToJson(PlainModel.Gradient(weight.Values, Loss), weight.Shape));

        // A step that is masked because of its numbers has no gradient; moved, it would no longer be masked.
        if (_symbols == 0 && _padding is null)
            root["input_gradient"] = PlainWeight.ToJson(rows.SelectMany(row => row.Steps.SelectMany(step => PlainModel.Gradient(step, Loss))), count, _steps, _features);
        return root;
    }

    private JsonObject Train()
    {
        const int Updates = 30;
        int batch = 1 + _random.Next(3), samples = _stateful ? 2 * batch : 2 * batch + _random.Next(batch);
        PlainSequence[] rows = Rows(samples);
        double[][][] targets = [.. rows.Select(row => Targets(_model.Run(row, _model.ZeroStates()).Steps.Length))];
        double[]? sampleWeights = Chance(3) ? [.. rows.Select(_ => (double)(float)(0.5 + _random.NextDouble()))] : null;
        int batches = (samples + batch - 1) / batch;
        PlainOptimizer optimizer = Optimizer();
        JsonObject root = Root();
        root["loss"] = _loss;
        root["optimizer"] = optimizer.ToJson();
        root["x"] = Input(rows);
        root["y"] = TargetsToJson(targets);
        root["mask"] = Mask(rows);
        root["sample_weight"] = sampleWeights is null ? null : PlainWeight.ToJson(sampleWeights, samples);
        root["batch_size"] = batch;
        root["shuffle"] = false;
        bool resets = _stateful && Chance(2);
        root["reset_states_each_epoch"] = resets;
        JsonArray losses = [], snapshots = [], before = [], epochs = [];
        List<double[][][]> states = [.. Enumerable.Range(0, batch).Select(_ => _model.ZeroStates())];
        PlainWeight[] weights = [.. _model.Weights];
        double sum = 0;
        int counted = 0;
        for (int step = 0; step < Updates; step++)
        {
            int first = step % batches * batch, count = Math.Min(batch, samples - first);
            if (resets && first == 0)
            {
                states = [.. Enumerable.Range(0, batch).Select(_ => _model.ZeroStates())];
                if (step > 0) before.Add((JsonNode)(step + 1));
            }

            double[][][][] start = [.. states.Take(count).Select(Start)];
            PlainSequence[] inputs = rows[first..(first + count)];
            double Loss() => _model.Loss(_loss, inputs, targets[first..(first + count)], sampleWeights?[first..(first + count)], start);
            double loss = Loss();
            losses.Add((JsonNode)loss);
            int countedOfBatch = _model.Counted(inputs, start);
            sum += loss * countedOfBatch;
            counted += countedOfBatch;
            if ((step + 1) % batches == 0)
            {
                epochs.Add((JsonNode)(sum / counted));
                (sum, counted) = (0, 0);
            }

            double[][] gradients = [.. weights.Select(weight => PlainModel.Gradient(weight.Values, Loss))];
            for (int row = 0; row < count; row++)
            {
                states[row] = [.. start[row]];
                _model.Run(inputs[row], states[row]);
            }

            optimizer.Update(weights, gradients);
            if (step is 0 or 1 or 9 or Updates - 1)
                snapshots.Add((JsonNode)new JsonObject { ["step"] = step + 1, ["weights"] = WeightsToJson(weight => weight.ToJson()), ["states"] = Carried(states, count) });
        }

        root["losses"] = losses;
        root["reset_before_steps"] = before;
        root["snapshots"] = snapshots;
        root["fit_epoch_losses"] = epochs;
        List<double[][][]> fresh = [.. Enumerable.Range(0, batch).Select(_ => _model.ZeroStates())];
        PlainSequence[] predictions = [.. rows.Select((row, i) =>
        {
            fresh[i % batch] = Start(fresh[i % batch]);
            return _model.Run(row, fresh[i % batch]);
        })];
        root["predict_after_reset"] = Tensor(predictions, 0, _width);
        return root;
    }

    private PlainOptimizer Optimizer()
    {
        string optimizerClass = Pick("SGD", "RMSprop", "Adam", "AdamW");
        double rate = optimizerClass == "SGD" ? 0.1 : 0.003;
        JsonObject config = new() { ["learning_rate"] = Chance(2) ? rate : Schedule(rate) };
        if (optimizerClass is "SGD" or "RMSprop") config["momentum"] = Pick(0, 0.8);
        if (optimizerClass == "SGD") config["nesterov"] = Chance(2);
        if (optimizerClass == "RMSprop") config["centered"] = Chance(2);
        if (optimizerClass is "Adam" or "AdamW") config["amsgrad"] = Chance(3);
        if (optimizerClass == "AdamW" || (optimizerClass == "Adam" && Chance(3))) config["weight_decay"] = 0.02;
        if (Chance(2)) config[Pick("clipnorm", "global_clipnorm", "clipvalue")] = 0.05;
        return new PlainOptimizer(optimizerClass, config);
    }

    private JsonObject Schedule(double rate)
    {
        string schedule = Pick("ExponentialDecay", "InverseTimeDecay", "PolynomialDecay", "CosineDecay", "PiecewiseConstantDecay");
        JsonObject config = new() { ["initial_learning_rate"] = rate, ["decay_steps"] = 7.0 };
        if (schedule is "ExponentialDecay" or "InverseTimeDecay")
        {
            config["decay_rate"] = 0.7;
            config["staircase"] = Chance(2);
        }

        if (schedule == "PolynomialDecay")
        {
            config["end_learning_rate"] = rate / 10;
            config["power"] = Pick(1.0, 2.0);
        }

        if (schedule == "CosineDecay")
        {
            config["alpha"] = 0.1;
            if (Chance(2))
            {
                config["initial_learning_rate"] = Pick(0, rate / 10);
                config["warmup_target"] = rate;
                config["warmup_steps"] = 4.0;
            }
        }

        if (schedule == "PiecewiseConstantDecay")
            config = new JsonObject { ["boundaries"] = new JsonArray(3, 8), ["values"] = new JsonArray(rate, rate / 2, rate / 5) };
        return new JsonObject { ["class"] = schedule, ["config"] = config };
    }
}
