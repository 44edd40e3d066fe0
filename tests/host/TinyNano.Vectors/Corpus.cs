using TinyNano.Compiler;
using TinyNano.Compiler.Emit;
using TinyNano.TestKit;

namespace TinyNano.Vectors;

/// <summary>The seed corpus of fuzz_model: the smallest blobs of each vector file.</summary>
internal static class Corpus
{
    private const int PerFile = 3;
    private const int MostBytes = 2048;

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

        return written;
    }
}
