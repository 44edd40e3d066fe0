using NFUnitTest.OtaTests;
using TinyNano.Contracts;
using TinyNano.Ota;
using Xunit.Abstractions;

namespace TinyNano.NanoUnit.Tests;

/// <summary>
/// What an update costs of the managed heap, counted by the runtime. Objects are larger here than on a board (64-bit references), so the
/// figures are upper bounds.
/// </summary>
public sealed class UpdateHeapTests(ITestOutputHelper output) : IDisposable
{
    private const int Budget = 8 * 1024;
    private static readonly byte[][] s_parts = [.. Enumerable.Range(0, 4).Select(_ => new byte[PartMessage.MaxBytes])];
    private static readonly byte[][] s_small = [.. Enumerable.Range(0, 4).Select(_ => new byte[PartMessage.FixedBytes + 512])];
    private readonly Topics _topics = new("r", "d", "g");
    private readonly FakeFlash _flash = new();
    private readonly FakeBus _bus = new();

    [Theory]
    [InlineData(512)]
    [InlineData(2048)]
    public void UpdaterWithAFullQueue_StaysBelowEightKilobytes(int chunkBytes)
    {
        // Twice, so that nothing is counted that is made once for a program.
        Make(chunkBytes, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelUpdater updater = Make(chunkBytes, out long waiting);
        long made = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"chunks of {chunkBytes} bytes: updater {made} bytes, messages that wait {waiting} bytes");
        Assert.Equal(0, updater.Dropped);
        Assert.InRange(made + waiting, 1, Budget);
    }

    [Fact]
    public void Transfer_AllocatesNothing()
    {
        Rig rig = new(new FakeFlash());
        UpdateManifest manifest = Rig.Manifest(2, 200);
        byte[][] parts = [.. Enumerable.Range(0, manifest.Parts).Select(p => rig.Raw(manifest, p, 0))];
        rig.Tick(0);
        rig.Offer(manifest);
        rig.Tick(10);

        // The fake store computes its session anew each time it is asked, which it is when something has changed.
        int done = Serve(rig, parts, 60);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int more = Serve(rig, parts, 100);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(done >= 60 && more >= 100);
        Assert.Equal(0, allocated);
    }

    public void Dispose() => _bus.Dispose();

    private static int Serve(Rig rig, byte[][] parts, int count)
    {
        int sent = 0;
        while (sent < count)
        {
            for (PartRequest? request = rig.Bus.TakeRequest(); request is not null; request = rig.Bus.TakeRequest())
            {
                int first = request.First;
                uint wanted = request.Wanted;
                for (int i = 0; i < 32; i++)
                {
                    if ((wanted >> i & 1) != 0)
                    {
                        rig.Updater.OnMessage(rig.Topics.UpdatePart, parts[first + i]);
                        sent++;
                    }
                }
            }

            rig.Tick(10);
        }

        return sent;
    }

    // An updater that has a manifest, and as many parts before it as it asks for at once.
    private ModelUpdater Make(int chunkBytes, out long waiting)
    {
        UpdateOptions options = new();
        ModelUpdater updater = new(new RefusingProvider(), _bus, _topics, options, new FakeHost(_flash));
        waiting = UpdateManifest.Bytes;
        for (int i = 0; i < options.WindowOf(chunkBytes); i++)
        {
            byte[] part = s_parts[i];
            updater.OnMessage(_topics.UpdatePart, chunkBytes == PartMessage.MaxDataBytes ? part : s_small[i]);
            waiting += PartMessage.FixedBytes + chunkBytes + 24;
        }

        return updater;
    }
}
