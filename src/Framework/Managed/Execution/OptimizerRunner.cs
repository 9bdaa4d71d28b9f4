using Research.Framework.Engine;
using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;
using Research.Framework.Objectives;

namespace Research.Framework.Managed.Execution;

/// <summary>
/// Keeps an optimizer's moments and updates the weights from their gradients. Every step: penalties, clipping, decay, update,
/// limits.
/// </summary>
/// <typeparam name="TSimd">The vector operations.</typeparam>
/// <typeparam name="TVector">The vector type.</typeparam>
internal sealed unsafe class OptimizerRunner<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    // Gradients and rates below this lead to nothing that is not finite: its square is a float.
    private const float Moderate = 1e15f;

    // Of the factors of a gradient over at most LayerRunner.RowsToDefer rows.
    private const float ModerateValue = 1e9f;
    private const float ModerateArriving = 1e5f;

    // Slots are padded to whole blocks.
    private const int BlockSize = 16;

    private readonly Optimizer _optimizer;
    private readonly WeightSlot[] _slots;
    private readonly double[] _l2;
    private readonly double[] _maxNorm;
    private readonly bool[] _decays;
    private readonly double[] _columns;

    // By what, at the least, a gradient is divided, 1 at most; and the decay of weights by themselves.
    private readonly double _leastDivisor;
    private readonly double _decay;
    private readonly string[] _kinds;
    private readonly PinnedMemory _moments;
    private readonly long[] _offsets;
    private readonly long _length;
    private readonly Team? _team;
    private readonly Action<int, int> _updateBlocks;
    private long _steps;
    private double _beta1Power = 1;
    private double _beta2Power = 1;
    private int _updated;
    private double _rate;

    /// <summary>A runner with moments of zero.</summary>
    /// <param name="objective">The optimizer, penalties and limits.</param>
    /// <param name="slots">The weights.</param>
    /// <param name="team">Shares large weights; null for the caller's thread alone.</param>
    public OptimizerRunner(Objective objective, WeightSlot[] slots, Team? team)
    {
        _team = team;
        _updateBlocks = UpdateBlocks;
        _optimizer = objective.Optimizer;
        _leastDivisor = Math.Min(1, LeastDivisor(_optimizer));
        _decay = (_optimizer as AdamW)?.WeightDecay ?? 0;
        _slots = slots;
        _l2 = new double[slots.Length];
        _maxNorm = new double[slots.Length];
        _decays = new bool[slots.Length];
        for (int i = 0; i < slots.Length; i++)
        {
            string name = slots[i].Description.Name;
            _l2[i] = objective.L2Of(name);
            _maxNorm[i] = objective.MaxNormOf(name) ?? double.PositiveInfinity;
            _decays[i] = _optimizer is AdamW decaying && decaying.Decays(name);
        }

        _columns = new double[slots.Select(slot => slot.Columns).DefaultIfEmpty().Max()];
        _kinds = [.. _optimizer.Moments];
        _offsets = new long[slots.Length];
        for (int i = 0; i < slots.Length; i++)
        {
            _offsets[i] = _length;
            _length += PinnedMemory.Padded(slots[i].Count);
        }

        _moments = new PinnedMemory(_kinds.Length * _length);
        bool plain = _optimizer is AdaptiveMoments { AmsGrad: false, ClipValue: null, ClipNorm: null, GlobalClipNorm: null };
        for (int i = 0; i < slots.Length; i++) slots[i].MayDefer = plain && _l2[i] == 0;
    }

    /// <summary>What the scheduled learning rate is multiplied by.</summary>
    public double RateFactor { get; set; } = 1;

    /// <summary>Adds the penalties' gradients to those that the backward pass has written.</summary>
    /// <returns>The penalties, to be added to the loss.</returns>
    public double AddPenalties()
    {
        double sum = 0;
        for (int i = 0; i < _slots.Length; i++)
        {
            if (_l2[i] == 0) continue;
            WeightSlot slot = _slots[i];
            int count = Length(slot);
            if (!slot.Written) new Span<float>(slot.Gradient, count).Clear();
            slot.Written = true;
            OptimizerKernels<TSimd, TVector>.AddScaled(slot.Gradient, slot.Values, count, (float)(2 * _l2[i]));
            sum += _l2[i] * NormKernels.SumOfSquares(slot.Values, count);
        }

        return sum;
    }

    /// <summary>One update from the gradients, unless it leaves what is finite: then nothing changes.</summary>
    /// <returns>Whether everything is finite.</returns>
    public bool TryUpdate()
    {
        foreach (WeightSlot slot in _slots) Prepare(slot);

        // Before anything changes: a schedule of the user's own may throw.
        double rate = _optimizer.LearningRate * _optimizer.Schedule.At(_steps) * RateFactor;

        // Far from the largest float neither a square nor an update can be infinite. NaN is below nothing.
        if (rate < Moderate * _leastDivisor && rate * _decay <= 1 && HasModerateGradients())
        {
            Update(rate);
            return true;
        }

        return TryUpdateCarefully(rate);
    }

    // As the numbers may not stay finite, the way back is kept open.
    private bool TryUpdateCarefully(double rate)
    {
        foreach (WeightSlot slot in _slots)
        {
            if (slot is { Touched: true, DeferredRows: 0 } && !NormKernels.AreBelow(slot.Gradient, slot.Count, float.PositiveInfinity)) return false;
        }

        float[][] values = [.. _slots.Select(slot => new ReadOnlySpan<float>(slot.Values, slot.Count).ToArray())];
        float[] moments = new ReadOnlySpan<float>(_moments.Pointer, checked((int)(_kinds.Length * _length))).ToArray();
        (long steps, double beta1Power, double beta2Power) = (_steps, _beta1Power, _beta2Power);
        Update(rate);
        bool finite = Array.TrueForAll(_slots, slot => NormKernels.AreBelow(slot.Values, slot.Count, float.PositiveInfinity)) && NormKernels.AreBelow(_moments.Pointer, moments.Length, float.PositiveInfinity);
        if (finite) return true;
        for (int i = 0; i < _slots.Length; i++) values[i].CopyTo(new Span<float>(_slots[i].Values, values[i].Length));
        moments.CopyTo(new Span<float>(_moments.Pointer, moments.Length));
        (_steps, _beta1Power, _beta2Power) = (steps, beta1Power, beta2Power);
        return false;
    }

    // Of a gradient that is formed only in the update its factors are looked at.
    private bool HasModerateGradients()
    {
        float* known = null;
        foreach (WeightSlot slot in _slots)
        {
            if (!slot.Written) continue;
            if (slot.DeferredRows == 0)
            {
                if (!NormKernels.AreBelow(slot.Gradient, slot.Count, Moderate)) return false;
                continue;
            }

            if (!AreBelow(slot.DeferredLeft, slot.DeferredLeftStride, slot.DeferredRows, slot.Rows, ModerateValue)) return false;

            // A cell's kernels have the same gradient arriving.
            if (slot.DeferredArriving != known && !AreBelow(slot.DeferredArriving, slot.DeferredArrivingStride, slot.DeferredRows, slot.Columns, ModerateArriving)) return false;
            known = slot.DeferredArriving;
        }

        return true;
    }

    private static bool AreBelow(float* block, nint stride, int rows, int columns, float limit)
    {
        for (int row = 0; row < rows; row++)
        {
            if (!NormKernels.AreBelow(block + row * stride, columns, limit)) return false;
        }

        return true;
    }

    private void Update(double rate)
    {
        Clip();
        _steps++;
        if (_optimizer is AdaptiveMoments adaptive)
        {
            _beta1Power *= adaptive.Beta1;
            _beta2Power *= adaptive.Beta2;
        }

        for (int i = 0; i < _slots.Length; i++)
        {
            WeightSlot slot = _slots[i];
            if (_decays[i]) OptimizerKernels<TSimd, TVector>.AddScaled(slot.Values, slot.Values, Length(slot), (float)(-rate * ((AdamW)_optimizer).WeightDecay));
            if (slot.Touched) Update(i, rate);
            if (!double.IsPositiveInfinity(_maxNorm[i])) Limit(slot, _maxNorm[i]);
            if (slot.Touched || _decays[i] || !double.IsPositiveInfinity(_maxNorm[i])) slot.Version++;
        }
    }

    /// <summary>A copy of a tensor; null where there is none of that name.</summary>
    public NamedTensor? Find(string name)
    {
        switch (name)
        {
            case TensorNames.Steps: return NamedTensor.OfLongs(TensorNames.Steps, [1], [_steps]);
            case TensorNames.LearningRateFactor: return NamedTensor.OfDoubles(TensorNames.LearningRateFactor, [1], [RateFactor]);
            case TensorNames.Beta1Power when _optimizer is AdaptiveMoments: return NamedTensor.OfDoubles(TensorNames.Beta1Power, [1], [_beta1Power]);
            case TensorNames.Beta2Power when _optimizer is AdaptiveMoments: return NamedTensor.OfDoubles(TensorNames.Beta2Power, [1], [_beta2Power]);
        }

        for (int kind = 0; kind < _kinds.Length; kind++)
        {
            for (int i = 0; i < _slots.Length; i++)
            {
                if (Name(_kinds[kind], _slots[i]) == name)
                    return NamedTensor.OfFloats(name, _slots[i].Description.Shape, new ReadOnlySpan<float>(Moment(kind, i), _slots[i].Count).ToArray());
            }
        }

        return null;
    }

    /// <summary>Replaces a tensor that has been checked.</summary>
    public void Set(NamedTensor tensor)
    {
        switch (tensor.Name)
        {
            case TensorNames.Steps: _steps = tensor.ToLongs()[0]; return;
            case TensorNames.LearningRateFactor: RateFactor = tensor.ToDoubles()[0]; return;
            case TensorNames.Beta1Power: _beta1Power = tensor.ToDoubles()[0]; return;
            case TensorNames.Beta2Power: _beta2Power = tensor.ToDoubles()[0]; return;
        }

        for (int i = 0; i < _slots.Length; i++)
        {
            WeightSlot slot = _slots[i];
            int kind = Array.FindIndex(_kinds, kind => Name(kind, slot) == tensor.Name);
            if (kind < 0) continue;
            tensor.ToFloats().CopyTo(new Span<float>(Moment(kind, i), slot.Count));

            // Where nothing is remembered, an update without a gradient changes nothing and can be left out.
            slot.Touched = false;
            for (int other = 0; other < _kinds.Length; other++) slot.Touched |= new ReadOnlySpan<float>(Moment(other, i), slot.Count).ContainsAnyExcept(0f);
            if (!slot.Touched) new Span<float>(slot.Gradient, slot.Count).Clear();
            return;
        }
    }

    private static double LeastDivisor(Optimizer optimizer) => optimizer switch
    {
        AdaptiveMoments adaptive => adaptive.Epsilon,
        RmsProp { EpsilonOutsideRoot: true } rms => rms.Epsilon,
        RmsProp rms => Math.Sqrt(rms.Epsilon),
        _ => 1,
    };

    private static int Length(WeightSlot slot) => (int)PinnedMemory.Padded(slot.Count);

    private static void Prepare(WeightSlot slot)
    {
        if (slot.Written) slot.Touched = true;
        else if (slot.Touched) new Span<float>(slot.Gradient, Length(slot)).Clear();
    }

    // A row vector counts as one column.
    private void Limit(WeightSlot slot, double limit)
    {
        bool vector = slot.Description.Shape.Count == 1;
        NormKernels.LimitColumns(slot.Values, vector ? slot.Columns : slot.Rows, vector ? 1 : slot.Columns, limit, _columns);
    }

    private void Clip()
    {
        if (_optimizer.ClipValue is { } value)
        {
            foreach (WeightSlot slot in _slots)
            {
                if (slot.Touched) OptimizerKernels<TSimd, TVector>.Clip(slot.Gradient, Length(slot), (float)value);
            }
        }

        if (_optimizer.ClipNorm is { } norm)
        {
            foreach (WeightSlot slot in _slots)
            {
                if (slot.Touched) ScaleDown(slot, Math.Sqrt(NormKernels.SumOfSquares(slot.Gradient, Length(slot))), norm);
            }
        }

        if (_optimizer.GlobalClipNorm is { } global)
        {
            double sum = 0;
            foreach (WeightSlot slot in _slots)
            {
                if (slot.Touched) sum += NormKernels.SumOfSquares(slot.Gradient, Length(slot));
            }

            foreach (WeightSlot slot in _slots)
            {
                if (slot.Touched) ScaleDown(slot, Math.Sqrt(sum), global);
            }
        }
    }

    private static void ScaleDown(WeightSlot slot, double norm, double limit)
    {
        if (norm > limit) OptimizerKernels<TSimd, TVector>.Scale(slot.Gradient, Length(slot), (float)(limit / norm));
    }

    private void Update(int index, double rate)
    {
        _updated = index;
        _rate = rate;
        WeightSlot slot = _slots[index];
        int blocks = Length(slot) / BlockSize;
        bool shares = _team is not null && slot.DeferredRows == 0 && (long)slot.Count * LayerRunner.CostOfElement >= LayerRunner.CostWorthSharing;
        if (shares) _team!.Share(blocks, Math.Min(_team.Threads, blocks), _updateBlocks);
        else UpdateBlocks(0, blocks);
    }

    private void UpdateBlocks(int firstBlock, int blocks)
    {
        WeightSlot slot = _slots[_updated];
        int first = firstBlock * BlockSize, count = blocks * BlockSize;
        float* w = slot.Values + first, g = slot.Gradient + first;
        float* moment = Moment(0, _updated) + first, second = Moment(1, _updated) + first, third = Moment(2, _updated) + first;
        switch (_optimizer)
        {
            case AdaptiveMoments adam:
                float step = (float)(_rate * Math.Sqrt(1 - _beta2Power) / (1 - _beta1Power));
                if (adam.AmsGrad) OptimizerKernels<TSimd, TVector>.AmsGrad(w, g, moment, second, third, count, step, (float)(1 - adam.Beta1), (float)(1 - adam.Beta2), (float)adam.Epsilon);
                else if (slot.DeferredRows > 0) OptimizerKernels<TSimd, TVector>.AdamOuter(w, moment, second, slot.DeferredLeft, slot.DeferredLeftStride, slot.DeferredArriving, slot.DeferredArrivingStride, slot.DeferredRows, slot.Rows, slot.Columns, step, (float)(1 - adam.Beta1), (float)(1 - adam.Beta2), (float)adam.Epsilon);
                else OptimizerKernels<TSimd, TVector>.Adam(w, g, moment, second, count, step, (float)(1 - adam.Beta1), (float)(1 - adam.Beta2), (float)adam.Epsilon);
                break;
            case Sgd { Momentum: > 0 } sgd:
                if (sgd.Nesterov) OptimizerKernels<TSimd, TVector>.SgdNesterov(w, g, moment, count, (float)_rate, (float)sgd.Momentum);
                else OptimizerKernels<TSimd, TVector>.SgdMomentum(w, g, moment, count, (float)_rate, (float)sgd.Momentum);
                break;
            case Sgd:
                OptimizerKernels<TSimd, TVector>.Sgd(w, g, count, (float)_rate);
                break;
            case RmsProp rms:
                float* mean = rms.Centered ? second : null;
                float* velocity = rms.Momentum > 0 ? Moment(_kinds.Length - 1, _updated) + first : null;
                OptimizerKernels<TSimd, TVector>.RmsProp(w, g, moment, mean, velocity, count, (float)_rate, (float)(1 - rms.Rho), (float)rms.Momentum, (float)rms.Epsilon, rms.EpsilonOutsideRoot);
                break;
        }
    }

    private float* Moment(int kind, int slot) => _moments.Pointer + kind * _length + _offsets[slot];

    private static string Name(string kind, WeightSlot slot) => TensorNames.Moment(kind, slot.Description.Name);
}
