using System.Buffers.Binary;
using TinyNano.Compiler.Emit;

namespace TinyNano.Simulator;

/// <summary>One blob of a batch and the inputs of its runs, one record after another. firmware-native/runner/batch.c has the format.</summary>
public sealed record BatchJob(byte[] Blob, byte[] Records)
{
    internal static byte[] Write(IReadOnlyList<BatchJob> jobs)
    {
        using MemoryStream stream = new();
        Word(stream, jobs.Count);
        foreach (BatchJob job in jobs)
        {
            Blob blob = BlobReader.Read(job.Blob);
            int record = blob.Inputs.Sum(io => blob.Tensors[io.Tensor].Bytes);
            Word(stream, job.Blob.Length);
            Word(stream, record == 0 ? 1 : job.Records.Length / record);
            Word(stream, job.Records.Length);
            stream.Write(job.Blob);
            stream.Write(job.Records);
        }

        return stream.ToArray();
    }

    internal static IReadOnlyList<byte[]?> ReadResults(IReadOnlyList<BatchJob> jobs, byte[] bytes)
    {
        List<byte[]?> results = [];
        int at = 0;
        foreach (BatchJob job in jobs)
        {
            int status = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
            at += 4;
            if (status != 0)
            {
                results.Add(null);
                continue;
            }

            Blob blob = BlobReader.Read(job.Blob);
            int record = blob.Inputs.Sum(io => blob.Tensors[io.Tensor].Bytes);
            int length = blob.Outputs.Sum(io => blob.Tensors[io.Tensor].Bytes) * (record == 0 ? 1 : job.Records.Length / record);
            results.Add(bytes[at..(at + length)]);
            at += length;
        }

        return results;
    }

    private static void Word(Stream stream, int value)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(word, value);
        stream.Write(word);
    }
}
