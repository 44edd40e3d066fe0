using System.Diagnostics;

namespace TinyNano.Fleet.Tests.Ingest;

/// <summary>The load test for a few seconds: two ingesters, one killed on the way.</summary>
public class IngestLoadTests
{
    [MosquittoFact]
    public void OneOfTwoIngestersKilled_NothingIsLost()
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "TinyNano.Fleet.IngestLoad.dll"), "--seconds", "15", "--devices", "2000", "--rate", "200", "--kill"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        Assert.EndsWith("nothing lost", output.TrimEnd(), StringComparison.Ordinal);
    }
}
