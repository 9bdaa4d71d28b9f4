using Research.Framework.Engine.Kernels;
using Research.Framework.Numerics;
using Research.Framework.Training;

namespace Research.Framework.Engine.Execution;

/// <summary>Keeps an optimizer's moments and updates the weights from their gradients.</summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal sealed unsafe class OptimizerRunner<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly Optimizer _optimizer;
    private readonly WeightSlot[] _slots;
    private readonly PinnedMemory _moments;
    private double _beta1Power = 1;
    private double _beta2Power = 1;

    public OptimizerRunner(Optimizer optimizer, WeightSlot[] slots)
    {
        _optimizer = optimizer;
        _slots = slots;
        long length = slots.Sum(slot => PinnedMemory.Padded(slot.Count));
        _moments = new PinnedMemory(2 * length);
        float* next = _moments.Pointer;
        foreach (WeightSlot slot in slots)
        {
            slot.FirstMoment = next;
            slot.SecondMoment = next + length;
            next += PinnedMemory.Padded(slot.Count);
        }
    }

    /// <summary>One update from the gradients that the backward pass has written.</summary>
    public void Update()
    {
        switch (_optimizer)
        {
            case Adam adam:
                _beta1Power *= adam.Beta1;
                _beta2Power *= adam.Beta2;
                float rate = (float)(adam.LearningRate * Math.Sqrt(1 - _beta2Power) / (1 - _beta1Power));
                foreach (WeightSlot slot in _slots)
                {
                    if (!Prepare(slot)) continue;
                    OptimizerKernels<TSimd, TVector>.Adam(
                        slot.Values, slot.Gradient, slot.FirstMoment, slot.SecondMoment, (int)PinnedMemory.Padded(slot.Count), rate, (float)adam.Beta1, (float)adam.Beta2, (float)adam.Epsilon);
                }

                break;
            case Sgd sgd:
                foreach (WeightSlot slot in _slots)
                {
                    if (!Prepare(slot)) continue;
                    int count = (int)PinnedMemory.Padded(slot.Count);
                    if (sgd.Momentum > 0) OptimizerKernels<TSimd, TVector>.SgdMomentum(slot.Values, slot.Gradient, slot.FirstMoment, count, (float)sgd.LearningRate, (float)sgd.Momentum);
                    else OptimizerKernels<TSimd, TVector>.Sgd(slot.Values, slot.Gradient, count, (float)sgd.LearningRate);
                }

                break;
            default:
                throw new ResearchException($"The managed engine does not know the optimizer '{_optimizer.Name}'.");
        }
    }

    private static bool Prepare(WeightSlot slot)
    {
        if (!slot.Written && !slot.Touched) return false;
        slot.Touched = true;
        slot.TransposedIsStale = true;
        return true;
    }
}
