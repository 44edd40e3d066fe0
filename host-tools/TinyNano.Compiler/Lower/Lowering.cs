using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Lower;

/// <summary>An operator that can be turned into device steps.</summary>
public interface ILowerable
{
    /// <summary>Writes the steps of <paramref name="node"/>. Throws <see cref="OpException"/> for types the device lacks.</summary>
    void Lower(Node node, Lowering to);
}

/// <summary>Turns a graph into a schedule; operators write their own steps through its methods.</summary>
public sealed class Lowering
{
    private readonly Dictionary<Value, DeviceTensor> _tensors = [];
    private readonly Dictionary<string, DeviceTensor> _constants = [];
    private readonly List<Step> _steps = [];
    private Node? _node;
    private long _macs;

    private Lowering()
    {
    }

    /// <summary>Lowers the whole graph; CompileException names every node the device cannot run, all at once.</summary>
    public static Schedule Run(Graph graph)
    {
        Lowering lowering = new();
        DiagnosticBag diagnostics = new();
        List<ScheduleIo> inputs = [.. graph.Inputs.Select(v => new ScheduleIo(v.Name, lowering.Tensor(v), v.Quantization))];
        foreach (Node node in graph.Nodes)
        {
            lowering.LowerNode(node, diagnostics);
        }

        diagnostics.ThrowIfErrors();
        List<ScheduleIo> outputs = [.. graph.Outputs.Select(v => new ScheduleIo(v.Name, lowering.OutputTensor(v), v.Quantization))];
        return new Schedule(graph.Name, inputs, outputs, lowering._steps, graph.Labels);
    }

    /// <summary>The device tensor of a value; constants are stored once however often they are used.</summary>
    public DeviceTensor Tensor(Value value)
    {
        if (_tensors.TryGetValue(value, out DeviceTensor? tensor))
        {
            return tensor;
        }

        if (value.Constant is Tensor data)
        {
            tensor = Constant(data);
        }
        else
        {
            int bytes = value.Shape.Count * value.DType.Size();
            Storage storage = value.IsState
                ? new Storage(Place.State, bytes) { Fill = unchecked((byte)(value.DType == DType.Int8 ? value.Quantization?.ZeroPoint ?? 0 : 0)) }
                : new Storage(Place.Arena, bytes);
            tensor = new DeviceTensor(value.Name, value.DType, value.Shape, storage);
        }

        _tensors[value] = tensor;
        return tensor;
    }

    /// <summary>A constant tensor; equal bytes of equal type and shape are stored once.</summary>
    public DeviceTensor Constant(Tensor data)
    {
        byte[] bytes = data.ToBytes();
        string key = $"{data.DType}{data.Shape}{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))}";
        if (!_constants.TryGetValue(key, out DeviceTensor? tensor))
        {
            Storage storage = new(Place.Constant, bytes.Length) { Data = bytes };
            tensor = new DeviceTensor($"const{_constants.Count}", data.DType, data.Shape, storage);
            _constants[key] = tensor;
        }

        return tensor;
    }

    /// <summary>An arena tensor between two steps of the same node.</summary>
    public DeviceTensor Temp(DType type, Shape shape) =>
        new($"{_node!.Name}.temp", type, shape, new Storage(Place.Arena, shape.Count * type.Size()));

    /// <summary>Another view of the same bytes.</summary>
    public static DeviceTensor View(DeviceTensor tensor, Shape shape) =>
        shape.Count == tensor.Shape.Count ? tensor with { Shape = shape }
            : throw new ArgumentException($"a view of {tensor.Shape} as {shape} changes the number of elements", nameof(shape));

    /// <summary>Makes <paramref name="value"/> the given tensor, without a step: reshapes and the like.</summary>
    public void Alias(Value value, DeviceTensor tensor) => _tensors[value] = View(tensor, value.Shape);

    /// <summary>Appends a step. Parameters are named, in the order of the operator's row.</summary>
    public void Step(
        DeviceOp op,
        IReadOnlyList<DeviceTensor?> inputs,
        IReadOnlyList<DeviceTensor> outputs,
        IReadOnlyList<(string Field, int Value)>? parameters = null,
        int scratchBytes = 0,
        int inPlace = -1)
    {
        parameters ??= [];
        if (!parameters.Select(p => p.Field).SequenceEqual(op.Fields))
        {
            throw new InvalidOperationException($"{op.Name} takes ({string.Join(", ", op.Fields)}), not ({string.Join(", ", parameters.Select(p => p.Field))})");
        }

        DeviceTensor? scratch = scratchBytes == 0 ? null
            : new DeviceTensor($"{_node!.Name}.scratch", DType.UInt8, new Shape(scratchBytes), new Storage(Place.Arena, scratchBytes));
        _steps.Add(new Step(_node!.Name, op, inputs, outputs, scratch, [.. parameters.Select(p => p.Value)], inPlace, _macs));
        _macs = 0;
    }

    /// <summary>The bits of a float32 parameter.</summary>
    public static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    private void LowerNode(Node node, DiagnosticBag diagnostics)
    {
        _node = node;
        _macs = node.Op.Macs([.. node.Inputs.Select(v => v?.Type)], [.. node.Outputs.Select(v => v.Type)]);
        try
        {
            if (node.Op is not ILowerable op)
            {
                throw new OpException("the device has no such operator");
            }

            op.Lower(node, this);
        }
        catch (OpException e)
        {
            diagnostics.Error("TN2401", $"{node}: {e.Message}", null, "run `tinynano ops` for what this version accepts");
        }
    }

    private DeviceTensor OutputTensor(Value value)
    {
        DeviceTensor tensor = Tensor(value);
        if (tensor.Storage.Place == Place.Arena)
        {
            return tensor;
        }

        _node = new Node(value.Name, new NoOp(), [], []);
        DeviceTensor copy = Temp(tensor.DType, tensor.Shape);
        Step(DeviceOps.Copy, [tensor], [copy]);
        return copy;
    }

    private sealed record NoOp : Op
    {
        public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [];

        public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs) => [];
    }
}
