using NFUnitTest.OtaTests;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Ota;

namespace TinyNano.NanoUnit.Tests;

/// <summary>
/// Updates over a bus that loses, doubles, swaps, damages and delays parts, with power cuts, restarts and lost connections in between: each
/// comes to its end, and between any two changes of the store a confirmed model is left. <c>TINYNANO_SEED</c> repeats a run.
/// </summary>
public sealed class UpdateChaosTests
{
    private const int Updates = 60;
    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("TINYNANO_SEED"), out int seed) ? seed : Environment.TickCount;

    [Fact]
    public void Updates_EndRightWhateverHappensToTheirParts()
    {
        Random random = new(_seed);
        FakeFlash flash = new();
        int cuts = 0;
        for (uint version = 2; version < 2 + Updates; version++)
        {
            UpdateManifest manifest = Rig.Manifest(version, random.Next(1, 120));
            bool group = random.Next(3) == 0;
            int minutes = 0;
            while (flash.State != UpdateState.Confirmed || flash.Confirmed != version)
            {
                flash.ChangesLeft = random.Next(2) == 0 ? random.Next(60) : -1;
                flash.LastChangeIsMade = random.Next(2) == 0;
                cuts += Run(flash, manifest, group, random) ? 1 : 0;

                // The model before, or the one that has just been confirmed; a trial has the former to fall back on.
                Assert.True(flash.Confirmed == version - 1 || flash.Confirmed == version, Explain($"version {version}, confirmed {flash.Confirmed}"));
                Assert.True(flash.Active == flash.Confirmed || (flash.State == UpdateState.Trial && flash.Fallback == flash.Confirmed), Explain($"active {flash.Active}"));

                // Too many restarts in the trial are a right end as well; the publisher then signs anew.
                if (flash.State == UpdateState.Reverted)
                {
                    Assert.Equal(InferenceStatus.Restarts, flash.Status);
                    manifest.Rollout++;
                }

                Assert.True(++minutes < 2000, Explain($"version {version} does not come to its end: state {flash.State}, status {flash.Status}"));
            }
        }

        Assert.True(cuts > 10, Explain($"{cuts} cuts"));
    }

    // Up to a minute of the device's life. True where the power went.
    private static bool Run(FakeFlash flash, UpdateManifest manifest, bool group, Random random)
    {
        List<byte[]> late = [];
        try
        {
            Rig rig = new(flash) { Options = { Seed = random.Next() } };
            rig.Bus.Deliver(group ? rig.Topics.GroupUpdateManifest : rig.Topics.UpdateManifest, Rig.Bytes(manifest));
            int next = group ? 0 : int.MaxValue;
            for (int i = 0; i < 600; i++)
            {
                if (random.Next(100) == 0)
                {
                    rig.Bus.IsConnected = !rig.Bus.IsConnected;
                }

                Serve(rig, manifest, late, random);
                if (next < manifest.Parts)
                {
                    Send(rig, rig.Topics.GroupUpdatePart, rig.Raw(manifest, next++, PartMessage.GroupFlag), late, random);
                }

                rig.Host.Trial.RecordInference(rig.Now, 1000);
                rig.Tick(100);
            }

            return false;
        }
        catch (PowerLossException)
        {
            return true;
        }
    }

    private static void Serve(Rig rig, UpdateManifest manifest, List<byte[]> late, Random random)
    {
        while (late.Count > 0 && random.Next(3) == 0)
        {
            int at = random.Next(late.Count);
            rig.Bus.Deliver(rig.Topics.UpdatePart, late[at]);
            late.RemoveAt(at);
        }

        for (PartRequest request = rig.Bus.TakeRequest(); request is not null; request = rig.Bus.TakeRequest())
        {
            int first = request.First;
            uint wanted = request.Wanted;
            bool raw = (request.Flags & PartRequest.RawFlag) != 0;
            for (int i = 0; i < 32 && rig.Bus.IsConnected; i++)
            {
                if ((wanted >> i & 1) == 0)
                {
                    continue;
                }

                int part = first + i;
                byte[] message = raw || part < manifest.Pages || random.Next(2) == 0 ? rig.Raw(manifest, part, 0)
                    : random.Next(2) == 0 ? rig.Message(manifest, part, PartEncoding.Patch, 0, [(byte)(part + (random.Next(20) == 0 ? 1 : 0))])
                    : rig.Message(manifest, part, PartEncoding.Copies, 0, Run(part, 1, random.Next(20) == 0 ? 3 : part * 16));
                Send(rig, rig.Topics.UpdatePart, message, late, random);
            }
        }
    }

    private static byte[] Run(int part, int count, int offset)
    {
        byte[] run = new byte[PartMessage.RunBytes];
        LittleEndian.PutUInt16(run, PartMessage.RunPart, part);
        LittleEndian.PutUInt16(run, PartMessage.RunCount, count);
        LittleEndian.PutUInt32(run, PartMessage.RunOffset, (uint)offset);
        return run;
    }

    private static void Send(Rig rig, string topic, byte[] message, List<byte[]> late, Random random)
    {
        switch (random.Next(10))
        {
            case 0:
                break;
            case 1:
                late.Add(message);
                break;
            case 2:
                rig.Bus.Deliver(topic, message);
                rig.Bus.Deliver(topic, (byte[])message.Clone());
                break;
            case 3:
                byte[] damaged = (byte[])message.Clone();
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                rig.Bus.Deliver(topic, damaged);
                break;
            case 4:
                rig.Bus.Deliver(topic, message[..random.Next(message.Length)]);
                break;
            default:
                rig.Bus.Deliver(topic, message);
                break;
        }
    }

    private string Explain(string what) => $"{what} (seed {_seed})";
}
