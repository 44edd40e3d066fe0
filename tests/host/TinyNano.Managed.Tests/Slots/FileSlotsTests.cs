using TinyNano.Inference;

namespace TinyNano.Managed.Tests.Slots;

/// <summary>Slots in files: what is active survives whatever happens to the other slot and to the newer selector.</summary>
public sealed class FileSlotsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("slots").FullName;
    private readonly byte[] _first = Models.Smallest();
    private readonly byte[] _second = Other();

    public void Dispose() => Directory.Delete(_root, true);

    [Fact]
    public void NewStorage_HasNoModel()
    {
        FileSlots slots = new(_root);

        Assert.Equal((-1, 0, 0), (slots.Active, slots.Length(0), slots.Length(1)));
        ManagedEngineTests.Refuses(InferenceStatus.Empty, () => Model.OpenActive(new ManagedEngine(), slots));
        ManagedEngineTests.Refuses(InferenceStatus.Empty, () => slots.Confirm(0));
        ManagedEngineTests.Refuses(InferenceStatus.Empty, () => new ManagedEngine().OpenSlot(slots, 1));
    }

    [Fact]
    public void ConfirmedSlot_IsActive_AlsoForTheNextStart()
    {
        FileSlots slots = new(_root);
        Fill(slots, 0, _first);
        Assert.Equal(_first.Length, slots.Length(0));
        Assert.Equal(-1, slots.Active);
        slots.Confirm(0);

        Assert.Equal(0, slots.Active);
        Assert.Equal(0, new FileSlots(_root).Active);
        using Model model = Model.OpenActive(new ManagedEngine(), slots);
        Assert.True(model.Prove());
    }

    [Fact]
    public void ActiveSlot_CannotBeChanged()
    {
        FileSlots slots = Confirmed(0);

        ManagedEngineTests.Refuses(InferenceStatus.Arg, () => slots.Erase(0));
        ManagedEngineTests.Refuses(InferenceStatus.Arg, () => slots.Write(0, _first.Length, _first, 0, 1));
        slots.Confirm(0);
        Assert.Equal(0, slots.Active);
    }

    [Fact]
    public void Writing_OutOfOrderOrRange_IsRefused()
    {
        FileSlots slots = new(_root, 1000);
        slots.Write(1, 0, _first, 0, 100);
        ManagedEngineTests.Refuses(InferenceStatus.Arg, () => slots.Write(1, 0, _first, 0, 100));
        ManagedEngineTests.Refuses(InferenceStatus.Arg, () => slots.Write(1, 150, _first, 0, 100));
        ManagedEngineTests.Refuses(InferenceStatus.Arg, () => slots.Write(1, 100, new byte[901], 0, 901));
        ManagedEngineTests.Refuses(InferenceStatus.Arg, () => slots.Write(2, 0, _first, 0, 1));
        ManagedEngineTests.Refuses(InferenceStatus.Arg, () => slots.Read(-1, 0, new byte[1], 0, 1));
        ManagedEngineTests.Refuses(InferenceStatus.Arg, () => slots.Read(0, 1000, new byte[1], 0, 1));
        Assert.Equal(0, slots.Length(1));
        byte[] read = new byte[3];
        slots.Read(1, 99, read, 1, 2);
        Assert.Equal(new byte[] { 0, _first[99], 0xFF }, read);
    }

    [Fact]
    public void DamagedBlob_IsNotConfirmed()
    {
        FileSlots slots = Confirmed(0);
        byte[] damaged = [.. _second];
        damaged[200] ^= 1;
        Fill(slots, 1, damaged);
        ManagedEngineTests.Refuses(InferenceStatus.Checksum, () => slots.Confirm(1));
        slots.Erase(1);
        damaged[4] = 2;
        Fill(slots, 1, damaged);
        ManagedEngineTests.Refuses(InferenceStatus.Version, () => slots.Confirm(1));

        Assert.Equal(0, slots.Active);
        Assert.Equal(0, new FileSlots(_root).Active);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(31)]
    public void PowerCut_WhileConfirming_LeavesTheOldOne(int written)
    {
        FileSlots slots = Confirmed(0);
        Fill(slots, 1, _second);
        slots.Confirm(1);
        Assert.Equal(1, new FileSlots(_root).Active);

        // The first confirmation wrote select0.bin or select1.bin, the second the other one.
        string newer = Directory.GetFiles(_root, "select*.bin").Single(f => File.ReadAllBytes(f)[8] == 1);
        File.WriteAllBytes(newer, File.ReadAllBytes(newer)[..written]);

        FileSlots after = new(_root);
        Assert.Equal(0, after.Active);
        after.Confirm(1);
        Assert.Equal(1, new FileSlots(_root).Active);
    }

    [Fact]
    public void OldRecord_DoesNotBringBackASlotWrittenAnew()
    {
        FileSlots slots = Confirmed(0);
        Fill(slots, 1, _second);
        slots.Confirm(1);
        slots.Erase(0);
        Fill(slots, 0, _second);
        File.Delete(Directory.GetFiles(_root, "select*.bin").Single(f => File.ReadAllBytes(f)[8] == 1));

        Assert.Equal(-1, new FileSlots(_root).Active);
    }

    [Fact]
    public void Confirmations_TakeTurns()
    {
        FileSlots slots = Confirmed(0);
        for (int i = 1; i < 8; i++)
        {
            int slot = i & 1;
            slots.Erase(slot);
            Fill(slots, slot, slot == 0 ? _first : _second);
            slots.Confirm(slot);
            Assert.Equal((slot, slot), (slots.Active, new FileSlots(_root).Active));
        }
    }

    [Fact]
    public void MissingStorage_IsAStatus()
    {
        FileSlots slots = new(Path.Combine(_root, "nowhere"));

        Assert.Equal(-1, slots.Active);
        ManagedEngineTests.Refuses(InferenceStatus.Flash, () => slots.Write(0, 0, _first, 0, 10));
    }

    private static byte[] Other()
    {
        byte[] blob = Models.Smallest();
        blob[24] = 2;
        return Loading.Mutation.Repair(blob);
    }

    private static void Fill(FileSlots slots, int slot, byte[] blob)
    {
        for (int at = 0; at < blob.Length; at += 64)
        {
            slots.Write(slot, at, blob, at, Math.Min(64, blob.Length - at));
        }
    }

    private FileSlots Confirmed(int slot)
    {
        FileSlots slots = new(_root);
        Fill(slots, slot, _first);
        slots.Confirm(slot);
        return slots;
    }
}
