using TinyNano.Compiler.IR;
using TinyNano.Compiler.Targets;

namespace TinyNano.Compiler.Lower;

/// <summary>Where the bytes of a tensor live on the device. The numbers are the place codes of docs/SPEC.md.</summary>
public enum Place : byte
{
    /// <summary>In the arena, alive from its first writer to its last reader.</summary>
    Arena = 0,

    /// <summary>In the blob, never written.</summary>
    Constant = 1,

    /// <summary>In the arena for good; keeps its contents between runs and starts filled with <see cref="Storage.Fill"/>.</summary>
    State = 2,
}

/// <summary>A run of bytes that is planned as one; several tensors may be views of it (reshape costs nothing).</summary>
public sealed class Storage
{
    public Storage(Place place, int bytes)
    {
        Place = place;
        Bytes = bytes;
    }

    public Place Place { get; }

    public int Bytes { get; }

    /// <summary>Contents of a constant.</summary>
    public byte[]? Data { get; init; }

    /// <summary>The byte every cell of a state starts with (the zero point of an int8 state).</summary>
    public byte Fill { get; init; }
}

/// <summary>A typed, shaped view of a storage.</summary>
public sealed record DeviceTensor(string Name, DType DType, Shape Shape, Storage Storage)
{
    public int Bytes => Shape.Count * DType.Size();
}

/// <summary>
/// One kernel call. <see cref="InPlace"/> names the input whose storage output 0 may take over when nobody reads that
/// input afterwards and both have the same size; -1 where the kernel does not allow it.
/// </summary>
public sealed record Step(
    string Name,
    DeviceOp Op,
    IReadOnlyList<DeviceTensor?> Inputs,
    IReadOnlyList<DeviceTensor> Outputs,
    DeviceTensor? Scratch,
    IReadOnlyList<int> Params,
    int InPlace,
    long Macs)
{
    /// <summary>0 for the general operator; others are variants of the blob's target.</summary>
    public byte Kernel { get; init; }
}

/// <summary>An input or output of the model as the application sees it.</summary>
public sealed record ScheduleIo(string Name, DeviceTensor Tensor, Quantization? Quantization);

/// <summary>The model as ordered kernel calls, before memory is planned.</summary>
public sealed class Schedule
{
    public Schedule(string name, IReadOnlyList<ScheduleIo> inputs, IReadOnlyList<ScheduleIo> outputs, IReadOnlyList<Step> steps, IReadOnlyList<string> labels)
    {
        Name = name;
        Inputs = inputs;
        Outputs = outputs;
        Steps = steps;
        Labels = labels;
    }

    public string Name { get; }

    public IReadOnlyList<ScheduleIo> Inputs { get; }

    public IReadOnlyList<ScheduleIo> Outputs { get; }

    public IReadOnlyList<Step> Steps { get; }

    public IReadOnlyList<string> Labels { get; }

    /// <summary>Whose kernels and packings the steps use.</summary>
    public Target Target { get; init; } = Target.Portable;

    /// <summary>The same model with other steps, for the same or another target.</summary>
    public Schedule With(IReadOnlyList<Step> steps, Target? target = null) => new(Name, Inputs, Outputs, steps, Labels) { Target = target ?? Target };

    /// <summary>Every tensor, each once: inputs, then in the order of the steps, then outputs.</summary>
    public IEnumerable<DeviceTensor> Tensors()
    {
        HashSet<DeviceTensor> seen = new(ReferenceEqualityComparer.Instance);
        IEnumerable<DeviceTensor?> all = Inputs.Select(i => i.Tensor)
            .Concat(Steps.SelectMany(s => s.Inputs.Concat(s.Outputs).Append(s.Scratch)))
            .Concat(Outputs.Select(o => o.Tensor));
        foreach (DeviceTensor? tensor in all)
        {
            if (tensor is not null && seen.Add(tensor))
            {
                yield return tensor;
            }
        }
    }
}
