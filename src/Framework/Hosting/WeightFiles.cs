using Research.Framework.Hosting.Files;
using Research.Framework.Weights;

namespace Research.Framework.Hosting;

/// <summary>Saves and loads <c>.safetensors</c> files.</summary>
public static class WeightFiles
{
    /// <summary>Saves a file, whole or not at all: what stood under the name stays until the new file is on the disk.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="file">Weights (see <see cref="ModelWeights"/>) or a checkpoint (<see cref="Checkpoint.ToFile"/>); with checksums where <see cref="TensorFile.HasChecksums"/> says so.</param>
    /// <exception cref="ResearchException">It cannot be written.</exception>
    public static void Save(string path, TensorFile file)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(file);
        AtomicFile.Prepare("weights", path, new DiskLayer()).Write(stream => SafetensorsFile.Write(stream, file));
    }

    /// <summary>Loads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ResearchException">It cannot be read, or is damaged, by its checksums too.</exception>
    public static TensorFile Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            // Of a pipe or a device nobody knows where it ends.
            if (new FileInfo(path).Length == 0) throw new ResearchException($"'{path}' cannot be read: it is empty, or a pipe or a device; name a file.");
            using FileStream stream = File.OpenRead(path);
            return SafetensorsFile.Read(stream, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ResearchException($"'{path}' cannot be read: {exception.Message}", exception);
        }
    }
}
