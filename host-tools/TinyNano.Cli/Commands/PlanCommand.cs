using System.CommandLine;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Plan;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano plan`: the memory plan of a blob, as a table or a picture.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        Argument<string> blob = new("blob") { Description = "the blob whose plan to show" };
        Option<string?> svg = new("--svg") { Description = "draw tensors over time against arena bytes into this file" };
        Command command = new("plan", "Shows where every tensor lies in the arena and when, the lower bound and the gap.") { blob, svg };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            string path = parsed.GetRequiredValue(blob);
            ArenaView view = ArenaView.From(BlobReader.Read(File.ReadAllBytes(path), path));
            if (parsed.GetValue(svg) is string picture)
            {
                File.WriteAllText(picture, PlanSvg.Draw(view, Path.GetFileName(path)));
                console.Comment($"wrote       {picture}");
            }

            console.Result(
                new { arenaBytes = view.ArenaBytes, lowerBound = view.LowerBound, gap = view.ArenaBytes - view.LowerBound, spans = view.Spans, aliveBytes = view.AliveBytes },
                text => Write(text, view));
            return ExitCode.Done;
        });
    }

    private static void Write(TextWriter text, ArenaView view)
    {
        text.WriteLine($"arena       {view.ArenaBytes:N0} B");
        text.WriteLine($"bound       {view.LowerBound:N0} B   gap {view.ArenaBytes - view.LowerBound:N0} B");
        text.WriteLine();
        text.WriteLine("     offset       bytes   steps        tensor");
        foreach (ArenaSpan span in view.Spans)
        {
            text.WriteLine($"{span.Offset,11:N0} {span.Bytes,11:N0}   {$"{span.First} .. {span.Last}",-12} {span.Name}");
        }

        text.WriteLine();
        text.WriteLine("step  operator                  bytes alive");
        for (int i = 0; i < view.Steps.Count; i++)
        {
            text.WriteLine($"{i,4}  {view.Steps[i],-22} {view.AliveBytes[i + 1],14:N0}");
        }
    }
}
