using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Channels;

/// <summary>
/// The channels of each storage that need not be computed: every reader either has weight 0 for them, or can take their constant into its
/// bias, or passes them on to a channel of its own that is dead as well.
/// </summary>
internal sealed class DeadChannels
{
    private readonly Schedule _schedule;
    private readonly ChannelBounds _bounds;
    private readonly Dictionary<Step, WeightStep?> _weights = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Storage, bool[]> _dead = new(ReferenceEqualityComparer.Instance);

    private DeadChannels(Schedule schedule, ChannelBounds bounds)
    {
        _schedule = schedule;
        _bounds = bounds;
        foreach (Step step in schedule.Steps)
        {
            _weights[step] = WeightStep.Of(step);
        }
    }

    /// <summary>Flags by storage, for storages that have dead channels.</summary>
    /// <param name="schedule">A schedule of general kernels.</param>
    /// <param name="bounds">Its bounds.</param>
    /// <param name="multiple">As many channels stay as make up a multiple of this: kernels like even numbers.</param>
    public static IReadOnlyDictionary<Storage, bool[]> Find(Schedule schedule, ChannelBounds bounds, int multiple)
    {
        DeadChannels search = new(schedule, bounds);
        search.Suppose();
        while (search.Prune())
        {
        }

        search.Keep(multiple);
        return search._dead.Where(pair => pair.Value.Contains(true)).ToDictionary(pair => pair.Key, pair => pair.Value, (IEqualityComparer<Storage>)ReferenceEqualityComparer.Instance);
    }

    // To begin with, every channel of a storage that a step with weights or a pool makes.
    private void Suppose()
    {
        foreach (Step step in _schedule.Steps.Where(s => _weights[s] is not null || Pool.Is(s)))
        {
            _dead[step.Outputs[0].Storage] = [.. Enumerable.Repeat(true, step.Outputs[0].Shape[-1])];
        }

        foreach (ScheduleIo io in _schedule.Inputs.Concat(_schedule.Outputs))
        {
            _dead.Remove(io.Tensor.Storage);
        }

        // Two writers, or a view that mixes channels: leave it alone.
        foreach (IGrouping<Storage, Step> writers in _schedule.Steps.SelectMany(s => s.Outputs, (s, o) => (s, o.Storage)).GroupBy(x => x.Storage, x => x.s).Where(g => g.Count() > 1))
        {
            _dead.Remove(writers.Key);
        }
    }

    private bool Prune()
    {
        bool changed = false;
        foreach (Step step in _schedule.Steps)
        {
            foreach (DeviceTensor input in step.Inputs.OfType<DeviceTensor>().Where(t => _dead.ContainsKey(t.Storage)).ToList())
            {
                changed |= PruneInput(step, input);
            }

            // A depthwise or a pool cannot leave out a channel in the middle of its input.
            if (IsCoupled(step) && _dead.TryGetValue(step.Outputs[0].Storage, out bool[]? dead))
            {
                for (int o = 0; o < dead.Length; o++)
                {
                    changed |= Clear(dead, o, IsDead(step.Inputs[0]!, InputOf(step, o)));
                }
            }
        }

        return changed;
    }

    private bool PruneInput(Step step, DeviceTensor input)
    {
        bool[] dead = _dead[input.Storage];
        if (!ReferenceEquals(input, step.Inputs[0]) || (_weights[step] is null && !Pool.Is(step)) || input.Shape[-1] % dead.Length != 0)
        {
            _dead.Remove(input.Storage);
            return true;
        }

        bool changed = false;
        for (int c = 0; c < dead.Length; c++)
        {
            if (dead[c])
            {
                changed |= Clear(dead, c, Absorbs(step, input, c));
            }
        }

        return changed;
    }

    private bool Absorbs(Step step, DeviceTensor input, int channel)
    {
        if (IsCoupled(step))
        {
            int each = step.Outputs[0].Shape[-1] / input.Shape[-1];
            return _dead.TryGetValue(step.Outputs[0].Storage, out bool[]? dead) && Enumerable.Range(channel * each, each).All(o => dead[o]);
        }

        WeightStep weights = _weights[step]!;
        (int lo, int hi) = _bounds.Of(input, channel);
        bool folds = lo == hi && (!weights.IsPadded || lo == weights.XZero);
        return folds || HasNoWeight(weights, channel, _dead[input.Storage].Length);
    }

    private static bool HasNoWeight(WeightStep step, int channel, int channels)
    {
        for (int k = channel; k < step.Taps * step.Depth; k += channels)
        {
            for (int o = 0; o < step.Outputs; o++)
            {
                if (step.Weight(o, k) != 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool IsCoupled(Step step) => Pool.Is(step) || _weights[step] is { IsDepthwise: true };

    private static int InputOf(Step step, int output) => output * step.Inputs[0]!.Shape[-1] / step.Outputs[0].Shape[-1];

    private bool IsDead(DeviceTensor tensor, int channel) => _dead.TryGetValue(tensor.Storage, out bool[]? dead) && dead[channel];

    private static bool Clear(bool[] dead, int channel, bool holds)
    {
        bool changed = dead[channel] && !holds;
        dead[channel] &= holds;
        return changed;
    }

    // Revives the first dead channels of each chain of coupled storages until a multiple (and at least one) is alive. A channel that
    // is computed although it need not be is no mistake.
    private void Keep(int multiple)
    {
        foreach (Step step in _schedule.Steps.Where(s => _dead.ContainsKey(s.Outputs[0].Storage) && !IsCoupled(s)))
        {
            bool[] dead = _dead[step.Outputs[0].Storage];
            int alive = dead.Count(d => !d);
            int wanted = Math.Min(dead.Length, (Math.Max(alive, 1) + multiple - 1) / multiple * multiple);
            for (int c = 0; c < dead.Length && alive < wanted; c++)
            {
                if (dead[c])
                {
                    Revive(step.Outputs[0].Storage, c);
                    alive++;
                }
            }
        }

        // A depthwise of a graph input, or one with a multiplier, may have lost all of its channels.
        while (Prune())
        {
        }
    }

    private void Revive(Storage storage, int channel)
    {
        _dead[storage][channel] = false;
        foreach (Step step in _schedule.Steps.Where(s => IsCoupled(s) && ReferenceEquals(s.Inputs[0]!.Storage, storage)))
        {
            if (_dead.TryGetValue(step.Outputs[0].Storage, out bool[]? _))
            {
                int each = step.Outputs[0].Shape[-1] / step.Inputs[0]!.Shape[-1];
                for (int o = channel * each; o < (channel + 1) * each; o++)
                {
                    Revive(step.Outputs[0].Storage, o);
                }
            }
        }
    }
}
