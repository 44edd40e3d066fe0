using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Channels;

/// <summary>
/// Removes channels whose work cannot matter: those that are provably constant for every input are taken into the biases of their readers,
/// exactly, and those that nobody weighs are left out. The outputs of the model stay the same bytes.
/// </summary>
public static class ChannelFolding
{
    /// <summary>The smaller schedule; the given one where nothing is dead.</summary>
    /// <param name="schedule">A schedule of general kernels.</param>
    /// <param name="multiple">The number of channels that stay is a multiple of this where there are that many.</param>
    public static Schedule Run(Schedule schedule, int multiple = 4)
    {
        ChannelBounds bounds = ChannelBounds.Of(schedule);
        IReadOnlyDictionary<Storage, bool[]> dead = DeadChannels.Find(schedule, bounds, multiple);
        return dead.Count == 0 ? schedule : new Rewrite(bounds, dead).Run(schedule);
    }

    private sealed class Rewrite
    {
        private readonly ChannelBounds _bounds;
        private readonly IReadOnlyDictionary<Storage, bool[]> _dead;
        private readonly Dictionary<DeviceTensor, DeviceTensor> _tensors = new(ReferenceEqualityComparer.Instance);
        private readonly Dictionary<Storage, Storage> _storages = new(ReferenceEqualityComparer.Instance);
        private int _made;

        public Rewrite(ChannelBounds bounds, IReadOnlyDictionary<Storage, bool[]> dead)
        {
            _bounds = bounds;
            _dead = dead;
        }

        public Schedule Run(Schedule schedule) => schedule.With([.. schedule.Steps.Select(Shrink)]);

        private Step Shrink(Step step)
        {
            bool touched = step.Inputs.Concat(step.Outputs).Any(t => t is not null && _dead.ContainsKey(t.Storage));
            if (!touched)
            {
                return step;
            }

            Step moved = step with
            {
                Inputs = [.. step.Inputs.Select(t => t is null ? null : Tensor(t))],
                Outputs = [.. step.Outputs.Select(Tensor)],
            };
            return WeightStep.Of(step) is WeightStep weights ? Slice(weights, moved) : moved;
        }

        // The tensor over the channels that stay.
        private DeviceTensor Tensor(DeviceTensor tensor)
        {
            if (!_dead.TryGetValue(tensor.Storage, out bool[]? dead))
            {
                return tensor;
            }

            if (!_tensors.TryGetValue(tensor, out DeviceTensor? smaller))
            {
                int alive = dead.Count(d => !d);
                if (!_storages.TryGetValue(tensor.Storage, out Storage? storage))
                {
                    storage = new Storage(tensor.Storage.Place, tensor.Storage.Bytes / dead.Length * alive);
                    _storages[tensor.Storage] = storage;
                }

                smaller = tensor with { Shape = new Shape([.. tensor.Shape.Dims.SkipLast(1), tensor.Shape[-1] / dead.Length * alive]), Storage = storage };
                _tensors[tensor] = smaller;
            }

            return smaller;
        }

        private Step Slice(WeightStep weights, Step moved)
        {
            Step step = weights.Step;
            int[] outputs = Alive(step.Outputs[0]);
            int[] taps = weights.IsDepthwise
                ? [.. Enumerable.Range(0, weights.Taps)]
                : [.. Enumerable.Range(0, weights.Taps * weights.Depth).Where(k => !IsDead(step.Inputs[0]!, weights.InputOf(0, k)))];
            sbyte[] data = weights.IsDepthwise
                ? [.. taps.SelectMany(_ => outputs, (k, o) => (sbyte)weights.Weight(o, k))]
                : [.. outputs.SelectMany(_ => taps, (o, k) => (sbyte)weights.Weight(o, k))];
            int[] bias = [.. outputs.Select(o => unchecked(weights.Bias[o] + Folded(weights, o)))];
            DeviceTensor?[] inputs = [.. moved.Inputs];
            inputs[1] = Constant(IR.Tensor.Of(Shape(step.Inputs[1]!.Shape, weights, outputs.Length, taps.Length), data));
            inputs[2] = step.Inputs[2] is null && Array.TrueForAll(bias, b => b == 0) ? null : Constant(IR.Tensor.Of(new Shape(bias.Length), bias));
            inputs[3] = PerOutput(weights, 3, outputs);
            inputs[4] = PerOutput(weights, 4, outputs);
            long macs = step.Macs * outputs.Length / weights.Outputs * (weights.IsDepthwise ? 1 : taps.Length) / (weights.IsDepthwise ? 1 : weights.Taps * weights.Depth);
            return moved with { Inputs = inputs, Macs = macs };
        }

        private DeviceTensor PerOutput(WeightStep weights, int input, int[] outputs)
        {
            Tensor all = weights.Data(input);
            if (all.Count == 1)
            {
                return weights.Step.Inputs[input]!;
            }

            Tensor some = IR.Tensor.Zeros(all.DType, new Shape(outputs.Length));
            for (int i = 0; i < outputs.Length; i++)
            {
                some.Data.SetValue(all.Data.GetValue(outputs[i]), i);
            }

            return Constant(some);
        }

        // What the dead inputs add to every sum of an output: where they have a weight they are constant, and their number counts at
        // every tap, or is the zero point and counts at none.
        private int Folded(WeightStep weights, int output)
        {
            DeviceTensor x = weights.Step.Inputs[0]!;
            int sum = 0;
            for (int k = 0; !weights.IsDepthwise && k < weights.Taps * weights.Depth; k++)
            {
                int input = weights.InputOf(output, k);
                if (IsDead(x, input) && weights.Weight(output, k) != 0)
                {
                    sum = unchecked(sum + weights.Weight(output, k) * (_bounds.Of(x, input).Lo - weights.XZero));
                }
            }

            return sum;
        }

        private bool IsDead(DeviceTensor tensor, int index) => _dead.TryGetValue(tensor.Storage, out bool[]? dead) && dead[index % dead.Length];

        private int[] Alive(DeviceTensor tensor) => [.. Enumerable.Range(0, tensor.Shape[-1]).Where(c => !IsDead(tensor, c))];

        private static Shape Shape(Shape old, WeightStep weights, int outputs, int numbers) => weights.IsDepthwise
            ? new Shape(1, old[1], old[2], outputs)
            : old.Rank == 4 ? new Shape(outputs, old[1], old[2], numbers / weights.Taps) : new Shape(outputs, numbers);

        private DeviceTensor Constant(Tensor data)
        {
            byte[] bytes = data.ToBytes();
            return new DeviceTensor($"folded{_made++}", data.DType, data.Shape, new Storage(Place.Constant, bytes.Length) { Data = bytes });
        }
    }
}
