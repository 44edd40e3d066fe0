using System.Diagnostics;
using System.Globalization;
using System.Text;
using TinyNano.Compiler;
using TinyNano.Compiler.Codegen;
using TinyNano.Compiler.Emit;
using TinyNano.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace TinyNano.Simulator.Tests;

/// <summary>Models written as C compile without a warning and give the bytes of their blobs.</summary>
public sealed class CodegenTests : IDisposable
{
    // What nanoFramework's firmware builds with, and more.
    private static readonly string[] Strict =
        ["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-Wundef", "-Wshadow", "-Wpedantic", "-fshort-wchar", "-fno-common", "-DTN_FLOAT=1", "-DTN_INT16=1"];

    private readonly string _folder = Directory.CreateTempSubdirectory("tinynano-codegen-").FullName;
    private readonly ITestOutputHelper _output;

    public CodegenTests(ITestOutputHelper output) => _output = output;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The first and the last vector case of every operator, as C on this computer.</summary>
    [Fact]
    public void EveryOperator_GivesTheBytesOfItsBlob()
    {
        List<VectorCase> cases = [.. Directory.GetFiles(VectorRun.Folder, "*.json").Order(StringComparer.Ordinal)
            .SelectMany(path => { IReadOnlyList<VectorCase> all = VectorFile.Read(path).Cases; return new[] { all[0], all[^1] }.Distinct(); })];
        StringBuilder main = new("#include <stdio.h>\n");
        StringBuilder body = new();
        using MemoryStream records = new();
        List<string> sources = [];
        for (int i = 0; i < cases.Count; i++)
        {
            byte[] blob = BlobCompiler.Compile(cases[i].Graph).Blob;
            sources.Add(Generate(blob, $"m{i}"));
            main.Append(CultureInfo.InvariantCulture, $"#include \"m{i}.h\"\n");
            body.Append(Calls(blob, $"m{i}", cases[i].Runs));
            for (int run = 0; run < cases[i].Runs; run++)
            {
                records.Write(VectorRun.Record(cases[i], run));
            }
        }

        main.Append(CultureInfo.InvariantCulture, $"int main(void)\n{{\n    FILE *in = fopen(\"in\", \"rb\"), *out = fopen(\"out\", \"wb\");\n{body}    return fclose(out);\n}}\n");
        File.WriteAllText(Path.Combine(_folder, "main.c"), main.ToString());
        File.WriteAllBytes(Path.Combine(_folder, "in"), records.ToArray());
        Run("gcc", [.. Strict, "-I", Include, "main.c", .. sources, NativeLibraryLocator.Find("host/libtn.a"), "-lm", "-o", "program"]);
        Run(Path.Combine(_folder, "program"), []);

        byte[] outputs = File.ReadAllBytes(Path.Combine(_folder, "out"));
        int at = 0;
        foreach (VectorCase item in cases)
        {
            byte[] expected = VectorRun.OnHost(item);
            Assert.True(outputs.AsSpan(at, expected.Length).SequenceEqual(expected), item.Name);
            at += expected.Length;
        }

        Assert.Equal(outputs.Length, at);
        _output.WriteLine($"{cases.Count} models as C");
    }

    /// <summary>A model and a blob as an array compile for the firmware's cores with its flags.</summary>
    [Theory]
    [InlineData("arm-none-eabi-gcc", "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -fno-builtin")]
    [InlineData("riscv64-unknown-elf-gcc", "-march=rv32imc -mabi=ilp32 --specs=picolibc.specs")]
    public void ModelAndArray_CompileWithTheFirmwaresFlags(string compiler, string flags)
    {
        byte[] blob = BlobCompiler.Compile(VectorFile.Read(Path.Combine(VectorRun.Folder, "conv_2d.json")).Cases[0].Graph).Blob;
        Generate(blob, "My-Model 2");
        File.WriteAllText(Path.Combine(_folder, "array.c"), CArray.Write(blob, "3 blobs"));
        Run(compiler, [.. flags.Split(' '), .. Strict, "-I", Include, "-c", "My-Model 2.c", "-o", "model.o"]);
        Run(compiler, [.. flags.Split(' '), .. Strict, "-c", "array.c", "-o", "array.o"]);
    }

    /// <summary>The array is the blob, aligned as the runtime asks.</summary>
    [Fact]
    public void Array_HoldsTheBlob()
    {
        byte[] blob = File.ReadAllBytes(Path.Combine(SharedData.ProjectRoot, "tests", "golden", "smallest.tnb"));
        File.WriteAllText(Path.Combine(_folder, "array.c"), CArray.Write(blob, "smallest"));
        File.WriteAllText(Path.Combine(_folder, "main.c"), """
            #include <stdint.h>
            #include <stdio.h>
            extern const unsigned char smallest_tnb[];
            extern const unsigned int smallest_tnb_size;
            int main(void)
            {
                FILE *out = fopen("out", "wb");
                return (uintptr_t)smallest_tnb % 16 != 0 || fwrite(smallest_tnb, 1, smallest_tnb_size, out) != smallest_tnb_size || fclose(out) != 0;
            }
            """);
        Run("gcc", [.. Strict, "main.c", "array.c", "-o", "program"]);
        Run(Path.Combine(_folder, "program"), []);
        Assert.Equal(blob, File.ReadAllBytes(Path.Combine(_folder, "out")));
    }

    private static string Include => Path.Combine(SharedData.ProjectRoot, "firmware-native", "include");

    private string Generate(byte[] blob, string name)
    {
        (string header, string source) = CModel.Write(blob, name);
        File.WriteAllText(Path.Combine(_folder, name + ".h"), header);
        File.WriteAllText(Path.Combine(_folder, name + ".c"), source);
        return name + ".c";
    }

    private static string Calls(byte[] bytes, string name, int runs)
    {
        Blob blob = BlobReader.Read(bytes);
        StringBuilder text = new($"    {name}_reset();\n    for (int run = 0; run < {runs}; run++) {{\n");
        for (int i = 0; i < blob.Inputs.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"        if (fread({name}_input{i}, 1, {blob.Tensors[blob.Inputs[i].Tensor].Bytes}, in) == 0) {{ return 2; }}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"        {name}_run();\n");
        for (int i = 0; i < blob.Outputs.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"        fwrite({name}_output{i}, 1, {blob.Tensors[blob.Outputs[i].Tensor].Bytes}, out);\n");
        }

        return text.Append("    }\n").ToString();
    }

    private void Run(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = _folder, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {errors}");
    }
}
