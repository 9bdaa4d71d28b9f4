using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Research.Cells.Torch.Loading;
using Research.Framework;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Models;
using Research.Framework.Objectives;
using TorchSharp;

namespace Research.Cells.Torch;

/// <summary>
/// TorchSharp as an engine: the GPU, and an independent witness of the built-in one. Same seeds give the same start weights, order and
/// dropout as there; results agree within rounding, not bit by bit.
/// </summary>
/// <remarks>
/// Weights, optimizer memory and checkpoints go both ways between the engines. All is computed in 32-bit floats. The libraries are loaded
/// when first needed, once for the process, with the options of the engine that needed them first.
/// </remarks>
public sealed class TorchEngine : IDeviceEngine
{
    private static readonly string[] s_kinds = ["cpu", "cuda", "mps", "auto"];

    private readonly TorchOptions _options;

    /// <summary>An engine; nothing is loaded yet.</summary>
    /// <param name="options">Device and libraries.</param>
    /// <exception cref="ResearchException">There is no such device in torch.</exception>
    public TorchEngine(TorchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!IsDevice(options.Device)) throw new ResearchException(NameSuggestions.Unknown("torch device", options.Device, s_kinds));
        if (options.Threads < 1) throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Torch: Threads: expected at least 1, got {options.Threads}."));
        _options = options;
    }

    /// <inheritdoc/>
    public string Name => "torch";

    /// <inheritdoc/>
    public string Device
    {
        get
        {
            if (_options.Device != "auto") return _options.Device;
            Require();
            return Detected();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Devices { get; } = Array.AsReadOnly(s_kinds);

    /// <inheritdoc/>
    public IEngine On(string device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return new TorchEngine(_options.WithDevice(device));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Findings(ModelGraph graph, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(objective);
        if ((LoadFinding() ?? DeviceFinding()) is { } missing) return [new(Severity.Error, "engine", missing.TrimEnd('.'))];
        if (objective.Findings(graph).Any(finding => finding.Severity == Severity.Error)) return [];
        TorchOperations known = new(_options.Operations);
        List<Finding> findings = [];
        IEnumerable<StepEquations> steps =
        [
            .. graph.Nodes.OfType<ScanNode>().Select(scan => scan.Step), .. graph.Nodes.OfType<RowsNode>().Select(rows => rows.Step),
            .. graph.Outputs.Where(output => objective.LossOf(output.Name) is FunctionLoss).Select(output => ((FunctionLoss)objective.LossOf(output.Name)).Trace(output.Node.Width)),
        ];
        foreach (string unknown in steps.SelectMany(step => step.UsedOperations).OfType<ElementwiseOperation>().Where(operation => !known.Knows(operation)).Select(operation => operation.Name).Distinct())
            findings.Add(new(Severity.Error, "model", $"the engine 'torch' does not know the operation '{unknown}'; tell it with TorchOptions.Operations"));
        return findings;
    }

    /// <inheritdoc/>
    public ICompiledModel Compile(ModelGraph graph, Objective objective, Seeds seeds, int threads = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(seeds);
        if (threads < 1) throw new ResearchException(string.Create(CultureInfo.InvariantCulture, $"Threads: expected at least 1, got {threads}."));
        objective.RequireFit(graph);
        if (Findings(graph, objective).FirstOrDefault(finding => finding.Severity == Severity.Error) is { } error) throw new ResearchException(error.Message + ".");
        try
        {
            return new TorchModel(graph, objective, seeds, _options, torch.device(Device), cancellation);
        }
        catch (ExternalException exception)
        {
            throw new ResearchException($"Torch: {TorchModel.Message(exception)}", exception); // e.g. no memory for the weights
        }
    }

    private string? LoadFinding()
    {
        try
        {
            Require();
            return null;
        }
        catch (ResearchException exception)
        {
            return exception.Message;
        }
    }

    // What holds for the process, the first engine decides.
    private void Require() => LibTorch.Require(_options.LibraryFolder, _options.Compatibility,
        string.Create(CultureInfo.InvariantCulture, $"{nameof(TorchOptions.Threads)} = {_options.Threads}, {nameof(TorchOptions.AllowsTf32)} = {_options.AllowsTf32}"), Start);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Start()
    {
        torch.InitializeDeviceType(DeviceType.CPU);
        torch.set_num_threads(_options.Threads);
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = _options.AllowsTf32;
    }

    // 'cuda:1' is the second GPU.
    private static bool IsDevice(string name) =>
        s_kinds.Contains(name) || (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private static string Detected() => torch.cuda.is_available() ? "cuda" : torch.mps_is_available() ? "mps" : "cpu";

    private string? DeviceFinding()
    {
        if (_options.Device.StartsWith("cuda", StringComparison.Ordinal))
        {
            int count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
            int index = _options.Device.Length > 5 ? int.Parse(_options.Device.AsSpan(5), CultureInfo.InvariantCulture) : 0;
            if (count == 0) return "torch: there is no CUDA device here, or the libraries are those for the CPU; take '--device cpu', or libraries with libtorch_cuda";
            if (index >= count) return string.Create(CultureInfo.InvariantCulture, $"torch: there is no device '{_options.Device}'; there are {count}, counted from 0");
        }

        return _options.Device == "mps" && !torch.mps_is_available() ? "torch: there is no 'mps' device here (Apple's GPUs); take '--device cpu'" : null;
    }
}
