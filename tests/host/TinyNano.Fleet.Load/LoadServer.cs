using System.Diagnostics;
using System.Globalization;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;

namespace TinyNano.Fleet.Load;

/// <summary>The update server in a process of its own, so that its memory and time are its own.</summary>
internal static class LoadServer
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);

    /// <param name="manifest">File of the manifest.</param>
    /// <param name="gap">Milliseconds between two parts to a group.</param>
    public static Process Start(int port, string model, string manifest, int devices, bool group, int gap, string folder)
    {
        // As a program of its own, or inside another one.
        string assembly = typeof(LoadServer).Assembly.Location;
        bool own = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == Path.GetFileNameWithoutExtension(assembly);
        ProcessStartInfo start = new(own ? Environment.ProcessPath! : "dotnet") { RedirectStandardOutput = true };
        foreach (string argument in (string[])[.. own ? (string[])[] : [assembly], "--server", $"{port}", model, manifest, $"{devices}", group ? "group" : "pull", $"{gap}", folder])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        int port = int.Parse(args[1], CultureInfo.InvariantCulture);
        byte[] blob = await File.ReadAllBytesAsync(args[2]).ConfigureAwait(false);
        byte[] manifest = await File.ReadAllBytesAsync(args[3]).ConfigureAwait(false);
        int devices = int.Parse(args[4], CultureInfo.InvariantCulture);
        bool group = args[5] == "group";
        using FleetDatabase database = FleetDatabase.Open($"sqlite:{Path.Combine(args[7], "load.db")}");
        DateTimeOffset now = DateTimeOffset.UtcNow;
        RolloutPlan plan = new()
        {
            Targets = new RolloutTargets { Devices = [.. Enumerable.Range(0, devices).Select(i => $"d{i:00000}")], Group = group ? "all" : null },
            Stages = RolloutPlan.ParseStages("100%", new RolloutStage { Share = 1, Success = 1 }),
        };
        long id = database.Write(s =>
        {
            Blobs.Add(s, blob, "load", now);
            uint session = Manifests.Add(s, manifest, now);
            return RolloutTable.Add(s, new RolloutRow { Name = "load", Session = session, Plan = plan, State = RolloutState.Running, Created = now, CreatedBy = "load" });
        });
        await using BrokerConnection bus = BrokerConnection.Start(new BrokerOptions { Port = port });
        await bus.WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(false);
        await using UpdateServer server = new(database, bus, new UpdateServerOptions { Root = "load", GroupGap = TimeSpan.FromMilliseconds(int.Parse(args[6], CultureInfo.InvariantCulture)), Tick = TimeSpan.FromMilliseconds(500) });
        await using RolloutDriver driver = new(database, server);
        driver.Said += text => Console.Error.WriteLine(text);
        server.Trouble += text => Console.Error.WriteLine(text);
        await server.StartAsync().ConfigureAwait(false);
        driver.Start();
        DateTime end = DateTime.UtcNow + Longest;
        RolloutRow row;
        do
        {
            await Task.Delay(200).ConfigureAwait(false);
            row = database.Read(s => RolloutTable.Find(s, id))!;
        }
        while (row.State == RolloutState.Running && DateTime.UtcNow < end);

        ServerCounts c = server.Counts;
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{c.GroupMessages} {c.Messages} {c.GroupBytes} {c.Bytes} {c.Requests} {self.PeakWorkingSet64 >> 20} {self.TotalProcessorTime.TotalSeconds:0.00}"));
        return row.State == RolloutState.Finished ? 0 : 1;
    }
}
