using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Plan;

namespace TinyNano.Simulator.Profiling;

/// <summary>Profiles an inference, or any other program, on an emulated core.</summary>
public static class Profiler
{
    /// <summary>
    /// One inference of a blob, on <paramref name="record"/> or, without one, on the inputs of its first golden vector's generator.
    /// DeviceException when the runtime refuses the blob, SimulatorException when there is no such emulator.
    /// </summary>
    public static ModelProfile Run(byte[] bytes, string core, byte[]? record = null, CancellationToken cancel = default)
    {
        Emulator emulator = Emulator.Find(core);
        Blob blob = BlobReader.Read(bytes);
        record ??= Seeded(blob);
        string folder = Directory.CreateTempSubdirectory("tinynano-").FullName;
        try
        {
            string counts = Path.Combine(folder, "counts");
            EmulatorResult plain = EmulatorRun.Run(emulator, bytes, record, cancel: cancel);
            EmulatorRun.RunMarked(emulator, bytes, record, "whole", ProfilePlugin.Arguments(emulator, counts, marks: true), cancel);
            (ILookup<int, FunctionProfile> whole, string cycleModel) = ProfilePlugin.Read(counts);
            EmulatorRun.RunMarked(emulator, bytes, record, "steps", ProfilePlugin.Arguments(emulator, counts, marks: true), cancel);
            (ILookup<int, FunctionProfile> steps, _) = ProfilePlugin.Read(counts);
            List<LayerProfile> layers = [.. Layers(blob, steps)];
            FunctionProfile[] functions = [.. whole[1].OrderByDescending(f => f.Instructions)];
            long cycles = functions.Sum(f => f.CyclesEstimated);
            return new ModelProfile(
                blob.Name, blob.Target.Name, emulator.Name, plain.Instructions!.Value, cycles, cycleModel, Sum(layers), plain.VerifyInstructions!.Value, plain.LoadInstructions!.Value,
                bytes.Length, blob.ArenaBytes, plain.StackBytes, layers, functions, Boards.Fit(emulator.Name, bytes.Length, blob.ArenaBytes, cycles));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A whole program (ELF) from reset to its exit through semihosting.</summary>
    public static ProgramProfile RunProgram(string elf, string core, CancellationToken cancel = default)
    {
        Emulator emulator = Emulator.Find(core);
        string folder = Directory.CreateTempSubdirectory("tinynano-").FullName;
        try
        {
            string counts = Path.Combine(folder, "counts");
            EmulatorRun.RunProgram(emulator, elf, ProfilePlugin.Arguments(emulator, counts, marks: false), cancel);
            (ILookup<int, FunctionProfile> parts, string cycleModel) = ProfilePlugin.Read(counts);
            FunctionProfile[] functions = [.. parts[0].OrderByDescending(f => f.Instructions)];
            return new ProgramProfile(Path.GetFileName(elf), emulator.Name, functions.Sum(f => f.Instructions), functions.Sum(f => f.CyclesEstimated), cycleModel, functions);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<LayerProfile> Layers(Blob blob, ILookup<int, FunctionProfile> parts)
    {
        ArenaView arena = ArenaView.From(blob);
        for (int i = 0; i < blob.Steps.Count; i++)
        {
            BlobStep step = blob.Steps[i];
            BlobTensor output = blob.Tensors[step.Outputs[0]];
            FunctionProfile[] functions = [.. parts[i + 1].OrderByDescending(f => f.Instructions)];
            string kernel = step.Kernel == 0 ? "general" : blob.Target.Variants.First(v => v.Op == step.Op && v.Kernel == step.Kernel).Name;
            yield return new LayerProfile(
                i, step.Op.Name, kernel, $"{output.DType}{output.Shape}", StepMacs.Of(blob, step), functions.Sum(f => f.Instructions), functions.Sum(f => f.CyclesEstimated),
                functions.Sum(f => f.Bytes), arena.AliveBytes[i + 1], functions);
        }
    }

    private static long? Sum(List<LayerProfile> layers) =>
        layers.Any(l => l.Macs is null && DeviceOps.HasMacs(l.Operator)) ? null : layers.Sum(l => l.Macs ?? 0);

    private static byte[] Seeded(Blob blob)
    {
        byte[] record = new byte[blob.Inputs.Sum(io => blob.Tensors[io.Tensor].Bytes)];
        new Random(1).NextBytes(record);
        return record;
    }
}
