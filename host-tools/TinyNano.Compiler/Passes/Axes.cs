using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// Arithmetic of permutations and of reshapes that keep axes apart. A permutation p is that of Transpose: output axis i
/// is input axis p[i].
/// </summary>
internal static class Axes
{
    public static int[] Inverse(int[] perm)
    {
        int[] inverse = new int[perm.Length];
        for (int i = 0; i < perm.Length; i++)
        {
            inverse[perm[i]] = i;
        }

        return inverse;
    }

    /// <summary>The permutation of a transpose by <paramref name="first"/> followed by one by <paramref name="second"/>.</summary>
    public static int[] Then(int[] first, int[] second) => [.. second.Select(axis => first[axis])];

    public static bool IsIdentity(int[] perm) => perm.SequenceEqual(Enumerable.Range(0, perm.Length));

    /// <summary>Whether a transpose keeps the order of the axes that are longer than one, so that no element moves.</summary>
    public static bool MovesNothing(Shape shape, int[] perm) =>
        perm.Where(axis => shape[axis] > 1) is IEnumerable<int> moved && moved.SequenceEqual(moved.Order());

    public static Shape Permute(Shape shape, int[] perm) => new([.. perm.Select(axis => shape[axis])]);

    /// <summary>
    /// Splits a reshape into the smallest groups: a run of axes of the one shape, and the run of axes of the other that has
    /// the same elements. Axes of length one that only one shape has stand with a neighbour, or alone.
    /// </summary>
    public static List<(List<int> From, List<int> To)> Groups(Shape from, Shape to)
    {
        List<(List<int> From, List<int> To)> groups = [];
        int i = 0;
        int j = 0;
        while (i < from.Rank || j < to.Rank)
        {
            List<int> a = [];
            List<int> b = [];
            long left = i < from.Rank ? Take(from, a, ref i) : 1;
            long right = j < to.Rank ? Take(to, b, ref j) : 1;
            while (left != right)
            {
                if (left < right)
                {
                    left *= Take(from, a, ref i);
                }
                else
                {
                    right *= Take(to, b, ref j);
                }
            }

            groups.Add((a, b));
        }

        return groups;
    }

    /// <summary>Where a group of axes lies: at its first axis longer than one, or else at its first; null for none.</summary>
    public static int? Position(Shape shape, IEnumerable<int> axes)
    {
        int[] sorted = [.. axes.Order()];
        int[] longer = [.. sorted.Where(axis => shape[axis] > 1)];
        return longer.Length > 0 ? longer[0] : sorted.Length > 0 ? sorted[0] : null;
    }

    private static int Take(Shape shape, List<int> axes, ref int next)
    {
        axes.Add(next);
        return shape[next++];
    }
}
