using System.Diagnostics;
using TinyNano.Simulator;
using TinyNano.TestKit;
using TinyNano.VirtualDevice.Storage;
using Xunit.Abstractions;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>
/// Kills a device (SIGKILL) at random moments while it installs models, starts it again, and looks whether a confirmed model is there,
/// opens, proves and gives the bytes of the desk.
/// </summary>
public sealed class KillTests : InTemporaryFolder
{
    private const int MaxDelayMilliseconds = 250;
    private readonly ITestOutputHelper _output;

    public KillTests(ITestOutputHelper output) => _output = output;

    [Theory]
    [InlineData(EngineChoice.Native, 150, 20261)]
    [InlineData(EngineChoice.Managed, 50, 20262)]
    public void Killed_AtAnyMoment_ComesBackWithAConfirmedModel(EngineChoice engine, int kills, int seed)
    {
        byte[][] models = [DenseModel(1, 40, 100, 5), DenseModel(2, 40, 100, 5)];
        File.WriteAllBytes(Path.Combine(Folder, "a.tnb"), models[0]);
        File.WriteAllBytes(Path.Combine(Folder, "b.tnb"), models[1]);
        string[] good = [.. models.Select((m, i) => $"good {"ab"[i]} {string.Join(',', Desk(m))}")];
        DeviceStorage.Install(Folder, engine, 64 * 1024, models[0]);
        Random random = new(seed);
        int inside = 0;
        int[] found = new int[2];
        Stopwatch watch = Stopwatch.StartNew();
        for (int kill = 0; kill <= kills; kill++)
        {
            using Process device = Start(engine);
            string? first = device.StandardOutput.ReadLine();
            if (!good.Contains(first))
            {
                device.Kill();
                Assert.Fail($"seed {seed}, after kill {kill}: '{first}' {device.StandardError.ReadToEnd()}");
            }

            found[Array.IndexOf(good, first)]++;
            Thread.Sleep(random.Next(MaxDelayMilliseconds));
            device.Kill();
            string rest = device.StandardOutput.ReadToEnd();
            device.WaitForExit();
            if (rest.Split('\n').Count(l => l == "begin") > rest.Split('\n').Count(l => l == "end"))
            {
                inside++;
            }
        }

        _output.WriteLine($"{engine}: seed {seed}, {kills} kills, {inside} of {kills + 1} inside an install; came back with a {found[0]}, b {found[1]} times; {watch.Elapsed.TotalSeconds:N0} s");
        Assert.True(inside > kills / 2, $"only {inside} kills hit an install");
        Assert.True(found[0] > 0 && found[1] > 0, "only one of the models was ever confirmed");
    }

    private static sbyte[] Desk(byte[] blob)
    {
        using HostModel model = new(blob);
        return [.. model.Run([.. Enumerable.Range(0, model.RecordBytes).Select(i => (byte)(i * 37))]).Select(b => (sbyte)b)];
    }

    private Process Start(EngineChoice engine) => Tool.Start(
        "device", "run", "--app", Path.Combine(AppContext.BaseDirectory, "churn.dll"), "--state", Folder, "--engine", engine.ToString(),
        "--slot-bytes", "65536", "--broker", "127.0.0.1:1", "--flash-delays", "0.1");
}
