using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Targets;

namespace TinyNano.Compiler.Emit;

/// <summary>One tensor record of a blob.</summary>
public sealed record BlobTensor(DType DType, Place Place, byte Fill, int Offset, int Bytes, Shape Shape);

/// <summary>One step record; tensor numbers, -1 for absent.</summary>
public sealed record BlobStep(DeviceOp Op, byte Kernel, IReadOnlyList<int> Inputs, IReadOnlyList<int> Outputs, int Scratch, IReadOnlyList<int> Params);

/// <summary>One io record.</summary>
public sealed record BlobIo(string Name, int Tensor, bool IsOutput, Quantization? Quantization);

/// <summary>One section entry.</summary>
public sealed record BlobSection(SectionKind Kind, bool Required, int Offset, int Size, int Count);

/// <summary>A blob, decoded. See <see cref="BlobReader"/>.</summary>
public sealed record Blob
{
    public required byte[] Bytes { get; init; }

    public required string Name { get; init; }

    public required int ArenaBytes { get; init; }

    public required int ScratchBytes { get; init; }

    public required uint ModelVersion { get; init; }

    public required uint Crc { get; init; }

    public required KernelTypes Types { get; init; }

    /// <summary>Whose packings and kernels the steps use.</summary>
    public required Target Target { get; init; }

    public required IReadOnlyList<BlobSection> Sections { get; init; }

    public required IReadOnlyList<BlobTensor> Tensors { get; init; }

    public required IReadOnlyList<BlobStep> Steps { get; init; }

    public required IReadOnlyList<BlobIo> Inputs { get; init; }

    public required IReadOnlyList<BlobIo> Outputs { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }

    public required int GoldenVectors { get; init; }

    /// <summary>What the model gives on typical inputs; null where the blob does not say.</summary>
    public ReferenceHistograms? Reference { get; init; }

    public BlobSection? Section(SectionKind kind) => Sections.FirstOrDefault(s => s.Kind == kind);

    /// <summary>Bytes of a constant tensor.</summary>
    public ReadOnlySpan<byte> Constant(BlobTensor tensor) => Bytes.AsSpan(Section(SectionKind.Constants)!.Offset + tensor.Offset, tensor.Bytes);
}
