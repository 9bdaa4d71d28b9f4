using Research.Framework;

namespace Research.Cells.Torch;

/// <summary>Where TorchSharp computes and where its libraries are. Immutable.</summary>
public sealed record TorchOptions
{
    /// <summary>Where tensors are: <c>cpu</c>, <c>cuda</c> (the first GPU; <c>cuda:1</c> the second), <c>mps</c> (Apple), or <c>auto</c>: the first GPU where there is one.</summary>
    /// <value>Default <c>cpu</c>: small models are faster there than on any GPU.</value>
    public string Device { get; init => field = value ?? throw new ResearchException("Device: expected a name, e.g. 'cpu', got null."); } = "cpu";

    /// <summary>The folder with libtorch's libraries (<c>libtorch_cpu.so</c> and its like), e.g. that of a Python installation, <c>…/site-packages/torch/lib</c>.</summary>
    /// <value>Default null: the folder that <c>RESEARCH_LIBTORCH</c> names, else what the application brings along.</value>
    public string? LibraryFolder { get; init; }

    /// <summary>
    /// Whether TorchSharp's own library may be loaded from a private copy that asks for less, on systems whose C++ library is older than it
    /// was built with (Debian 12, Ubuntu 22.04): see <c>docs/torch.md</c>.
    /// </summary>
    /// <value>Default null: as <c>RESEARCH_TORCH_COMPAT</c> says, <c>1</c> for yes.</value>
    public bool? Compatibility { get; init; }

    /// <summary>Threads within one operation on the CPU. They are torch's and all models', set once when it is loaded: seeds that run in parallel share them.</summary>
    /// <value>At least 1. Default 1.</value>
    public int Threads { get; init; } = 1;

    /// <summary>Whether cells that torch has a module for (LSTM, GRU) run on it where it can do the job, instead of equation by equation.</summary>
    /// <value>Default true.</value>
    public bool UsesModules { get; init; } = true;

    /// <summary>
    /// Whether products on NVIDIA's GPUs may round their factors to 19 bits (TF32), which is faster and makes results differ by up to 1e-3, as
    /// Python's torch lets its LSTM and GRU do. Set when libtorch is loaded, for the process.
    /// </summary>
    /// <value>Default false.</value>
    public bool AllowsTf32 { get; init; }

    /// <summary>What element-wise operations of a user's own are in torch; a model with one that is not named here is refused.</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<TorchOperation> Operations { get; init => field = value is not null && !value.Contains(null!) ? [.. value] : throw new ResearchException("Operations: expected a list of operations, got null or one with a null."); } = [];

    /// <summary>A copy for another device.</summary>
    /// <param name="device"><c>cpu</c>, <c>cuda</c>, <c>mps</c> or <c>auto</c>.</param>
    public TorchOptions WithDevice(string device) => this with { Device = device };

    /// <summary>A copy that may, or may not, load a private copy of TorchSharp's library.</summary>
    /// <param name="compatibility">Whether it may; null for what the environment says.</param>
    public TorchOptions WithCompatibility(bool? compatibility) => this with { Compatibility = compatibility };

    /// <summary>A copy with another number of threads.</summary>
    /// <param name="threads">At least 1.</param>
    public TorchOptions WithThreads(int threads) => this with { Threads = threads };

    /// <summary>A copy whose cells run on torch's modules, or equation by equation.</summary>
    /// <param name="uses">Whether on modules.</param>
    public TorchOptions WithUsesModules(bool uses) => this with { UsesModules = uses };

    /// <summary>A copy that lets GPUs round factors, or does not.</summary>
    /// <param name="allows">Whether it does.</param>
    public TorchOptions WithAllowsTf32(bool allows) => this with { AllowsTf32 = allows };

    /// <summary>A copy that knows other operations.</summary>
    /// <param name="operations">What they are in torch.</param>
    public TorchOptions WithOperations(IReadOnlyList<TorchOperation> operations) => this with { Operations = operations };

    /// <summary>A copy with another folder of libraries.</summary>
    /// <param name="folder">The folder; null to look for it.</param>
    public TorchOptions WithLibraryFolder(string? folder) => this with { LibraryFolder = folder };
}
