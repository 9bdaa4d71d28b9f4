using Research.Framework.Equations;
using Research.Framework.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Research.Cells.Torch;

/// <summary>
/// A cell that torch has a module for, over all time steps in one piece. Its weights are copies of the model's, transposed and in torch's
/// order of gates, and so are their gradients on the way back.
/// </summary>
internal sealed class TorchModule : IDisposable
{
    private readonly LSTM? _lstm;
    private readonly GRU? _gru;
    private readonly Dictionary<string, Parameter> _parameters;
    private readonly List<Tensor> _leaves = [];
    private readonly string _prefix;
    private readonly bool _hasBias;

    private TorchModule(ScanNode scan, Device device)
    {
        KerasCell cell = (KerasCell)scan.Step.Cell!;
        _prefix = scan.Step.Weights[0].Name[..^"kernel".Length];
        _hasBias = cell.UseBias;
        int features = scan.Inputs[0].Width;
        if (cell is LstmCell) _lstm = nn.LSTM(features, cell.Units, bias: _hasBias, device: device);
        else _gru = nn.GRU(features, cell.Units, bias: _hasBias, device: device);
        if (device.type == TorchSharp.DeviceType.CUDA)
        {
            // In one piece of memory, as cuDNN wants them, or it copies them at every step.
            _lstm?.flatten_parameters();
            _gru?.flatten_parameters();
        }

        _parameters = (_lstm?.named_parameters() ?? _gru!.named_parameters()).ToDictionary(pair => pair.name, pair => pair.parameter);
        foreach (Parameter parameter in _parameters.Values) parameter.DetachFromDisposeScope();
        foreach (string name in Names)
        {
            Parameter parameter = _parameters[name];
            _leaves.Add(parameter);
        }

        if (_lstm is null || !_hasBias) return;

        // Keras' LSTM has one bias; torch's second one stays zero.
        using IDisposable still = no_grad();
        _parameters["bias_hh_l0"].zero_();
        _parameters["bias_hh_l0"].requires_grad_(false);
    }

    /// <summary>The model's weights that it has copies of.</summary>
    public IEnumerable<string> WeightNames => new[] { "kernel", "recurrent_kernel", "bias" }.Take(_hasBias ? 3 : 2).Select(name => _prefix + name);

    /// <summary>Whether it has run since the weights were taken over.</summary>
    public bool HasRun { get; private set; }

    /// <summary>Those copies, as what is differentiated.</summary>
    public IReadOnlyList<Tensor> Leaves => _leaves;

    private IEnumerable<string> Names => ["weight_ih_l0", "weight_hh_l0", .. _hasBias ? ["bias_ih_l0"] : Array.Empty<string>(), .. _hasBias && _gru is not null ? ["bias_hh_l0"] : Array.Empty<string>()];

    /// <summary>The module of a scan's cell; null where torch has none, or one that computes something else.</summary>
    public static TorchModule? Of(ScanNode scan, Device device)
    {
        bool isSame = scan.StateDropout == 0 && scan.Step.Cell switch
        {
            LstmCell lstm => lstm.Activation == Activation.Tanh && lstm.RecurrentActivation == Activation.Sigmoid,
            GruCell gru => gru.Activation == Activation.Tanh && gru.RecurrentActivation == Activation.Sigmoid,
            _ => false,
        };
        return isSame ? new TorchModule(scan, device) : null;
    }

    /// <summary>Takes over the weights.</summary>
    public void Load(IReadOnlyDictionary<string, Tensor> weights)
    {
        HasRun = false;
        using IDisposable still = no_grad();
        _parameters["weight_ih_l0"].copy_(Swapped(weights[_prefix + "kernel"]).t());
        _parameters["weight_hh_l0"].copy_(Swapped(weights[_prefix + "recurrent_kernel"]).t());
        if (!_hasBias) return;
        Tensor bias = Swapped(weights[_prefix + "bias"]);
        _parameters["bias_ih_l0"].copy_(bias[0]);
        if (_gru is not null) _parameters["bias_hh_l0"].copy_(bias[1]);
    }

    /// <summary>The gradients of the weights, from those of the copies.</summary>
    /// <param name="found">In the order of <see cref="Leaves"/>; null where nothing depends on one.</param>
    public IEnumerable<KeyValuePair<string, Tensor?>> Translate(IReadOnlyList<Tensor?> found)
    {
        yield return new(_prefix + "kernel", found[0] is { } kernel ? Swapped(kernel.t()) : null);
        yield return new(_prefix + "recurrent_kernel", found[1] is { } recurrent ? Swapped(recurrent.t()) : null);
        if (_hasBias) yield return new(_prefix + "bias", found[2] is not { } bias ? null : _gru is null ? bias.unsqueeze(0) : Swapped(stack([bias, found[3]!], 0)));
    }

    /// <summary>Runs the cell.</summary>
    /// <param name="input"><c>[time steps, rows, features]</c>.</param>
    /// <param name="state">The state before, each <c>[rows, units]</c>.</param>
    /// <param name="final">Receives the state after.</param>
    /// <returns><c>[time steps, rows, units]</c>.</returns>
    public Tensor Run(Tensor input, Tensor[] state, Tensor[] final)
    {
        HasRun = true;
        if (_gru is not null)
        {
            (Tensor hidden, Tensor last) = _gru.call(input, state[0].unsqueeze(0).contiguous());
            final[0] = last.squeeze(0);
            return hidden;
        }

        (Tensor output, Tensor h, Tensor c) = _lstm!.call(input, (state[0].unsqueeze(0).contiguous(), state[1].unsqueeze(0).contiguous()));
        final[0] = h.squeeze(0);
        final[1] = c.squeeze(0);
        return output;
    }

    public void Dispose()
    {
        _lstm?.Dispose();
        _gru?.Dispose();
    }

    // Keras' GRU has the update gate first, torch's the reset gate; swapping is its own inverse.
    private Tensor Swapped(Tensor columns)
    {
        if (_gru is null) return columns;
        Tensor[] gates = columns.chunk(3, 1);
        return cat([gates[1], gates[0], gates[2]], 1);
    }
}
