using System.CommandLine;
using TinyNano.Compiler.Emit;
using TinyNano.Fleet.Signing;
using TinyNano.Simulator;
using TinyNano.Simulator.Evaluation;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano verify`: does the runtime accept a blob, and do its golden vectors come out? And would a device trust a manifest?</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Argument<string> blob = new("blob") { Description = "the blob or manifest to verify" };
        Option<string> on = CommandBase.On();
        Option<string> kernels = CommandBase.Kernels();
        Command command = new("verify", "Opens a blob with the real runtime and proves it on its golden vectors; or says whether a device would trust a manifest.") { blob, on, kernels };
        ManifestVerification manifests = new(command);
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            string path = parsed.GetRequiredValue(blob);
            string where = parsed.GetRequiredValue(on);
            byte[] bytes = File.ReadAllBytes(path);
            if (ManifestCheck.HasMagic(bytes))
            {
                return manifests.Run(parsed, console, path, bytes);
            }

            Blob description = BlobReader.Read(bytes, path);
            bool proved = where == Engine.Host ? ProveOnHost(bytes) : EmulatorRun.Prove(Emulator.Find(where), bytes, cancel);
            string verdict = !proved ? "failed" : description.GoldenVectors == 0 ? "opened" : "proved";
            console.Result(
                new { verdict, on = where, goldenVectors = description.GoldenVectors, crc = $"{description.Crc:x8}" },
                text => text.WriteLine(verdict switch
                {
                    "proved" => $"proved      {path} on {where}: {description.GoldenVectors} golden vectors",
                    "opened" => $"opened      {path} on {where}; it carries no golden vectors",
                    _ => $"failed      {path} on {where}: golden vectors do not come out (status {(int)Status.Proof})",
                }));
            return proved ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static bool ProveOnHost(byte[] bytes)
    {
        using HostModel model = new(bytes);
        return model.Prove();
    }
}
