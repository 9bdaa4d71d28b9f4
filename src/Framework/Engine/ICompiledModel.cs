using Research.Framework.Equations;
using Research.Framework.State;

namespace Research.Framework.Engine;

/// <summary>
/// A model with weights and optimizer. Not safe for use by several threads at once; compile one model for each seed
/// that runs in parallel.
/// </summary>
public interface ICompiledModel
{
    /// <summary>Weights in order of layers, with Keras' names and layouts.</summary>
    IReadOnlyList<WeightDescription> Weights { get; }

    /// <summary>Numbers in all weights.</summary>
    long ParameterCount { get; }

    /// <summary>Width of a prediction: the last layer's units.</summary>
    int OutputWidth { get; }

    /// <summary>Time steps of a prediction for inputs of <paramref name="timeSteps"/> steps: the same number, or 1.</summary>
    /// <param name="timeSteps">Time steps of the input; at least 1.</param>
    int OutputSteps(int timeSteps);

    /// <summary>A fresh recurrent state, all zero. Training and evaluation each use their own.</summary>
    RecurrentState CreateState();

    /// <summary>One training step: forward, loss, backward, optimizer. Allocates nothing after the first batch of a size.</summary>
    /// <param name="batch">The samples, and for each row whether it starts fresh.</param>
    /// <param name="state">Read at the start where a row is carried, and left as it is after the batch.</param>
    /// <returns>The batch's mean loss before the update, and how many rows counted. Where none does, nothing is learnt but the state goes on.</returns>
    /// <exception cref="ResearchException">The batch or the state does not fit the model, or there is nothing to learn: no weight.</exception>
    BatchLoss TrainBatch(Batch batch, RecurrentState state);

    /// <summary>Predicts a batch; weights do not change.</summary>
    /// <param name="batch">The samples, and for each row whether it starts fresh; targets are not read.</param>
    /// <param name="state">Read at the start where a row is carried, and left as it is after the batch.</param>
    /// <param name="predictions">Receives <c>[rows, output steps, output width]</c>.</param>
    /// <param name="counts">
    /// Receives which rows the model does not mask, <c>[rows, output steps]</c>: true everywhere where the output has no mask.
    /// Empty where nobody asks.
    /// </param>
    /// <exception cref="ResearchException">The batch, the state or the room for predictions does not fit the model.</exception>
    void PredictBatch(Batch batch, RecurrentState state, Span<float> predictions, Span<bool> counts = default);

    /// <summary>A copy of a weight, row-major.</summary>
    /// <param name="name">A name from <see cref="Weights"/>, e.g. <c>lstm_1/kernel</c>.</param>
    /// <exception cref="ResearchException">There is no such weight.</exception>
    float[] GetWeight(string name);

    /// <summary>Replaces a weight.</summary>
    /// <param name="name">A name from <see cref="Weights"/>.</param>
    /// <param name="values">Row-major values, as many as the weight has.</param>
    /// <exception cref="ResearchException">There is no such weight, or it has another number of values.</exception>
    void SetWeight(string name, IReadOnlyList<float> values);

    /// <summary>The last training step's gradient of a weight, row-major; for checks and diagnosis.</summary>
    /// <param name="name">A name from <see cref="Weights"/>.</param>
    /// <exception cref="ResearchException">There is no such weight.</exception>
    float[] GetGradient(string name);

    /// <summary>A copy of all that the optimizer remembers.</summary>
    OptimizerState GetOptimizerState();

    /// <summary>Goes on from a copy; where it does not fit, nothing changes.</summary>
    /// <param name="state">From the same layers and optimizer.</param>
    /// <exception cref="ResearchException">It belongs to another optimizer, or to other weights.</exception>
    void SetOptimizerState(OptimizerState state);

    /// <summary>How far each of the model's own random streams (dropout) has been drawn.</summary>
    IReadOnlyList<StreamPosition> GetStreams();

    /// <summary>Sets where the model's own random streams go on.</summary>
    /// <param name="positions">One for each stream of <see cref="GetStreams"/>.</param>
    /// <exception cref="ResearchException">A stream is missing or unknown.</exception>
    void SetStreams(IReadOnlyList<StreamPosition> positions);
}
