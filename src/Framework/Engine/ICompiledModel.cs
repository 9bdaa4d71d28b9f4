using Research.Framework.Models;
using Research.Framework.Numerics;
using Research.Framework.Objectives;

namespace Research.Framework.Engine;

/// <summary>
/// A model with weights and optimizer. Not for several threads at once, which the built-in engine refuses; compile one model for each
/// seed that runs in parallel.
/// </summary>
/// <remarks>
/// All that it keeps are tensors with names: weights (<c>lstm_1/kernel</c>), what the optimizer remembers
/// (<c>optimizer/first_moment/lstm_1/kernel</c>, <c>optimizer/steps</c>) and how far each random stream has been drawn
/// (<c>stream/dropout/lstm_1</c>); <see cref="TensorNames"/> says which there are and of which type. Whatever an engine computes in,
/// weights and moments are 32-bit floats between two calls, so that a training can be kept and resumed to the bit, by any
/// engine. Recurrent state is the caller's: <see cref="RecurrentState"/>.
/// </remarks>
public interface ICompiledModel : IDisposable
{
    /// <summary>What it was compiled from.</summary>
    ModelGraph Graph { get; }

    /// <summary>What training makes small, and how.</summary>
    Objective Objective { get; }

    /// <summary>
    /// What the learning rate, after its schedule, is multiplied by from the next update on: may be set while training goes on.
    /// </summary>
    /// <value>0 or more, finite. 1 at first. Kept as <c>optimizer/learning_rate_factor</c>.</value>
    double LearningRateFactor { get; set; }

    /// <summary>One training step: forward, loss, backward, optimizer. A batch in which no row counts updates nothing, nor does one whose loss, gradient or update is not finite: <see cref="BatchLosses.IsFinite"/>. Allocates nothing after the first batch of a size.</summary>
    /// <param name="batch">The samples, and for each row whether it starts fresh. An engine may keep what it has read of the dataset, whose arrays do not change.</param>
    /// <param name="state">Read at the start where a row is carried, and left as it is after the batch; as it was where that is not finite.</param>
    /// <param name="losses">Receives the losses before the update, and how many rows count.</param>
    /// <exception cref="ResearchException">The batch or the state does not fit the model, or there is no weight to learn.</exception>
    void TrainBatch(Batch batch, RecurrentState state, BatchLosses losses);

    /// <summary>Predicts a batch; weights do not change.</summary>
    /// <param name="batch">The samples, and for each row whether it starts fresh; targets are not read. The inputs are read anew in every call: generation writes the next ones into the same block.</param>
    /// <param name="state">Read at the start where a row is carried, and left as it is after the batch.</param>
    /// <param name="outputs">Receives every output, and which of its steps count.</param>
    /// <exception cref="ResearchException">The batch, the state or the room for outputs does not fit the model.</exception>
    void PredictBatch(Batch batch, RecurrentState state, BatchOutputs outputs);

    /// <summary>The names of all that it keeps: the weights in the graph's order, then <c>optimizer/…</c>, then <c>stream/…</c>.</summary>
    IReadOnlyList<string> Tensors { get; }

    /// <summary>A copy of a tensor, row-major.</summary>
    /// <param name="name">One of <see cref="Tensors"/>.</param>
    /// <exception cref="ResearchException">There is no such tensor.</exception>
    NamedTensor GetTensor(string name);

    /// <summary>Replaces tensors, all of those given or, where anything does not fit, none.</summary>
    /// <param name="tensors">Tensors of names in <see cref="Tensors"/>, of the type and shape that <see cref="GetTensor"/> gives.</param>
    /// <exception cref="ResearchException">A name is unknown or given twice, or a type, shape or value cannot be.</exception>
    void SetTensors(IReadOnlyList<NamedTensor> tensors);

    /// <summary>The last training step's gradient of a weight, row-major, as the optimizer took it: with penalties, clipped; for checks and diagnosis. Zeros before the first step.</summary>
    /// <param name="weight">A weight's name, e.g. <c>lstm_1/kernel</c>.</param>
    /// <exception cref="ResearchException">There is no such weight.</exception>
    float[] GetGradient(string weight);
}
