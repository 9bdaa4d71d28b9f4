using System.Runtime.Intrinsics;
using Research.Framework.Engine;
using Research.Framework.Equations;
using Research.Framework.Managed.Execution;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.Training;

namespace Research.Framework.Tests.Training;

/// <summary>An optimizer's runner over a few weights whose gradients the test writes.</summary>
internal abstract class OptimizerRig
{
    public static readonly WeightDescription[] Descriptions =
    [
        new("lstm_1/kernel", [3, 7], Initializers.Zeros),
        new("lstm_1/bias", [5], Initializers.Zeros),
        new("dense_1/kernel", [20, 2], Initializers.Zeros),
    ];

    public static IEnumerable<Func<TrainingOptions, OptimizerRig>> Widths =>
    [
        training => new At<SimdScalar, float>(training),
        training => new At<Simd128, Vector128<float>>(training),
        training => new At<Simd256, Vector256<float>>(training),
        training => new At<Simd512, Vector512<float>>(training),
    ];

    public abstract Span<float> Weight(int index);

    public abstract float[] Gradient(int index);

    /// <summary>One step; a null gradient is one that the backward pass has not written.</summary>
    public abstract double Step(params float[]?[] gradients);

    public abstract IReadOnlyList<NamedTensor> Export();

    public abstract void Import(IReadOnlyList<NamedTensor> tensors);

    public float[] AllWeights() => [.. Enumerable.Range(0, Descriptions.Length).SelectMany(i => Weight(i).ToArray())];

    private sealed unsafe class At<TSimd, TVector> : OptimizerRig
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        private readonly PinnedMemory[] _memory;
        private readonly WeightSlot[] _slots;
        private readonly OptimizerRunner<TSimd, TVector> _runner;
        private readonly Optimizer _optimizer;

        public At(TrainingOptions training)
        {
            _memory = [.. Descriptions.Select(weight => new PinnedMemory(2 * PinnedMemory.Padded(weight.Count)))];
            _slots = [.. Descriptions.Select((weight, i) => new WeightSlot(weight) { Values = _memory[i].Pointer, Gradient = _memory[i].Pointer + PinnedMemory.Padded(weight.Count) })];
            _optimizer = training.Optimizer;
            _runner = new OptimizerRunner<TSimd, TVector>(training.Objective, _slots, team: null);
        }

        public override Span<float> Weight(int index) => new(_slots[index].Values, _slots[index].Count);

        public override float[] Gradient(int index) => new Span<float>(_slots[index].Gradient, _slots[index].Count).ToArray();

        public override double Step(params float[]?[] gradients)
        {
            for (int i = 0; i < _slots.Length; i++)
            {
                _slots[i].Written = gradients[i] is not null;
                gradients[i]?.CopyTo(new Span<float>(_slots[i].Gradient, _slots[i].Count));
            }

            double penalty = _runner.AddPenalties();
            _runner.TryUpdate();
            return penalty;
        }

        private string[] Names =>
        [
            TensorNames.Steps, TensorNames.LearningRateFactor, .. _optimizer is AdaptiveMoments ? [TensorNames.Beta1Power, TensorNames.Beta2Power] : Array.Empty<string>(),
            .. _optimizer.Moments.SelectMany(moment => Descriptions.Select(weight => TensorNames.Moment(moment, weight.Name))),
        ];

        public override IReadOnlyList<NamedTensor> Export() => [.. Names.Select(name => _runner.Find(name)!)];

        public override void Import(IReadOnlyList<NamedTensor> tensors) => new ModelTensors<TSimd, TVector>(Names, _slots, _runner, []).Set(tensors);
    }
}
