using System.Globalization;

namespace TinyNano.Simulator.Profiling;

/// <summary>The counting plugin of host-tools/profiler: its arguments and its file.</summary>
internal static class ProfilePlugin
{
    public static string Library => NativeLibraryLocator.Find("profiler/libtn_profile.so");

    /// <summary>QEMU's arguments for counting on a core into <paramref name="output"/>; with marks, the parts between them are told apart.</summary>
    public static IReadOnlyList<string> Arguments(Emulator emulator, string output, bool marks) =>
        ["-plugin", $"{Library},core={emulator.Name},out={output}{(marks ? ",begin=mark_begin,end=mark_end,skip=mark_" : "")}"];

    /// <summary>The functions of each part, and the core's cycle model. Part 0 is what lies outside of all marks.</summary>
    public static (ILookup<int, FunctionProfile> Parts, string CycleModel) Read(string file)
    {
        List<(int Part, FunctionProfile Function)> rows = [];
        string model = "";
        foreach (string line in File.ReadLines(file))
        {
            string[] words = line.Split(' ');
            if (words[0] == "core")
            {
                model = line[(words[0].Length + words[1].Length + 2)..];
            }
            else
            {
                // A C++ name may hold blanks: the numbers are counted from the end.
                rows.Add(((int)Number(words[1]), new FunctionProfile(string.Join(' ', words[2..^3]), Number(words[^3]), Number(words[^2]), Number(words[^1]))));
            }
        }

        return (rows.ToLookup(r => r.Part, r => r.Function), model);
    }

    private static long Number(string word) => long.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);
}
