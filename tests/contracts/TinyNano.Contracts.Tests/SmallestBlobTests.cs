using System.Globalization;
using TinyNano.Compiler;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Simulator;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Contracts.Tests;

/// <summary>The annotated dump in SPEC.md, tests/golden/smallest.tnb and what the compiler emits are the same bytes.</summary>
public sealed class SmallestBlobTests
{
    private const string Model = """
        graph smallest
        label "up"
        label "down"
        input %x: i8[1,2] q(0.5, 3)
        %w: i8[2,2] q(0.25, 0) = const [4, 0, -2, 6]
        %b: i32[2] = const [8, -4]
        %y: i8[1,2] q(0.5, -1) = FullyConnected(%x, %w, %b) { Activation = none }
        output %y
        """;

    private static readonly string File = Path.Combine(SharedData.ProjectRoot, "tests", "golden", "smallest.tnb");

    [Fact]
    public void Compiler_EmitsTheCommittedFile()
    {
        byte[] emitted = GoldenVectors.Compile(GraphParser.Parse(Model), new BlobOptions()).Blob;
        if (Environment.GetEnvironmentVariable("TINYNANO_WRITE_GOLDEN") == "1")
        {
            System.IO.File.WriteAllBytes(File, emitted);
        }

        Assert.Equal(System.IO.File.ReadAllBytes(File), emitted);
    }

    [Fact]
    public void Runtime_ProvesTheCommittedFile()
    {
        using HostModel model = new(System.IO.File.ReadAllBytes(File));
        Assert.True(model.Prove());
        Assert.Equal([3, unchecked((byte)-9)], model.Run([5, unchecked((byte)-1)]));
    }

    [Fact]
    public void Spec_DumpsTheCommittedFile()
    {
        List<byte> dump = [];
        foreach (string line in Sources.SpecChapter("The smallest blob").Split('\n').Where(l => l.Length > 6 && l[4] == ' ' && l[..4].All(Uri.IsHexDigit)))
        {
            Assert.Equal(dump.Count, int.Parse(line[..4], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            string bytes = line.Length > 55 ? line[5..55] : line[5..];
            dump.AddRange(bytes.Split(' ', StringSplitOptions.RemoveEmptyEntries).TakeWhile(w => w.Length == 2 && w.All(Uri.IsHexDigit))
                .Select(w => byte.Parse(w, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        }

        Assert.Equal(System.IO.File.ReadAllBytes(File), dump);
    }
}
