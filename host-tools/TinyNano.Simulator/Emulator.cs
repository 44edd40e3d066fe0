using System.Diagnostics;
using System.Globalization;
using TinyNano.Compiler.Emit;

namespace TinyNano.Simulator;

/// <summary>A microcontroller that QEMU emulates, and how its runner is started.</summary>
/// <param name="Name">As `--on` takes it.</param>
/// <param name="Description">Core and board, for people.</param>
/// <param name="Program">The QEMU program.</param>
/// <param name="Machine">Its machine arguments.</param>
/// <param name="Counting">The -icount argument that makes instruction counts exact, and the run slower.</param>
public sealed record Emulator(string Name, string Description, string Program, IReadOnlyList<string> Machine, string Counting)
{
    public static IReadOnlyList<Emulator> All { get; } =
    [
        new("cortex-m4", "Cortex-M4F (MPS2 AN386)", "qemu-system-arm", ["-M", "mps2-an386"], "shift=6,sleep=off"),
        new("cortex-m7", "Cortex-M7 (MPS2 AN500)", "qemu-system-arm", ["-M", "mps2-an500"], "shift=6,sleep=off"),
        new("cortex-m55", "Cortex-M55 with MVE (MPS3 AN547)", "qemu-system-arm", ["-M", "mps3-an547"], "shift=6,sleep=off"),
        new("rv32imc", "RV32IMC (RISC-V virt; stands in for ESP32-C3)", "qemu-system-riscv32", ["-M", "virt", "-bios", "none"], "shift=0,sleep=off"),
    ];

    /// <summary>The emulator of a name; SimulatorException lists those there are.</summary>
    public static Emulator Find(string name) => All.FirstOrDefault(e => e.Name == name)
        ?? throw new SimulatorException($"no target '{name}'; there are host, {string.Join(", ", All.Select(e => e.Name))}");
}

/// <summary>What a run on an emulator gave.</summary>
/// <param name="Outputs">All outputs of all records, one after another.</param>
/// <param name="Records">Number of records.</param>
/// <param name="Instructions">Instructions of all runs together, exact; null where they were not counted.</param>
/// <param name="VerifyInstructions">Instructions of the checksum over the blob; null where they were not counted.</param>
/// <param name="LoadInstructions">Instructions of loading it after that; null where they were not counted.</param>
/// <param name="StackBytes">Deepest stack of opening and running.</param>
public sealed record EmulatorResult(byte[] Outputs, long Records, long? Instructions, long? VerifyInstructions, long? LoadInstructions, int StackBytes);

/// <summary>Runs a blob on an emulated microcontroller, through files that the runner reads and writes by semihosting.</summary>
public static class EmulatorRun
{
    /// <summary>
    /// Runs all records, several times faster without <paramref name="count"/>. Throws DeviceException when the runtime
    /// refuses, SimulatorException when the emulator fails.
    /// </summary>
    public static EmulatorResult Run(Emulator emulator, byte[] blob, byte[] records, bool count = true, CancellationToken cancel = default) =>
        Start(emulator, blob, records, prove: false, count, cancel);

    /// <summary>Whether the blob's golden vectors come out on the emulated core.</summary>
    public static bool Prove(Emulator emulator, byte[] blob, CancellationToken cancel = default)
    {
        try
        {
            Start(emulator, blob, [], prove: true, count: false, cancel);
            return true;
        }
        catch (DeviceException e) when (e.Status == Status.Proof)
        {
            return false;
        }
    }

