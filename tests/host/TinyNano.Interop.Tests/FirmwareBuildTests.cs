using System.Diagnostics;
using TinyNano.TestKit;

namespace TinyNano.Interop.Tests;

/// <summary>
/// nf-interop/FindINTEROP-TinyNano.Native.cmake in a build that does what nf-interpreter's does with it: finds the module by its name, reads
/// checksum and version from the sources, compiles them with the firmware's warnings against headers that stand in for the chip's.
/// </summary>
public sealed class FirmwareBuildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tinynano-firmware-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [CmakeTheory]
    [InlineData("esp32", "-DCMAKE_C_FLAGS=-DESP_PLATFORM")]
    [InlineData("stm32", "-DTN_FLASH_MAP=tn_map_stm32f429i_discovery.h -DTN_DEVICE_ARENA_SECTION=.ram4 -DTN_OPS=CONV_2D;softmax -DTN_FLOAT=OFF -DTN_INT16=OFF")]
    [InlineData("stm32", "-DTN_DEVICE_ARENA_BYTES=131072 -DTN_DEVICE_MODELS=1")]
    public void Module_GivesABuildThatCompiles(string rtos, string options)
    {
        (int code, string text) = Configure(rtos, options);
        Assert.True(code == 0, text);
        Assert.Matches("interop: TinyNano.Native 100, 0, 2, 0 +[0-9A-F]{8}", text);
        (code, text) = Cmake("--build", _folder);
        Assert.True(code == 0, text);
    }

    [CmakeTheory]
    [InlineData("-DTN_OPS=CONV_3D", "TN_OPS: 'CONV_3D' is not a row of tn_ops.def")]
    [InlineData("-DTN_PORT=arduino", "TN_PORT: 'arduino' is not esp32, stm32 or none")]
    public void Module_RefusesByName(string option, string message)
    {
        (int code, string text) = Configure("stm32", option);
        Assert.NotEqual(0, code);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }

    [CmakeTheory]
    [InlineData("stm32", "-DTN_BACKEND=cmsis_nn", "CMSIS-NN is not found, so its back end is left out and ref is built instead")]
    [InlineData("esp32", "-DTARGET_SERIES_SHORT=esp32s3", "ESP-NN is not found, so its back end is left out and ref is built instead")]
    public void Module_GoesOnWithoutAVendorsLibrary(string rtos, string options, string message)
    {
        (int code, string text) = Configure(rtos, options);
        Assert.True(code == 0, text);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }

    [CmakeTheory]
    [InlineData("-DTN_HARDWARE_CLASS=a-name-that-is-longer-than-it-may-be", "has more than 24 bytes")]
    [InlineData("-DTN_TRUSTED_KEYS=/no/such/table.h", "is not there; `tinynano keys show` prints such a table")]
    public void Updates_AreRefusedByName(string option, string message)
    {
        (int code, string text) = Configure("esp32", "-DTN_UPDATE=ON " + option);
        Assert.NotEqual(0, code);

        // CMake breaks long messages into lines.
        Assert.Contains(message, string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [CmakeTheory]
    [InlineData("kit")]
    [InlineData("")]
    public void Updates_CompileIntoAFirmwareWithItsKeys(string hardware)
    {
        if (!File.Exists("/usr/include/psa/crypto.h"))
        {
            // Without mbedTLS there is nothing to compile against.
            return;
        }

        string table = Path.Combine(_folder, "keys.h");
        string zeros = string.Join(", ", Enumerable.Repeat("0", 64));
        File.WriteAllText(table, $"{{{{1, 2, 3, 4, 5, 6, 7, 8}}, {{{zeros}}}, false}},\n");
        (int code, string text) = Configure("esp32", $"-DTN_UPDATE=ON -DTN_HARDWARE_CLASS={hardware} -DTN_TRUSTED_KEYS={table} -DCMAKE_C_FLAGS=-DESP_PLATFORM");
        Assert.True(code == 0, text);
        (code, text) = Cmake("--build", _folder);
        Assert.True(code == 0, text);
    }

    private (int Code, string Text) Configure(string rtos, string options)
    {
        string source = Path.Combine(SharedData.ProjectRoot, "tests", "native", "standin", "nf-interpreter");
        return Cmake(["-S", source, "-B", _folder, "-G", "Ninja", "-DRTOS=" + rtos, "-DNF_INTEROP_ASSEMBLIES=TinyNano.Native", .. options.Split(' ')]);
    }

    private static (int Code, string Text) Cmake(params string[] arguments)
    {
        ProcessStartInfo start = new("cmake") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}

/// <summary>A theory that needs CMake, Ninja and a C++ compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CmakeTheoryAttribute : TheoryAttribute
{
    public CmakeTheoryAttribute() => Skip = s_missing is null ? null : $"{s_missing} is not installed";

    private static readonly string? s_missing = new[] { "cmake", "ninja", "c++" }.FirstOrDefault(program => !IsThere(program));

    private static bool IsThere(string program)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
