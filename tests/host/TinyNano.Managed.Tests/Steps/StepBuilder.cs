using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps;

/// <summary>
/// Builds a model of one step: inputs and outputs in the order in which they are asked for, then <see cref="Build"/> with the
/// parameters in the order of the operator's row.
/// </summary>
public sealed class StepBuilder
{
    private readonly DeviceOp _op;
    private readonly Seeded _random;
    private readonly List<ScheduleIo> _inputs = [];
    private readonly List<ScheduleIo> _outputs = [];
    private readonly List<DeviceTensor?> _refs = [];
    private readonly List<DeviceTensor> _results = [];

    public StepBuilder(DeviceOp op, Seeded random)
    {
        _op = op;
        _random = random;
    }

    /// <summary>Scratch of the step; 0 for none.</summary>
    public int ScratchBytes { get; set; }

    /// <summary>The input whose bytes the first output may take; -1 for none.</summary>
    public int InPlace { get; set; } = -1;

    /// <summary>How many times the model runs; more than once where there are states.</summary>
    public int Runs { get; set; } = 1;

    /// <summary>Makes the numbers of float32 inputs.</summary>
    public Func<Seeded, float> Float { get; set; } = r => r.NextFloat(-4, 4);

    /// <summary>An input of the model and of the step.</summary>
    public DeviceTensor Input(DType type, params int[] shape)
    {
        DeviceTensor tensor = Arena($"x{_inputs.Count}", type, Place.Arena, 0, shape);
        _inputs.Add(new ScheduleIo(tensor.Name, tensor, null));
        _refs.Add(tensor);
        return tensor;
    }

    public DeviceTensor Constant(Tensor data)
    {
        byte[] bytes = data.ToBytes();
        DeviceTensor tensor = new($"c{_refs.Count}", data.DType, data.Shape, new Storage(Place.Constant, bytes.Length) { Data = bytes });
        _refs.Add(tensor);
        return tensor;
    }

    /// <summary>A constant, or now and then an input of the model.</summary>
    public DeviceTensor ConstantOrInput(Tensor data) =>
        _random.Next(0, 7) == 0 ? Input(data.DType, [.. data.Shape.Dims]) : Constant(data);

    public void Absent() => _refs.Add(null);

    /// <summary>
    /// A state that the step reads, and the model shows as an output; give it to <see cref="Result"/> as the step also writes it.
    /// </summary>
    public DeviceTensor State(DType type, byte fill, params int[] shape)
    {
        DeviceTensor tensor = Arena($"s{_refs.Count}", type, Place.State, fill, shape);
        _refs.Add(tensor);
        _outputs.Add(new ScheduleIo(tensor.Name, tensor, null));
        return tensor;
    }

    /// <summary>An output of the step and of the model.</summary>
    public DeviceTensor Output(DType type, params int[] shape)
    {
        DeviceTensor tensor = Arena($"y{_outputs.Count}", type, Place.Arena, 0, shape);
        _results.Add(tensor);
        _outputs.Add(new ScheduleIo(tensor.Name, tensor, null));
        return tensor;
    }

    /// <summary>A tensor for <see cref="Result"/> that is also an output of the model.</summary>
    public DeviceTensor Loose(DType type, params int[] shape)
    {
        DeviceTensor tensor = Arena($"z{_refs.Count}", type, Place.Arena, 0, shape);
        _outputs.Add(new ScheduleIo(tensor.Name, tensor, null));
        return tensor;
    }

    /// <summary>An output of the step only, such as a state.</summary>
    public void Result(DeviceTensor tensor) => _results.Add(tensor);

    public StepModel Build(params int[] parameters)
    {
        if (parameters.Length != _op.Fields.Length)
        {
            throw new InvalidOperationException($"{_op} takes {_op.Fields.Length} parameters, not {parameters.Length}");
        }

        DeviceTensor? scratch = ScratchBytes == 0 ? null : Arena("scratch", DType.UInt8, Place.Arena, 0, [ScratchBytes]);
        Step step = new(_op.Name, _op, _refs, _results, scratch, parameters, InPlace, 0);
        Schedule schedule = new("step", _inputs, _outputs, [step], []);
        byte[][] records = [.. Enumerable.Range(0, Runs).Select(_ => Record())];
        string shapes = string.Join(" ", _refs.Select(t => t is null ? "-" : $"{t.DType}{t.Shape}"));
        string results = string.Join(" ", _results.Select(t => $"{t.DType}{t.Shape}"));
        return new StepModel(schedule, records,
            $"{_op.Name} {shapes} -> {results} ({string.Join(", ", _op.Fields.Zip(parameters, (f, p) => $"{f} {p}"))})");
    }

    private static DeviceTensor Arena(string name, DType type, Place place, byte fill, int[] shape)
    {
        Shape dims = new(shape);
        return new DeviceTensor(name, type, dims, new Storage(place, dims.Count * type.Size()) { Fill = fill });
    }

    // Numbers over the whole range; in every fourth record only the ends and the middle of it, in another only small ones.
    private byte[] Record()
    {
        int kind = _random.Int(0, 3);
        List<byte> bytes = [];
        foreach (ScheduleIo input in _inputs)
        {
            for (int i = 0; i < input.Tensor.Shape.Count; i++)
            {
                switch (input.Tensor.DType)
                {
                    case DType.Float32:
                        bytes.AddRange(BitConverter.GetBytes(Float(_random)));
                        break;
                    case DType.Bool:
                        // Any byte but 0 is true.
                        bytes.Add(kind == 0 ? _random.Of<byte>(0, 1, 2, 0x80) : (byte)_random.Int(0, 1));
                        break;
                    default:
                        AddInteger(bytes, input.Tensor.DType.Size(), kind);
                        break;
                }
            }
        }

        return [.. bytes];
    }

    private void AddInteger(List<byte> bytes, int size, int kind)
    {
        int small = _random.Int(-3, 3);
        for (int k = 0; k < size; k++)
        {
            bytes.Add(kind switch
            {
                0 => _random.Of<byte>(0x80, 0x7F, 0x00, 0xFF),
                1 => (byte)(k == 0 ? small : small >> 31),
                _ => (byte)_random.Int(0, 255),
            });
        }
    }
}
