namespace TinyNano.Build;

/// <summary>A program or library outside the repository that some target needs.</summary>
/// <param name="Name">What the user knows it as.</param>
/// <param name="Package">The Debian package that brings it; `{clang}` stands for clang's major version.</param>
/// <param name="IsPresentAsync">Finds out by trying.</param>
internal sealed record Tool(string Name, string Package, Func<ProcessRunner, Task<bool>> IsPresentAsync)
{
    public static readonly Tool Cmake = Program("cmake", "cmake");
    public static readonly Tool Ninja = Program("ninja", "ninja-build");
    public static readonly Tool Gcc = Compiler("gcc", "gcc libc6-dev", "gcc");
    public static readonly Tool Clang = Program("clang", "clang");

    public static readonly Tool ClangRuntime = Compiler(
        "clang's sanitizer and fuzzer runtimes", "libclang-rt-{clang}-dev", "clang", "-fsanitize=address,undefined");

    public static readonly Tool Gxx = Compiler("g++", "g++", "g++");

    public static readonly Tool Mosquitto = Installed("mosquitto", "mosquitto");

    public static readonly Tool Mbedtls = Compiler("mbedTLS", "libmbedtls-dev", "gcc", "-include", "psa/crypto.h", "-lmbedcrypto");

    public static readonly Tool Postgres = Installed("PostgreSQL", "postgresql");

    public static readonly Tool Gcc32 = Compiler("gcc for 32 bits", "gcc-multilib", "gcc", "-m32");

    public static readonly Tool ArmGcc = Program("arm-none-eabi-gcc", "gcc-arm-none-eabi");

    public static readonly Tool ArmNewlib = LibraryFile(
        "newlib for Arm", "libnewlib-arm-none-eabi", "arm-none-eabi-gcc", "libc.a");

    public static readonly Tool RiscvGcc = Program("riscv64-unknown-elf-gcc", "gcc-riscv64-unknown-elf");

    public static readonly Tool RiscvPicolibc = LibraryFile(
        "picolibc for RISC-V", "picolibc-riscv64-unknown-elf", "riscv64-unknown-elf-gcc", "picolibc.specs");

    public static readonly Tool QemuArm = Program("qemu-system-arm", "qemu-system-arm");
    public static readonly Tool QemuRiscv = Program("qemu-system-riscv32", "qemu-system-misc");

    /// <summary>Builds the pages of the studio; brings Node.js along.</summary>
    public static readonly Tool Npm = Program("npm", "nodejs npm");

    /// <summary>For the tests that look at the pages.</summary>
    public static readonly Tool Chromium = Program("chromium", "chromium");

    public static readonly Tool OnnxTestData = Installed("the ONNX conformance data", "libonnx-testdata");

    // Data, or a program that cannot be asked for its version.
    private static Tool Installed(string name, string package)
    {
        return new Tool(name, package, async processes =>
            (await processes.RunAsync(new Command("dpkg-query", "-W", "-f=${Status}", package))).Lines.Contains("install ok installed"));
    }

    private static Tool Program(string name, string package)
    {
        return new Tool(name, package, processes => SucceedsAsync(processes, name, "--version"));
    }

    // A compiler driver may be there without the libraries that its flags ask for, so an empty program is linked.
    private static Tool Compiler(string name, string package, string driver, params string[] flags)
    {
        return new Tool(name, package, async processes =>
        {
            DirectoryInfo folder = Directory.CreateTempSubdirectory("tinynano-probe-");
            try
            {
                string source = Path.Combine(folder.FullName, "probe.c");
                await File.WriteAllTextAsync(source, "#include <stdio.h>\nint main(void) { return puts(\"\") < 0; }\n");
                string program = Path.Combine(folder.FullName, "probe.exe");
                return await SucceedsAsync(processes, driver, [.. flags, source, "-o", program]);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
    }

    // Compilers answer with the bare name for a file that they do not have.
    private static Tool LibraryFile(string name, string package, string compiler, string file)
    {
        return new Tool(name, package, async processes =>
        {
            ProcessResult result = await processes.RunAsync(new Command(compiler, "-print-file-name=" + file));
            return result.Succeeded && result.Lines.Count > 0 && result.Lines[0] != file;
        });
    }

    private static async Task<bool> SucceedsAsync(ProcessRunner processes, string program, params string[] arguments)
    {
        return (await processes.RunAsync(new Command(program, arguments))).Succeeded;
    }
}
