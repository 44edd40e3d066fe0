namespace TinyNano.Interop;

/// <summary>
/// The order in which the metadata processor sorts full names of types: the culture's, as the Unicode collation's root table
/// gives it. Written out here for ASCII, because this process may have no culture data.
/// </summary>
/// <remarks>
/// First all characters without regard to case (punctuation before digits before letters), then, among names that differ in case
/// only, the first difference with lower case first. `nanoFramework.X` therefore sorts before `System.X`; by code points it would
/// come after it, and the checksum would be another one.
/// </remarks>
internal sealed class NameOrder : IComparer<string>
{
    // The table's order of what can be in a full name; letters follow, a before A before b.
    private const string Ranks = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";

    public static NameOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        int common = Math.Min(x.Length, y.Length);
        for (int i = 0; i < common; i++)
        {
            int primary = Rank(x, i) - Rank(y, i);
            if (primary != 0)
            {
                return primary;
            }
        }

        if (x.Length != y.Length)
        {
            return x.Length - y.Length;
        }

        for (int i = 0; i < common; i++)
        {
            if (x[i] != y[i])
            {
                return char.IsAsciiLetterLower(x[i]) ? -1 : 1;
            }
        }

        return 0;
    }

    private static int Rank(string name, int index)
    {
        char c = name[index];
        if (char.IsAsciiLetter(c))
        {
            return Ranks.Length + (c | 0x20);
        }

        int rank = Ranks.IndexOf(c, StringComparison.Ordinal);
        return rank >= 0 ? rank : throw new InteropException($"the type name '{name}' is not plain ASCII; its place in the table is not known here");
    }
}
