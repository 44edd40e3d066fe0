using System.Globalization;

namespace TinyNano.Build;

/// <summary>One thing that can be measured after a build.</summary>
/// <param name="Name">The headline.</param>
/// <param name="RunAsync">Returns one line per number; none when what it measures does not exist.</param>
internal sealed record Measurement(string Name, Func<BuildContext, Task<IReadOnlyList<string>>> RunAsync);

/// <summary>The target `bench`. A new measurement is one row in <see cref="s_measurements"/>.</summary>
internal sealed class Bench(BuildContext context)
{
    private static readonly Measurement[] s_measurements =
    [
        new("code of the runtime with every operator", CodeSizeAsync),
    ];

    public async Task<int> RunAsync()
    {
        bool complete = true;
        foreach (Measurement measurement in s_measurements)
        {
            IReadOnlyList<string> lines = await measurement.RunAsync(context);
            complete &= lines.Count > 0;
            Console.WriteLine();
            Console.WriteLine(measurement.Name);
            context.Steps.Print(lines.Count > 0 ? lines.Select(line => "  " + line) : ["  nothing there to measure"]);
        }

        return complete ? ExitCode.Done : ExitCode.Failed;
    }

    // The static library that each emulator's program was linked from, as its own `size` counts it.
    private static async Task<IReadOnlyList<string>> CodeSizeAsync(BuildContext context)
    {
        var lines = new List<string>();
        foreach (string target in NativeBuild.EmulatedTargets)
        {
            string folder = context.Repository.At("artifacts", "native", target);
            string? library = Directory.Exists(folder)
                ? Directory.GetFiles(folder, "libtn.a", SearchOption.AllDirectories).FirstOrDefault()
                : null;
            if (library is null)
            {
                continue;
            }

            string size = target.StartsWith("rv", StringComparison.Ordinal)
                ? "riscv64-unknown-elf-size"
                : "arm-none-eabi-size";
            ProcessResult result = await context.Processes.RunAsync(new Command(size, "--totals", library));
            if (result.Succeeded && result.Lines.Count > 0)
            {
                // The last line holds the totals: text, data, bss.
                int[] totals = [.. result.Lines[^1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                    .Take(3).Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
                lines.Add($"{target,-12} {totals[0],8} B flash  {totals[1] + totals[2],6} B static RAM");
            }
        }

        return lines;
    }
}
