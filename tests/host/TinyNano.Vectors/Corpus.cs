using TinyNano.Compiler;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Targets;
using TinyNano.TestKit;

namespace TinyNano.Vectors;

/// <summary>The seed corpus of fuzz_model: the smallest blobs of each vector file, and of each kernel of each target.</summary>
internal static class Corpus
{
    private const int PerFile = 3;
    private const int MostBytes = 2048;
    private const int MostPackedBytes = 4096;

    /// <summary>Writes tests/native/fuzz/corpus/model and returns the number of files.</summary>
    public static int Write()
    {
        string tests = Path.Combine(SharedData.ProjectRoot, "tests");
        string folder = Path.Combine(tests, "native", "fuzz", "corpus", "model");
        Directory.CreateDirectory(folder);
        foreach (string old in Directory.GetFiles(folder))
        {
            File.Delete(old);
        }

        int written = 0;
        foreach (string path in Directory.GetFiles(Path.Combine(tests, "vectors"), "*.json").Order(StringComparer.Ordinal))
        {
            // Distinct first steps, so that every element type of an operator is among the seeds.
            IEnumerable<byte[]> blobs = VectorFile.Read(path).Cases
                .Select(c => BlobCompiler.Compile(c.Graph).Blob)
                .Where(b => b.Length <= MostBytes)
                .OrderBy(b => b.Length)
                .DistinctBy(b => BlobReader.Read(b) is { Steps.Count: > 0 } blob ? (blob.Steps[0].Op.Name, blob.Types) : default)
                .Take(PerFile);
            int number = 0;
            foreach (byte[] blob in blobs)
            {
                File.WriteAllBytes(Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(path)}-{number++}.tnb"), blob);
                written++;
            }
        }

        return written + WritePacked(folder, Path.Combine(tests, "vectors"));
    }

    // For each kernel of each target the smallest blob that uses it.
    private static int WritePacked(string folder, string vectors)
    {
        List<VectorCase> cases = [.. Directory.GetFiles(vectors, "*.json").Order(StringComparer.Ordinal).SelectMany(path => VectorFile.Read(path).Cases)];
        int written = 0;
        foreach (Target target in Target.All.Where(t => t.Variants.Count > 0))
        {
            List<CompiledModel> models = [.. cases.Select(c => BlobCompiler.Compile(c.Graph, target: target))];
            foreach (KernelVariant variant in target.Variants)
            {
                byte[]? blob = models.Where(m => m.Schedule.Steps.Any(s => s.Op == variant.Op && s.Kernel == variant.Kernel))
                    .Select(m => m.Blob).Where(b => b.Length <= MostPackedBytes).MinBy(b => b.Length);
                if (blob is not null)
                {
                    File.WriteAllBytes(Path.Combine(folder, $"{target.Name}-{variant.Op.Name.ToLowerInvariant()}-{variant.Kernel}.tnb"), blob);
                    written++;
                }
            }
        }

        return written;
    }
}
