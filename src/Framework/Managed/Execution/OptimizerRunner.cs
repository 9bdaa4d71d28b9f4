using Research.Framework.Engine;
using Research.Framework.Managed.Kernels;
using Research.Framework.Numerics;
using Research.Framework.Objectives;
using Research.Framework.Training;

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
    // Slots are padded to whole blocks.
    private const int BlockSize = 16;

    private readonly Optimizer _optimizer;
    private readonly WeightSlot[] _slots;
    private readonly double[] _l2;
    private readonly double[] _maxNorm;
    private readonly bool[] _decays;
    private readonly double[] _columns;
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
    /// <param name="training">The optimizer, penalties and limits.</param>
    /// <param name="slots">The weights.</param>
    /// <param name="team">Shares large weights; null for the caller's thread alone.</param>
    public OptimizerRunner(TrainingOptions training, WeightSlot[] slots, Team? team)
    {
        _team = team;
        _updateBlocks = UpdateBlocks;
        _optimizer = training.Optimizer;
        _slots = slots;
        _l2 = new double[slots.Length];
        _maxNorm = new double[slots.Length];
        Array.Fill(_maxNorm, double.PositiveInfinity);
        foreach (WeightRule rule in training.WeightRules)
        {
            foreach (int i in Matching(rule.Pattern, "weight rule"))
            {
                _l2[i] += rule.L2;
                _maxNorm[i] = Math.Min(_maxNorm[i], rule.MaxNorm ?? double.PositiveInfinity);
            }
        }

        _decays = new bool[slots.Length];
        if (_optimizer is AdamW { WeightDecay: > 0 } decaying)
        {
            foreach (int i in Matching(decaying.DecayPattern, "weight decay")) _decays[i] = true;
        }

        _columns = new double[slots.Select(slot => slot.Columns).DefaultIfEmpty().Max()];
        _kinds = Kinds(_optimizer);
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

    /// <summary>One update from the gradients.</summary>
    public void Update()
    {
        foreach (WeightSlot slot in _slots) Prepare(slot);
        Clip();
        double rate = _optimizer.LearningRate * _optimizer.Schedule.At(_steps++);
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

    /// <summary>A copy of all that the next update depends on, but for the weights.</summary>
    public OptimizerState Export()
    {
        List<OptimizerTensor> tensors = [];
        for (int i = 0; i < _slots.Length; i++)
        {
            for (int kind = 0; kind < _kinds.Length; kind++)
                tensors.Add(new OptimizerTensor(TensorName(i, kind), _slots[i].Description.Shape, new ReadOnlySpan<float>(Moment(kind, i), _slots[i].Count).ToArray()));
        }

        return new OptimizerState { Optimizer = _optimizer.Name, Steps = _steps, Beta1Power = _beta1Power, Beta2Power = _beta2Power, Tensors = tensors };
    }

    /// <summary>Goes on from an exported state. When it does not fit, nothing changes.</summary>
    /// <exception cref="ResearchException">It belongs to another optimizer, or to other weights.</exception>
    public void Import(OptimizerState state)
    {
        if (state.Optimizer != _optimizer.Name)
            throw new ResearchException($"Optimizer state: expected that of '{_optimizer.Name}', got that of '{state.Optimizer}'; compile the model with the optimizer it was trained with.");
        if (state.Steps < 0 || !(state.Beta1Power is >= 0 and <= 1) || !(state.Beta2Power is >= 0 and <= 1))
            throw new ResearchException("Optimizer state: expected a step count of 0 or more and powers between 0 and 1; the file is damaged.");
        Dictionary<string, OptimizerTensor> tensors = [];
        foreach (OptimizerTensor tensor in state.Tensors)
        {
            if (!tensors.TryAdd(tensor.Name, tensor)) throw new ResearchException($"Optimizer state: '{tensor.Name}' comes twice.");
        }

        for (int i = 0; i < _slots.Length; i++)
        {
            for (int kind = 0; kind < _kinds.Length; kind++)
            {
                string name = TensorName(i, kind);
                IReadOnlyList<int> shape = _slots[i].Description.Shape;
                if (!tensors.TryGetValue(name, out OptimizerTensor? tensor))
                    throw new ResearchException($"Optimizer state: expected '{name}', which is missing; was the model trained with other layers or optimizer settings?");
                if (!tensor.Shape.SequenceEqual(shape) || tensor.Values.Length != _slots[i].Count)
                    throw new ResearchException($"Optimizer state '{name}': expected [{string.Join(", ", shape)}] = {_slots[i].Count} numbers, got [{string.Join(", ", tensor.Shape)}] and {tensor.Values.Length}.");
            }
        }

        if (tensors.Count != _slots.Length * _kinds.Length)
        {
            HashSet<string> known = [.. Enumerable.Range(0, _slots.Length).SelectMany(i => Enumerable.Range(0, _kinds.Length).Select(kind => TensorName(i, kind)))];
            throw new ResearchException($"Optimizer state: '{tensors.Keys.First(name => !known.Contains(name))}' belongs to no weight of this model.");
        }

        for (int i = 0; i < _slots.Length; i++)
        {
            WeightSlot slot = _slots[i];
            slot.Touched = false;
            new Span<float>(slot.Gradient, slot.Count).Clear();
            for (int kind = 0; kind < _kinds.Length; kind++)
            {
                float[] values = tensors[TensorName(i, kind)].Values;
                values.CopyTo(new Span<float>(Moment(kind, i), slot.Count));
                slot.Touched |= values.AsSpan().ContainsAnyExcept(0f);
            }
        }

        _steps = state.Steps;
        _beta1Power = state.Beta1Power;
        _beta2Power = state.Beta2Power;
    }

    private static string[] Kinds(Optimizer optimizer) => optimizer switch
    {
        AdaptiveMoments { AmsGrad: true } => ["m", "v", "largest_v"],
        AdaptiveMoments => ["m", "v"],
        Sgd { Momentum: > 0 } => ["velocity"],
        Sgd => [],
        RmsProp { Centered: true, Momentum: > 0 } => ["v", "mean", "velocity"],
        RmsProp { Centered: true } => ["v", "mean"],
        RmsProp { Momentum: > 0 } => ["v", "velocity"],
        RmsProp => ["v"],
        _ => throw new ResearchException($"The managed engine does not know the optimizer '{optimizer.Name}'."),
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

    private string TensorName(int slot, int kind) => $"optimizer/{_slots[slot].Description.Name}/{_kinds[kind]}";

    private List<int> Matching(string pattern, string purpose)
    {
        List<int> found = [.. Enumerable.Range(0, _slots.Length).Where(i => NamePattern.Matches(pattern, _slots[i].Description.Name))];
        return found.Count > 0
            ? found
            : throw new ResearchException($"The pattern '{pattern}' of a {purpose} fits no weight; this model has {string.Join(", ", _slots.Select(slot => $"'{slot.Description.Name}'"))}.");
    }
}
