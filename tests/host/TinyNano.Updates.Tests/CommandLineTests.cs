using System.Diagnostics;
using System.Text.Json;
using TinyNano.Contracts;
using TinyNano.Fleet.Load;
using TinyNano.Fleet.Messaging;
using TinyNano.Simulator;
using TinyNano.TestBroker;
using TinyNano.TestKit;
using TinyNano.VirtualDevice.Updates;
using Xunit.Abstractions;

namespace TinyNano.Updates.Tests;

/// <summary>`tinynano device run`, `serve` and `push`, each a process of its own, at mosquitto: what a user types, all the way.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const string Device = "kitchen";
    private const int Pixels = 784;
    private const int SlotBytes = 96 * 1024;
    private const int BlobBytes = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly string _folder = Directory.CreateTempSubdirectory("tinynano-e2e-").FullName;
    private readonly List<Process> _processes = [];
    private readonly ITestOutputHelper _output;
    private readonly byte[] _old = LightModel.WithHead(1, 1, BlobBytes, version: 1, Pixels);
    private readonly byte[] _new = LightModel.WithHead(2, 2, BlobBytes, version: 2, Pixels);
    private Mosquitto? _mosquitto;

    public CommandLineTests(ITestOutputHelper output) => _output = output;

    private string State => At("state");

    [UpdateFact]
    public async Task Push_ToARunningDevice_EndsWithZero_AndWithAWrongKeyWithOne()
    {
        Prepare();
        await using BrokerConnection listener = await ListenAsync();
        Process device = StartDevice(install: true);
        await HeardAsync(listener, "online", p => p.Span.SequenceEqual("online"u8));

        (int code, string said, string error) = await RunAsync("push", At("new.tnb"), "--key", At("stranger.pem"), "--to", Device, "--health", "0", "--db", Database, "--broker", Broker);
        _output.WriteLine($"--- wrong key: exit code {code}\n{said}{error}");
        Assert.Equal(1, code);
        Assert.Contains("-14", said, StringComparison.Ordinal);
        Assert.Contains("tinynano explain", said + error, StringComparison.Ordinal);
        (int explained, string sentence, string _) = await RunAsync("explain", "-14");
        Assert.Equal(0, explained);
        Assert.Contains("tinynano keys show", sentence, StringComparison.Ordinal);

        (code, said, error) = await RunAsync("push", At("new.tnb"), "--key", At("publisher.pem"), "--to", Device, "--health", "0", "--db", Database, "--broker", Broker);
        _output.WriteLine($"--- right key: exit code {code}\n{said}{error}");
        Assert.Equal(0, code);
        (int shown, string json, string _) = await RunAsync("fleet", "show", Device, "--db", Database, "--json");
        _output.WriteLine($"--- fleet show: exit code {shown}\n{json}");
        Assert.False(device.HasExited);
        await EndAsync(device);
        Assert.Equal(_new, ReadFlash());

        // Nobody runs a withdrawn model any more, whether it was this one's or not.
        StartDevice(install: false);
        (code, said, error) = await RunAsync("push", "--revoke", At("old.tnb"), "--key", At("publisher.pem"), "--to", Device, "--timeout", "60s", "--db", Database, "--broker", Broker);
        _output.WriteLine($"--- revoke of another model: exit code {code}\n{said}{error}");
        Assert.Equal(0, code);
    }

    [UpdateFact]
    public async Task KilledInTheMiddle_AgainAndAgain_EndsWithTheNewModel()
    {
        const int Kills = 7;
        const ulong Seed = 11;
        Seeded random = new(Seed);
        _output.WriteLine($"seed {Seed}");
        Prepare();
        await using BrokerConnection listener = await ListenAsync();
        int parts = 0;
        int trials = 0;
        listener.Received += m =>
        {
            UpdateMessage update = new();
            if (m.Topic.EndsWith(Topics.UpdatePartSuffix, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref parts);
            }
            else if (m.Topic.EndsWith(Topics.UpdateStateSuffix, StringComparison.Ordinal) && update.Decode(m.Payload.ToArray(), m.Payload.Length) && update.State == UpdateState.Trial)
            {
                Interlocked.Increment(ref trials);
            }
        };
        Process device = StartDevice(install: true);
        Start("serve", "--db", Database, "--broker", Broker, "--health-port", "0", "--device-messages-per-second", "25");
        await HeardAsync(listener, "online", p => p.Span.SequenceEqual("online"u8));
        Task<(int Code, string Out, string Error)> push = RunAsync("push", At("new.tnb"), "--key", At("publisher.pem"), "--to", Device, "--health", "3s", "--db", Database, "--broker", Broker);
        for (int kill = 0; kill < Kills; kill++)
        {
            // The last one in the trial.
            int until = Volatile.Read(ref parts) + (int)random.Next(3, 9);
            await WaitAsync(() => kill == Kills - 1 ? Volatile.Read(ref trials) > 0 : Volatile.Read(ref parts) >= until, $"kill {kill}: {parts} parts, {trials} trials");
            device.Kill();
            await device.WaitForExitAsync();
            byte[] active = ReadFlash();
            _output.WriteLine($"kill {kill} after {parts} parts, {trials} trials: {(active.AsSpan().SequenceEqual(_old) ? "old" : active.AsSpan().SequenceEqual(_new) ? "new" : "no")} model");
            Assert.Equal(kill == Kills - 1 ? _new : _old, active);
            device = StartDevice(install: false);
        }

        (int code, string said, string error) = await push.WaitAsync(Patience);
        _output.WriteLine($"push: exit code {code}, {parts} parts in all\n{said}{error}");
        Assert.Equal(0, code);
        await EndAsync(device);
        Assert.Equal(_new, ReadFlash());

        // Each kill costs at most the parts that were under way or at the server.
        int once = ((_new.Length + 1023) / 1024) + 1;
        Assert.InRange(parts, once, once + (Kills * 8));
    }

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
        }

        _mosquitto?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Broker => $"127.0.0.1:{_mosquitto!.Port}";

    private string Database => $"sqlite:{At("fleet.db")}";

    private string At(string name) => Path.Combine(_folder, name);

    private void Prepare()
    {
        _mosquitto = new Mosquitto(At("broker"));
        File.WriteAllBytes(At("old.tnb"), _old);
        File.WriteAllBytes(At("new.tnb"), _new);
        File.WriteAllBytes(At("images.bin"), [.. Enumerable.Range(0, 20 * Pixels).Select(i => (byte)(i * 37))]);
        File.WriteAllText(At("trace.json"), """
            { "format": "tinynano-trace", "version": 1, "end": "loop", "settings": { "sensor": "imager", "i2cAddress": "0x3A" },
              "i2c": [ { "address": "0x3A", "chip": "imager", "data": "images.bin", "frameBytes": 784, "rate": 10 } ] }
            """);
        Fleet.Signing.KeyFiles.Create(At("publisher.pem"), null);
        Fleet.Signing.KeyFiles.Create(At("stranger.pem"), null);
    }

    private Process StartDevice(bool install) => Start(
    [
        "device", "run", "--id", Device, "--broker", Broker, "--state", State, "--trace", At("trace.json"), "--trust", At("publisher.pub"), "--hardware", "bench", "--engine", "Native", "--slot-bytes", $"{SlotBytes}",
        .. install ? (string[])["--model", At("old.tnb")] : [],
    ]);

    // What the flash holds while no process has it; the active model must come out right.
    private byte[] ReadFlash()
    {
        using UpdateDevice device = new(new UpdateDeviceOptions { Name = Device, StateFolder = State, SlotBytes = SlotBytes, ArenaBytes = 64 * 1024, Hardware = "bench" });
        Assert.True(device.ProveActive());
        return device.ReadActive();
    }

    private async Task<BrokerConnection> ListenAsync()
    {
        BrokerConnection listener = BrokerConnection.Start(new BrokerOptions { Port = _mosquitto!.Port });
        await listener.WaitAsync(TimeSpan.FromSeconds(30));
        await listener.SubscribeAsync($"{Topics.DefaultRoot}/{Device}/{Topics.UpdatePartSuffix}", atLeastOnce: false);
        await listener.SubscribeAsync($"{Topics.DefaultRoot}/{Device}/{Topics.UpdateStateSuffix}", atLeastOnce: true);
        return listener;
    }

    private static async Task HeardAsync(BrokerConnection listener, string suffix, Func<ReadOnlyMemory<byte>, bool> what)
    {
        TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.Received += m =>
        {
            if (m.Topic == $"{Topics.DefaultRoot}/{Device}/{suffix}" && what(m.Payload))
            {
                heard.TrySetResult();
            }
        };
        await listener.SubscribeAsync($"{Topics.DefaultRoot}/{Device}/{suffix}", atLeastOnce: true);
        await heard.Task.WaitAsync(Patience);
    }

    private static async Task WaitAsync(Func<bool> until, string what)
    {
        for (long start = Stopwatch.GetTimestamp(); !until(); await Task.Delay(5))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, what);
        }
    }

    private static async Task EndAsync(Process process)
    {
        using Process term = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await term.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
    }

    private Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "tinynano.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TINYNANO_NATIVE"] = Path.GetDirectoryName(Path.GetDirectoryName(NativeLibraryLocator.Find("host/" + NativeLibraryLocator.LibraryName)))!;
        Process process = Process.Start(start)!;
        _processes.Add(process);
        if (arguments[0] is "device" or "serve")
        {
            // Nobody reads them, and a full pipe would stop the process.
            _ = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
        }

        return process;
    }

    private async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output, await error);
    }
}
