using System.Buffers.Binary;
using TinyNano.Inference;

namespace TinyNano.Managed.Tests.Loading;

/// <summary>What is too large for memory.</summary>
public sealed class ArenaTests
{
    [Theory]
    [InlineData(0x80000000u)]
    [InlineData(0xFFFFFFF0u)]
    public void Arena_LargerThanAnArray_IsRefused(uint bytes)
    {
        byte[] blob = Models.Smallest();
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(16), bytes);

        InferenceException e = Assert.Throws<InferenceException>(() => new ManagedEngine().Open(Mutation.Repair(blob)));

        Assert.Equal(InferenceStatus.Arena, e.Status);
    }

    [Fact]
    public void Arena_LargerThanNeeded_IsAllowed()
    {
        byte[] blob = Models.Smallest();
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(16), 4096);
        using ManagedEngine engine = new();

        engine.Open(Mutation.Repair(blob));

        Assert.Equal(4096, engine.ArenaBytes);
    }
}
