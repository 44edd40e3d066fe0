using System.Diagnostics;
using System.Text.Json;
using TinyNano.Contracts;
using TinyNano.Fleet.Load;
using TinyNano.VirtualDevice.Broker;

namespace TinyNano.Fleet.Tests.Updates;

/// <summary>`tinynano push` and `tinynano serve` as processes, against simulated devices.</summary>
public sealed class PushCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tinynano-push-").FullName;
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();
    private readonly string _model;

    public PushCommandTests()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TinyNano.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        _model = Path.Combine(folder, "tests", "golden", "smallest.tnb");
        TinyNano.Fleet.Signing.KeyFiles.Create(Path.Combine(_folder, "k.pem"), null);
    }

    [Fact]
    public async Task Push_SignsServesAndWaits_AndTakesBack()
    {
        await using SimFleet fleet = await FleetAsync(SimOutcome.Confirm);
        (int code, string said, string error) = Run("push", _model, "--to", "d0,d1", "--dry-run");
        Assert.True(code == 0, said + error);
        Assert.True(JsonDocument.Parse(said).RootElement.GetProperty("dryRun").GetBoolean());
        Assert.All(fleet.Devices, d => Assert.Equal(UpdateState.Empty, d.State));

        (code, said, error) = Run("push", _model, "--to", "d0,d1");
        Assert.True(code == 0, said + error);
        Assert.Equal(2, JsonDocument.Parse(said).RootElement.GetProperty("confirmed").GetInt32());
        Assert.All(fleet.Devices, d => Assert.Equal(File.ReadAllBytes(_model), d.Blob));

        (code, said, error) = Run("push", "--revert", "--to", "d0,d1", "--timeout", "60s");
        Assert.True(code == 0, said + error);
        Assert.All(fleet.Devices, d => Assert.Equal(UpdateState.Reverted, d.State));
    }

    [Fact]
    public async Task Push_OfAModelThatFails_EndsWithOne_AndNamesTheStatus()
    {
        await using SimFleet fleet = await FleetAsync(SimOutcome.FailProof);
        (int code, string said, string error) = Run("push", _model, "--to", "d0,d1");
        Assert.True(code == 1, said + error);
        Assert.Contains("-9", JsonDocument.Parse(said).RootElement.GetProperty("reason").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_HandsOverToTheServerThatRuns()
    {
        using Process server = Start("serve", "--health-port", "0");
        Task<string> ended = server.StandardOutput.ReadToEndAsync();
        try
        {
            while (await server.StandardError.ReadLineAsync() is string line && !line.Contains("serving", StringComparison.Ordinal))
            {
            }

            await Task.Delay(2000);
            await using SimFleet fleet = await FleetAsync(SimOutcome.Confirm);
            (int code, string said, string error) = Run("push", _model, "--to", "d0,d1");
            Assert.True(code == 0, said + error);
            Assert.Equal(0, JsonDocument.Parse(said).RootElement.GetProperty("messages").GetInt64());
        }
        finally
        {
            using Process term = Process.Start("kill", ["-TERM", $"{server.Id}"]);
            await term.WaitForExitAsync();
        }

        Assert.True(JsonDocument.Parse(await ended).RootElement.GetProperty("counts").GetProperty("messages").GetInt64() > 0);
    }

    [Fact]
    public void Push_WithoutDevicesOrBroker_SaysWhatToDo()
    {
        (int code, _, string error) = Run("push", _model);
        Assert.Equal(1, code);
        Assert.Contains("TN6315", error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _broker.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<SimFleet> FleetAsync(SimOutcome outcome) =>
        SimFleet.ConnectAsync(_broker.Port, 2, (i, publish) => new SimDevice("tinynano", $"d{i}", null, publish, keepBlob: true, outcome: outcome));

    private Process Start(params string[] arguments)
    {
        string[] signs = arguments[0] == "push" ? ["--key", Path.Combine(_folder, "k.pem")] : [];
        return Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "tinynano.dll"), .. arguments, "--json", "--broker", _broker.Address, "--db", $"sqlite:{Path.Combine(_folder, "f.db")}", .. signs])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private (int Code, string Out, string Error) Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
