using System.CommandLine;
using TinyNano.Compiler.Emit;
using TinyNano.Contracts;
using TinyNano.Fleet.Delta;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano diff A B`: what changed between two blobs, and what travels to a device that has the first.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        Argument<string> first = new("base") { Description = "the blob that devices have" };
        Argument<string> second = new("blob") { Description = "the blob that they are to get" };
        Option<int> chunk = new("--chunk") { Description = "bytes of a chunk: 512, 1024 or 2048", DefaultValueFactory = _ => 1024 };
        Option<string?> svg = new("--svg") { Description = "draw it into this file" };
        Option<bool> all = new("--all") { Description = "also list what did not change" };
        Command command = new("diff", "Shows what changed between two blobs, by section and layer, and what would travel to a device that has the first.") { first, second, chunk, svg, all };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            string oldPath = parsed.GetRequiredValue(first);
            string newPath = parsed.GetRequiredValue(second);
            Blob old = BlobReader.Read(File.ReadAllBytes(oldPath), oldPath);
            Blob now = BlobReader.Read(File.ReadAllBytes(newPath), newPath);
            BlobDiff diff = BlobDiff.Create(now.Bytes, old.Bytes, parsed.GetValue(chunk));
            bool Listed(BlobChange change) => change.IsChanged || parsed.GetValue(all);
            BlobChange[] sections = [.. BlobChanges.Sections(old, now).Where(Listed)];
            BlobChange[] layers = [.. BlobChanges.Layers(old, now).Where(Listed)];
            if (parsed.GetValue(svg) is string picture)
            {
                File.WriteAllText(picture, DiffSvg.Draw(diff, now, $"{Path.GetFileName(oldPath)} to {Path.GetFileName(newPath)}"));
            }

            TravelSize travel = diff.Travel();
            console.Result(
                new
                {
                    sections, layers, chunkBytes = diff.Layout.ChunkBytes, travel, manifestBytes = UpdateManifest.Bytes,
                    chunks = Enumerable.Range(0, diff.Layout.Chunks).Select(i => new { chunk = i, encoding = diff.Encoding(i), dataBytes = diff.DataBytes(i) }),
                    runs = diff.Runs,
                },
                text => Write(text, diff, travel, old, sections, layers));
            return ExitCode.Done;
        });
    }

    private static void Write(TextWriter text, BlobDiff diff, TravelSize travel, Blob old, BlobChange[] sections, BlobChange[] layers)
    {
        foreach ((string title, BlobChange[] changes) in new[] { ("sections", sections), ("layers", layers) })
        {
            text.WriteLine($"{title,-26} {"bytes of the base",19} {"of the new blob",16} {"changed",9}");
            foreach (IGrouping<string, BlobChange> piece in changes.GroupBy(c => c.What))
            {
                text.WriteLine($"  {piece.Key,-34} {piece.Sum(c => c.OldBytes),9:N0} {piece.Sum(c => c.NewBytes),16:N0} {piece.Sum(c => c.ChangedBytes),9:N0}");
            }

            text.WriteLine(changes.Length == 0 ? "  none\n" : "");
        }

        text.WriteLine($"chunks      {Strip(diff)}   (. copy, p patch, R raw; {diff.Layout.ChunkBytes:N0} B each)");
        text.WriteLine($"manifest    {1,5} message   {UpdateManifest.Bytes,9:N0} B");
        text.WriteLine($"index       {travel.IndexMessages,5} messages  {travel.IndexData,9:N0} B of data");
        text.WriteLine($"raw         {travel.RawMessages,5} messages  {travel.RawData,9:N0} B of data");
        text.WriteLine($"patches     {travel.PatchMessages,5} messages  {travel.PatchData,9:N0} B of data");
        text.WriteLine($"copies      {travel.CopiesMessages,5} messages  {travel.CopiesData,9:N0} B of data for {travel.CopiedChunks} chunks");
        text.WriteLine($"travels     {travel.TotalBytes:N0} B in {travel.Messages + 1} messages, {100.0 * travel.TotalBytes / travel.BlobBytes:0.0} % of {travel.BlobBytes:N0} B   (base {old.Bytes.Length:N0} B)");
    }

    // Runs of equal letters are shortened, for a model may have a thousand chunks.
    private static string Strip(BlobDiff diff)
    {
        List<(char Letter, int Count)> runs = [];
        for (int i = 0; i < diff.Layout.Chunks; i++)
        {
            char letter = diff.Encoding(i) switch { ChunkEncoding.Copies => '.', ChunkEncoding.Patch => 'p', _ => 'R' };
            if (runs.Count > 0 && runs[^1].Letter == letter)
            {
                runs[^1] = (letter, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((letter, 1));
            }
        }

        return string.Join(" ", runs.Select(r => r.Count <= 4 ? new string(r.Letter, r.Count) : $"{r.Letter}*{r.Count}"));
    }
}
