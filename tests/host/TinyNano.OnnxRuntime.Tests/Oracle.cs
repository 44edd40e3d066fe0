using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TinyNano.Compiler.IR;
using Tensor = TinyNano.Compiler.IR.Tensor;

namespace TinyNano.OnnxRuntime.Tests;

/// <summary>ONNX Runtime, without graph optimisations: the meaning of a model by other people's code.</summary>
public static class Oracle
{
    public static IReadOnlyList<Tensor> Run(byte[] model, IReadOnlyList<(string Name, Tensor Tensor)> inputs)
    {
        using SessionOptions options = new() { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, IntraOpNumThreads = 1 };
        using InferenceSession session = new(model, options);
        List<NamedOnnxValue> feeds = [.. inputs.Select(i => Feed(i.Name, i.Tensor))];
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(feeds);
        return [.. results.Select(Result)];
    }

    private static NamedOnnxValue Feed(string name, Tensor tensor) => tensor.DType switch
    {
        DType.Float32 => Feed<float>(name, tensor),
        DType.Int8 => Feed<sbyte>(name, tensor),
        DType.UInt8 => Feed<byte>(name, tensor),
        DType.Int16 => Feed<short>(name, tensor),
        DType.Int32 => Feed<int>(name, tensor),
        DType.Int64 => Feed<long>(name, tensor),
        _ => Feed<bool>(name, tensor),
    };

    private static NamedOnnxValue Feed<T>(string name, Tensor tensor) =>
        NamedOnnxValue.CreateFromTensor(name, new DenseTensor<T>((T[])tensor.Data, [.. tensor.Shape.Dims]));

    private static Tensor Result(DisposableNamedOnnxValue value) => value.ElementType switch
    {
        TensorElementType.Float => Result<float>(value, DType.Float32),
        TensorElementType.Int8 => Result<sbyte>(value, DType.Int8),
        TensorElementType.UInt8 => Result<byte>(value, DType.UInt8),
        TensorElementType.Int16 => Result<short>(value, DType.Int16),
        TensorElementType.Int32 => Result<int>(value, DType.Int32),
        TensorElementType.Int64 => Result<long>(value, DType.Int64),
        TensorElementType.Bool => Result<bool>(value, DType.Bool),
        _ => throw new NotSupportedException($"{value.ElementType}"),
    };

    private static Tensor Result<T>(DisposableNamedOnnxValue value, DType type)
    {
        Tensor<T> tensor = value.AsTensor<T>();
        return new Tensor(type, new Shape([.. tensor.Dimensions]), tensor.ToArray());
    }
}
