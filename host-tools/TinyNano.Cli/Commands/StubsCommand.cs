using System.CommandLine;
using TinyNano.Cli.Rendering;
using TinyNano.Interop;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano stubs`: the generated part of an assembly's native half, written or compared.</summary>
internal static class StubsCommand
{
    public static Command Create()
    {
        Argument<string> assembly = new("assembly") { Description = "the .dll with the externs" };
        Option<string> folder = new("--out") { Description = "the folder of the generated files", Required = true };
        Option<bool> check = new("--check") { Description = "compare with the files that are there; write nothing" };
        Command command = new("stubs", "Writes the method table of an assembly's native half, with its checksum and version.") { assembly, folder, check };
        return command.Does(
            CommandBase.Json(),
            (parsed, console, _) => Run(parsed.GetRequiredValue(assembly), parsed.GetRequiredValue(folder), parsed.GetValue(check), console));
    }

    private static int Run(string path, string folder, bool check, Output console)
    {
        using DeviceAssembly assembly = DeviceAssembly.Open(path);
        MethodTable table = MethodTable.Of(assembly);
        IReadOnlyList<StubFile> files = StubWriter.Write(table);
        string[] stale = [.. files.Where(file => !IsThere(folder, file)).Select(file => file.Name)];
        if (!check)
        {
            Directory.CreateDirectory(folder);
            foreach (StubFile file in files)
            {
                File.WriteAllText(Path.Combine(folder, file.Name), file.Text);
            }
        }

        bool refused = check && stale.Length > 0;
        console.Result(
            new
            {
                assembly = table.Assembly, checksum = $"0x{table.Checksum:X8}", version = table.Version!.ToString(), methods = table.Rows.Count,
                natives = table.Natives.Count(), files = files.Select(f => f.Name), stale,
            },
            text =>
            {
                text.WriteLine($"table       {table.Assembly} {table.Version}   {table.Natives.Count()} of {table.Rows.Count} methods native   checksum 0x{table.Checksum:X8}");
                foreach (StubFile file in files)
                {
                    string state = !check ? "wrote" : stale.Contains(file.Name) ? "stale" : "fresh";
                    text.WriteLine($"{state,-11} {Path.Combine(folder, file.Name)}");
                }
            });
        if (refused)
        {
            console.Error($"error: {string.Join(" and ", stale)} {(stale.Length == 1 ? "is" : "are")} not what {table.Assembly} asks for\n"
                + $"  in    {folder}\n  hint  run `tinynano stubs` without --check, write the bodies of new methods, and build the firmware anew");
        }

        return refused ? ExitCode.Refused : ExitCode.Done;
    }

    // Line ends may have been converted by version control.
    private static bool IsThere(string folder, StubFile file)
    {
        string path = Path.Combine(folder, file.Name);
        return File.Exists(path) && File.ReadAllText(path).ReplaceLineEndings("\n") == file.Text;
    }
}