    /// <summary>Runs many blobs in one start of the emulator: for each its outputs, or null where the runtime refused it.</summary>
    public static IReadOnlyList<byte[]?> RunBatch(Emulator emulator, IReadOnlyList<BatchJob> jobs, CancellationToken cancel = default)
    {
        string runner = NativeLibraryLocator.Find($"{emulator.Name}/tn_runner.elf");
        string folder = Directory.CreateTempSubdirectory("tinynano-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "jobs"), BatchJob.Write(jobs));
            Parse(RunQemu(emulator, false, runner, folder, ["batch", "jobs", "out"], cancel), emulator);
            return BatchJob.ReadResults(jobs, File.ReadAllBytes(Path.Combine(folder, "out")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static EmulatorResult Start(Emulator emulator, byte[] blob, byte[] records, bool prove, bool count, CancellationToken cancel)
    {
        string runner = NativeLibraryLocator.Find($"{emulator.Name}/tn_runner.elf");
        string folder = Directory.CreateTempSubdirectory("tinynano-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "blob"), blob);
            File.WriteAllBytes(Path.Combine(folder, "in"), records);
            string console = RunQemu(emulator, count, runner, folder, ["blob", "in", prove ? "-" : "out"], cancel);
            Dictionary<string, long> numbers = Parse(console, emulator);
            if (numbers.TryGetValue("errorStatus", out long status))
            {
                throw new DeviceException((Status)(-status), Known(numbers, "errorStep"), Known(numbers, "errorTensor"));
            }

            byte[] outputs = prove ? [] : File.ReadAllBytes(Path.Combine(folder, "out"));
            return new EmulatorResult(outputs, numbers.GetValueOrDefault("records"), count ? numbers.GetValueOrDefault("instructions") : null,
                count ? numbers["verifyInstructions"] : null, count ? numbers["loadInstructions"] : null, (int)numbers["stackBytes"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int? Known(Dictionary<string, long> numbers, string key) =>
        numbers.TryGetValue(key, out long value) && value != BlobFormat.None ? (int)value : null;

    /// <summary>Runs one record with marks around the whole run (`whole`) or each step (`steps`), and with more arguments for QEMU.</summary>
    internal static void RunMarked(Emulator emulator, byte[] blob, byte[] record, string marks, IReadOnlyList<string> more, CancellationToken cancel)
    {
        string folder = Directory.CreateTempSubdirectory("tinynano-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "blob"), blob);
            File.WriteAllBytes(Path.Combine(folder, "in"), record);
            Parse(RunQemu(emulator, true, NativeLibraryLocator.Find($"{emulator.Name}/tn_runner.elf"), folder, ["blob", "in", "out", marks], cancel, more), emulator);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs any program that ends by itself, with whatever exit code, with more arguments for QEMU.</summary>
    internal static void RunProgram(Emulator emulator, string elf, IReadOnlyList<string> more, CancellationToken cancel) =>
        RunQemu(emulator, true, Path.GetFullPath(elf), Environment.CurrentDirectory, [], cancel, more, anyExit: true);

    private static string RunQemu(
        Emulator emulator, bool count, string runner, string folder, IEnumerable<string> words, CancellationToken cancel, IReadOnlyList<string>? more = null,
        bool anyExit = false)
    {
        ProcessStartInfo start = new(emulator.Program)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        string[] arguments =
        [
            .. emulator.Machine, .. more ?? [], .. count ? new[] { "-icount", emulator.Counting } : [], "-kernel", runner, "-nographic", "-monitor", "none", "-serial", "none",
            "-semihosting-config", "enable=on,target=native,arg=tn_runner" + string.Concat(words.Select(word => ",arg=" + word)),
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = TryStart(start);
        using CancellationTokenRegistration registration = cancel.Register(() => process.Kill());
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync(cancel);
        string console = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancel.ThrowIfCancellationRequested();
        console += errors.Result;
        if (process.ExitCode != 0 && !anyExit && !console.Contains("errorStatus", StringComparison.Ordinal))
        {
            throw new SimulatorException($"the {emulator.Name} emulator ended with exit code {process.ExitCode}: {console.Trim()}");
        }

        return console;
    }

    private static Process TryStart(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new SimulatorException($"'{start.FileName}' is not installed; on Debian or Ubuntu `./build.sh build` installs it");
        }
    }

    private static Dictionary<string, long> Parse(string console, Emulator emulator)
    {
        Dictionary<string, long> numbers = [];
        foreach (string line in console.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Trim().Split(' ');
            if (words[0] == "error")
            {
                throw new SimulatorException($"{emulator.Name}: {line.Trim()}");
            }

            if (words.Length == 2 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            {
                numbers[words[0]] = value;
            }
        }

        return numbers;
    }
}
